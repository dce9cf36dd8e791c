// The page begins here.
import { byId, fill, h } from "./dom.ts";
import { check, country, phrase, sent, urgency, words } from "./asking.ts";
import { before, date, front } from "./beginning.ts";
import { watch } from "./leaving.ts";
import { show, useViews } from "./page.ts";
import { RELEASE } from "./release.ts";
import { enter, missing, repair } from "./returning.ts";
import { Line } from "./sealed/line.ts";
import { LANGUAGES, type Language, NAMES, type PlainKey, language, speak, t, wished } from "./speech.ts";
import { clock, random, relay } from "./surroundings.ts";
import { question, talk } from "./talking.ts";
import { begin } from "./trail.ts";
import { arrive } from "./visit.ts";

const VIEWS = { front, before, date, country, urgency, words, phrase, check, sent, return: enter, repair, missing, talk, question };

/** The page's own words outside the steps. */
function drawFrame(): void {
  const leave = byId("leave");
  leave.textContent = t("leave");
  leave.setAttribute("aria-label", t("leave-label"));
  const choice = (each: Language): HTMLElement =>
    h("button", { type: "button", lang: each, "aria-pressed": String(each === language()), onclick: () => void change(each) }, NAMES[each]);
  const focused = document.activeElement?.getAttribute("lang");
  fill(byId("languages"), ...LANGUAGES.map(choice));
  if (focused) byId("languages").querySelector<HTMLElement>(`[lang=${focused}]`)?.focus();
}

/** Another language, at whatever step: what was entered stays. */
async function change(wanted: Language): Promise<void> {
  // What cannot be downloaded now leaves the page as it is.
  await speak(wanted).catch(() => undefined);
  drawFrame();
  draw();
}

/** The step there is, or why there is none. */
function draw(): void {
  const why = unfit();
  if (!why) return show();
  fill(byId("main"), h("h1", {}, t("page")), h("p", { class: "weighty" }, t(why)));
}

/** Why nothing can be written here, if so. */
function unfit(): PlainKey | null {
  if (!isSecureContext) return "unfit-insecure";
  if (!globalThis.crypto?.subtle) return "unfit-browser";
  return globalThis.safeconductOrg ? null : "unfit-loading";
}

async function open(): Promise<void> {
  await speak(wished(navigator.languages));
  drawFrame();
  if (unfit()) return draw();
  arrive(new Line(safeconductOrg, relay, clock, random, RELEASE));
  useViews(VIEWS);
  begin(show);
}

watch(byId("leave"));
void open();
