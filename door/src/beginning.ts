// The first pages: what this is, what it cannot protect against, and whether anybody can receive.
import { bullets, h, paragraphs } from "./dom.ts";
import { fullDateOf } from "./dates.ts";
import { Refusal } from "./sealed/codes.ts";
import { type View, button, main, work } from "./page.ts";
import { pick, t } from "./speech.ts";
import { inApp } from "./surroundings.ts";
import { go } from "./trail.ts";
import { forget, visit } from "./visit.ts";

/** The organisation's name, from org.js. */
export const organisation = (): string => pick(safeconductOrg.name) || t("organisation");

export const front = (): View => ({
  title: t("front-title"),
  over: organisation(),
  final: true,
  body: [
    ...paragraphs(t("front-what")),
    inApp() && h("p", { class: "weighty" }, t("front-in-app")),
    h("div", { class: "ways" }, main("front-ask"), button("front-return", () => go("return"))),
  ],
  submit: () => go("before"),
});

export const before = (): View => ({
  title: t("before-title"),
  body: [
    h("p", { class: "weighty" }, t("before-private")),
    h("details", {}, h("summary", {}, t("before-how")), bullets(t("before-how-list"))),
    h("h2", {}, t("before-not")),
    bullets(t("before-not-list")),
    h("p", {}, t("before-leave", { host: new URL(safeconductOrg.leave).host })),
    main("next"),
  ],
  submit: () => void work("country-wait", begin),
});

/** Nobody writes a cry for help that nobody can receive. */
async function begin(): Promise<void> {
  if (!(await prepare(() => void work("country-wait", begin)))) return;
  if (visit.ready?.outdated) throw new Refusal("format-other");
  if (!visit.ready?.receives) throw new Refusal("manifest-ended");
  go("country");
}

/** What must be known of the organisation; false where the date is asked about first, and `then` goes on after that. */
export async function prepare(then: () => void): Promise<boolean> {
  visit.ready = await visit.line.prepare();
  if (visit.ready.doubtfulDay === null) return true;
  visit.afterDate = then;
  go("date");
  return false;
}

export const date = (): View => ({
  title: t("date-title"),
  body: [
    h("p", {}, t("date-what", { day: fullDateOf(visit.ready?.doubtfulDay ?? 0) })),
    h("div", { class: "ways" }, button("date-wrong", dateIsWrong, "first"), button("date-right", dateIsRight)),
  ],
});

function dateIsWrong(): void {
  visit.line.dateIsWrong();
  visit.afterDate?.();
}

const dateIsRight = (): void =>
  void work("country-wait", async () => {
    throw new Refusal("manifest-ended");
  });

/** After a phrase that found nothing: from the beginning, with nothing left of it. */
export function anew(): void {
  forget();
  go("before");
}
