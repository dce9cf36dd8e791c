// Coming back with nine words.
import { bullets, byId, fill, h } from "./dom.ts";
import { anew, prepare } from "./beginning.ts";
import { type View, button, doingNow, field, main, notify, work } from "./page.ts";
import { complete, prepareWords, readEntered, tokens } from "./phrases.ts";
import { codeOf } from "./sealed/codes.ts";
import type { Bytes } from "./sealed/framing.ts";
import type { SeekerKeys } from "./sealed/line.ts";
import { t } from "./speech.ts";
import { toNewest } from "./talking.ts";
import { go, settle } from "./trail.ts";
import { visit } from "./visit.ts";

export function enter(): View {
  const count = h("p", { id: "count", class: "small" });
  const offers = h("p", { class: "offers" });
  const keep = (value: string): void => {
    visit.entered = value;
    count.textContent = counted();
    offer(offers);
  };
  const attributes = { rows: 4, autocapitalize: "none", autocorrect: "off", "aria-describedby": "hint count" };
  count.textContent = counted();
  void prepareWords().then(() => offer(offers));
  return {
    title: t("return-title"),
    body: [
      h("p", { id: "hint" }, t("return-hint")),
      h("label", { for: "entered" }, t("return-label")),
      field("entered", visit.entered, keep, attributes),
      count,
      offers,
      main("return-open"),
    ],
    submit: () => void work("return-opening", read, "failed-opening"),
  };
}

const counted = (): string => t("return-count", { n: tokens(visit.entered).length });

/** Words that the last one, unfinished, may become: one press writes it out. */
function offer(offers: HTMLElement): void {
  const finish = (word: string): HTMLElement =>
    h("button", { type: "button", class: "offer", "aria-label": `${t("return-complete")}: ${word}`, onclick: () => take(word) }, word);
  fill(offers, ...complete(visit.entered).map(finish));
}

function take(word: string): void {
  if (visit.busy) return;
  const entered = byId("entered") as HTMLTextAreaElement;
  entered.value = `${entered.value.replace(/\S+$/, "")}${word} `;
  entered.dispatchEvent(new Event("input"));
  entered.focus();
}

/** A phrase put right is shown before it is used. */
async function read(): Promise<void> {
  try {
    const reading = await readEntered(visit.entered);
    visit.repaired = reading;
    if (reading.repaired.length) return go("repair");
    await open(reading.entropy);
  } catch (error) {
    if (!explain(error)) throw error;
  }
}

/** What is wrong with the words themselves, said without alarm. */
function explain(error: unknown): boolean {
  const said = tokens(visit.entered);
  switch (codeOf(error)) {
    case "phrase-length":
      notify(() => t("phrase-length", { n: said.length }));
      return true;
    case "word-unknown":
      notify(() => t("phrase-unknown"));
      return true;
    case "phrase-check":
      notify(() => t("phrase-check"));
      return true;
    case "phrase-ambiguous":
      notify(() => t("phrase-ambiguous"));
      return true;
    default:
      return false;
  }
}

const open = async (entropy: Bytes): Promise<void> => find(await visit.line.stretch(entropy));

async function find(keys: SeekerKeys): Promise<void> {
  doingNow("return-reading");
  if (!(await prepare(() => void work("return-reading", () => find(keys), "failed-opening")))) return;
  visit.conversation = await visit.line.comeBack(keys);
  visit.repaired = null;
  if (!visit.conversation) return go("missing");
  visit.entered = "";
  settle("talk");
  toNewest();
}

export function repair(): View {
  const reading = visit.repaired;
  if (!reading) return enter();
  const { words, entered, repaired, language: lang } = reading;
  const was = (i: number): HTMLElement => h("small", {}, t("repair-was", { was: entered[i] ?? "" }));
  const row = (word: string, i: number): HTMLElement =>
    h("li", { class: repaired.includes(i) && "repaired" }, h("span", { lang }, word), repaired.includes(i) && was(i));
  return {
    title: t("repair-title"),
    body: [
      h("p", {}, t("repair-what", { n: repaired.length })),
      h("ol", { class: "phrase", "aria-label": t("phrase-list") }, ...words.map(row)),
      h("div", { class: "ways" }, main("repair-yes"), button("repair-no", () => history.back())),
    ],
    submit: () => void work("return-opening", () => open(reading.entropy), "failed-opening"),
  };
}

export const missing = (): View => ({
  title: t("missing-title"),
  body: [
    h("p", {}, t("missing-what")),
    bullets(t("missing-list")),
    h("p", {}, t("missing-then")),
    h("div", { class: "ways" }, main("missing-again"), button("missing-anew", anew)),
  ],
  submit: () => go("return"),
});

