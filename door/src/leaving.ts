// Leaving at once. The screen is wiped first, whatever the network does; then /leave lets the browser forget
// this site and goes on to a neutral page. Neither Back nor Forward leads here.
import { depth, end } from "./trail.ts";
import { forget } from "./visit.ts";

const PRESSES = 3;
const WITHIN_MS = 5_000;
const BACK_MOST_MS = 300;

const LEFT = "left";
let timer: ReturnType<typeof setTimeout> | undefined;

/** Nothing on the screen, nothing in the visit. */
function wipe(): void {
  document.documentElement.className = LEFT;
  document.body.textContent = "";
  end();
  forget();
}

/** Wipes and leaves; once, however often it is pressed. */
export function leave(): void {
  if (document.documentElement.className === LEFT) return;
  wipe();
  if (!depth()) return gone();
  // From the first entry of this page, so that no step of it is behind the neutral page.
  addEventListener("popstate", gone);
  timer = setTimeout(gone, BACK_MOST_MS);
  history.go(-depth());
}

/** A new entry ends all that lie above; the one below is no longer this page. Without the `?` it would only be replaced. */
function gone(): void {
  removeEventListener("popstate", gone);
  clearTimeout(timer);
  history.replaceState(null, "", "/leave?");
  location.assign("/leave");
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
  watchShift();
}

/** Shift by itself: with Alt or Ctrl it changes the layout of the keyboard, with the mouse it marks. */
function watchShift(): void {
  let alone = false;
  let presses: readonly number[] = [];
  const reset = (): void => {
    alone = false;
    presses = [];
  };
  addEventListener("pointerdown", reset);
  addEventListener("keydown", ({ key, altKey, ctrlKey, metaKey }) => {
    if (key !== "Shift" || altKey || ctrlKey || metaKey) reset();
    else alone = true;
  });
  addEventListener("keyup", ({ key, timeStamp }) => {
    if (key !== "Shift" || !alone) return;
    alone = false;
    presses = [...presses.filter((press) => timeStamp - press < WITHIN_MS), timeStamp];
    if (presses.length >= PRESSES) leave();
  });
}
