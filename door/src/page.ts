// The frame around every step: heading, notices, buttons, what is going on; and how a step is drawn anew.
import { type Attributes, type Child, byId, fill, h } from "./dom.ts";
import { failureOf, saidOf } from "./refusals.ts";
import { type PlainKey, t } from "./speech.ts";
import { type Step, back, depth, step } from "./trail.ts";
import { type Failed, visit } from "./visit.ts";

/** What a step shows. */
export interface View {
  readonly title: string;
  /** Above the title, small: where one is. */
  readonly over?: string;
  readonly body: readonly Child[];
  /** What Enter and the main button do. */
  submit?(): void;
  /** Whether there is a way back from here. */
  readonly final?: boolean;
}

type Views = Readonly<Record<Step, () => View>>;
let views: Views;
let drawn: Step | null = null;
let arrived = false;

export const useViews = (all: Views): void => void (views = all);

/** Draws the step there is. After a change of step the heading has the focus, so that it is read out. */
export function show(): void {
  const now = step();
  const moved = arrived || (drawn !== null && drawn !== now);
  arrived = false;
  if (moved) Object.assign(visit, { failure: null, notice: null });
  const view = views[now]();
  fill(byId("main"), form(view));
  drawn = now;
  showBusy();
  if (moved) {
    scrollTo(0, 0);
    byId("title").focus({ preventScroll: true });
  }
}

/** Draws the step as one just come to: the next question. */
export function redraw(): void {
  arrived = true;
  show();
}

function form({ title, over, body, submit, final }: View): HTMLElement {
  const onsubmit = (event: Event): void => {
    event.preventDefault();
    if (!visit.busy) submit?.();
  };
  return h(
    "form",
    { autocomplete: "off", novalidate: true, onsubmit },
    depth() > 0 && !final && h("button", { type: "button", class: "back", onclick: back }, t("back")),
    over ? h("p", { class: "over" }, over) : null,
    h("h1", { id: "title", tabindex: -1 }, title),
    visit.failure && failure(visit.failure),
    visit.notice && h("p", { class: "notice", id: "notice", tabindex: -1 }, visit.notice()),
    ...body,
    h("p", { id: "doing", class: "doing" }),
  );
}

function failure({ of, failed, again }: Failed): HTMLElement {
  return h(
    "section",
    { class: "failure", id: "notice", tabindex: -1, "aria-labelledby": "failed" },
    h("h2", { id: "failed" }, t(failed)),
    h("p", {}, t(`refusal-${saidOf(of)}`)),
    h("p", {}, t("kept")),
    button("again", again, "second"),
    h("p", { class: "code" }, t("code", { code: of })),
  );
}

/** What is said at the top of the page from now until the next thing that is done; the focus goes there, or to what it is about. */
export function notify(say: () => string, focus = "notice"): void {
  visit.notice = say;
  show();
  byId(focus).focus();
}

/** What was said has been followed. */
function unnotify(): void {
  visit.notice = null;
  document.getElementById("notice")?.remove();
}

/** Does something that takes time. What fails is said, under its heading, with a way to try again; nothing is lost. */
export async function work(doing: PlainKey, task: () => Promise<void>, failed: PlainKey = "failed"): Promise<void> {
  if (visit.busy) return;
  visit.failure = null;
  unnotify();
  doingNow(doing);
  const failure = await task().then(
    () => null,
    (error: unknown) => ({ of: failureOf(error), failed, again: () => void work(doing, task, failed) }),
  );
  visit.busy = null;
  showBusy();
  if (!failure) return;
  visit.failure = failure;
  show();
  byId("notice").focus();
}

/** Says what is being done now. */
export function doingNow(doing: PlainKey): void {
  visit.busy = doing;
  showBusy();
}

/** On the page beside the button, and for a screen reader. */
function showBusy(): void {
  const said = visit.busy ? t(visit.busy) : "";
  byId("main").setAttribute("aria-busy", String(visit.busy !== null));
  byId("main").querySelectorAll<HTMLInputElement>("input, textarea").forEach(rest);
  byId("doing").textContent = said;
  if (byId("status").textContent !== said) byId("status").textContent = said;
}

/** What is on its way cannot be altered any more: a field takes nothing meanwhile. Disabled it would lose the focus. */
function rest(field: HTMLInputElement): void {
  const busy = visit.busy !== null;
  if (field.type === "radio") field.setAttribute("aria-disabled", String(busy));
  else field.readOnly = busy;
}

/** A button that does not send the form. */
export const button = (key: PlainKey, onclick: () => void, kind = "second"): HTMLElement =>
  h("button", { type: "button", class: kind, onclick: () => void (visit.busy || onclick()) }, t(key));

/** The main button: Enter presses it too. */
export const main = (key: PlainKey): HTMLElement => h("button", { type: "submit", class: "first" }, t(key));

/** One of a few; `hint` stands under its name. */
export interface Choice {
  readonly value: string;
  readonly name: string;
  readonly hint?: string;
}

/** Choices to pick one from, named by the page's heading. */
export function choices(chosen: string | null, all: readonly Choice[], choose: (value: string) => void): HTMLElement {
  const row = ({ value, name, hint }: Choice): HTMLElement => {
    const onclick = (event: Event): void => void (visit.busy && event.preventDefault());
    const input = h("input", { type: "radio", name: "choice", value, onclick, onchange: () => (unnotify(), choose(value)) });
    input.checked = value === chosen;
    return h("label", { class: "choice" }, input, h("span", {}, name, hint ? h("small", {}, hint) : null));
  };
  return h("div", { role: "radiogroup", "aria-labelledby": "title", class: "choices" }, ...all.map(row));
}

/** A field for sentences. What is typed is never sent to a spelling service. */
export function field(id: string, value: string, keep: (value: string) => void, more: Attributes = {}): HTMLTextAreaElement {
  const oninput = (event: Event): void => keep((event.target as HTMLTextAreaElement).value);
  return h("textarea", { id, value, oninput, rows: 7, spellcheck: "false", autocomplete: "off", ...more });
}
