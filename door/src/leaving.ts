// Leaving at once. The screen is wiped first, whatever the network does; then /leave lets the browser forget
// this site and goes on to a neutral page, in the place of this one: Back does not lead here.
import { depth } from "./trail.ts";
import { forget } from "./visit.ts";

const PRESSES = 3;
const WITHIN_MS = 5_000;
const BACK_MOST_MS = 300;

/** Nothing on the screen, nothing in the visit. */
function wipe(): void {
  document.documentElement.className = "left";
  document.body.textContent = "";
  forget();
}

/** Wipes and leaves. */
export function leave(): void {
  wipe();
  const gone = (): void => location.replace("/leave");
  if (!depth()) return gone();
  // Steps lie above the first entry of this page: replace that one, so that none is behind the neutral page.
  addEventListener("popstate", gone);
  setTimeout(gone, BACK_MOST_MS);
  history.go(-depth());
}

/**
 * The button, and Shift pressed three times with nothing between (as GOV.UK has it). Left in any other way the page is
 * wiped too: a browser may keep it as it was, and show it to whoever goes back.
 */
export function watch(button: HTMLElement): void {
  addEventListener("pagehide", wipe);
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
  button.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  let presses: readonly number[] = [];
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift") presses = [];
  });
  addEventListener("keyup", ({ key, timeStamp }) => {
    if (key !== "Shift") return;
    presses = [...presses.filter((press) => timeStamp - press < WITHIN_MS), timeStamp];
    if (presses.length >= PRESSES) leave();
  });
}
