// The steps of a visit. Every step is an entry of the tab's history, so that a phone's back gesture goes one
// step back instead of losing everything; entries hold a number and nothing else, at one and the same address.

export type Step =
  | "front" | "before" | "date" | "country" | "urgency" | "words" | "phrase" | "check" | "sent"
  | "return" | "repair" | "missing"
  | "talk" | "question";

// After a reload the numbers go on and the steps are forgotten, as everything is.
let at = typeof history.state === "number" ? history.state : 0;
let steps: Step[] = Array<Step>(at + 1).fill("front");
let shown: () => void;

export const step = (): Step => steps[at] ?? "front";
/** How many entries of the history lie before this one that are ours. */
export const depth = (): number => at;

/** Shows what `show` makes of the step, now and after every step back or forth. */
export function begin(show: () => void): void {
  shown = show;
  addEventListener("popstate", ({ state }) => {
    at = typeof state === "number" ? state : 0;
    shown();
  });
  show();
}

/** Nothing is drawn any more: what it was drawn on is gone. */
export const end = (): void => void (shown = () => undefined);

/** One step on. */
export function go(next: Step): void {
  steps = [...steps.slice(0, at + 1), next];
  at += 1;
  history.pushState(at, "");
  shown();
}

/** One step back. */
export const back = (): void => history.back();

/** What lies behind is done: here and on every way back, and forth after going back, there is this step from now on. */
export function settle(next: Step): void {
  steps = steps.map(() => next);
  shown();
}
