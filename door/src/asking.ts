// Asking for help, one thing at a time: in the queue after about a minute.
import { organisation, prepare } from "./beginning.ts";
import { type Child, bullets, h, paragraphs } from "./dom.ts";
import type { Urgency } from "./sealed/event.ts";
import { Refusal } from "./sealed/codes.ts";
import { type Request, bytesLeft } from "./sealed/line.ts";
import { drawPhrase, sameWord } from "./phrases.ts";
import { type View, button, choices, doingNow, field, main, notify, work } from "./page.ts";
import { language, t } from "./speech.ts";
import { random } from "./surroundings.ts";
import { type Step, go, settle } from "./trail.ts";
import { visit } from "./visit.ts";

const STEPS: readonly Step[] = ["country", "urgency", "words", "phrase", "check"];
const over = (now: Step): string => t("step", { n: STEPS.indexOf(now) + 1, of: STEPS.length });
const ANOTHER = "another";
const URGENCIES: readonly Urgency[] = ["held", "date", "papers", "unit", "none"];

/** Another step's page is drawn by a change of step only. */
const next = (step: Step) => (): void => go(step);

export function country(): View {
  const names = namesOf(visit.ready?.form.countries ?? []);
  const all = [...names, { value: ANOTHER, name: t("country-another") }];
  return {
    title: t("country-title"),
    over: over("country"),
    body: [h("p", {}, t("country-why")), choices(visit.country, all, (value) => (visit.country = value)), main("next")],
    submit: () => (visit.country === null ? notify(() => t("choose")) : go("urgency")),
  };
}

/** Countries by their names in the language in use, in its order; a code where the browser knows no name. */
function namesOf(codes: readonly string[]) {
  const names = "DisplayNames" in Intl ? new Intl.DisplayNames([language()], { type: "region" }) : null;
  return codes
    .map((value) => ({ value, name: names?.of(value) ?? value }))
    .sort((one, other) => one.name.localeCompare(other.name, language()));
}

export const countryName = (code: string): string => (code ? (namesOf([code])[0]?.name ?? code) : t("country-another"));

export function urgency(): View {
  const all = URGENCIES.map((value) => ({
    value,
    name: t(`urgency-${value}`),
    ...(value === "none" ? {} : { hint: t(`urgency-${value}-hint`) }),
  }));
  return {
    title: t("urgency-title"),
    over: over("urgency"),
    body: [
      h("p", {}, t("urgency-why")),
      choices(visit.urgency, all, (value) => (visit.urgency = value as Urgency)),
      main("next"),
    ],
    submit: () => (visit.urgency === null ? notify(() => t("choose")) : go("words")),
  };
}

/** What will be sealed. */
const request = (): Request => ({
  country: visit.country === null || visit.country === ANOTHER ? "" : visit.country,
  urgency: visit.urgency ?? "none",
  language: language(),
  text: visit.text,
});

/** What is said behind a request that arrived with another country or urgency than are chosen now. */
function correction(): string {
  const { country, urgency } = request();
  return t("correction", { country: countryName(country), urgency: t(`urgency-${urgency}`) });
}

/** How many characters there is room for; below zero: too many. */
function room(): number {
  const left = bytesLeft(request());
  const bytes = new TextEncoder().encode(visit.text).length;
  if (left < 0) return Math.floor((left / bytes) * visit.text.length);
  // A letter that is not Latin takes two bytes; a blank one, so there is always room for at least as many.
  return Math.floor(left / (language() === "ru" || bytes > visit.text.length ? 2 : 1));
}

const counted = (left: number): string => (left < 0 ? t("words-over", { over: -left }) : t("words-left", { left }));

export function words(): View {
  const counter = h("p", { id: "counter", class: "small" }, counted(room()));
  const keep = (value: string): void => {
    visit.text = value;
    counter.textContent = counted(room());
  };
  return {
    title: t("words-title"),
    over: over("words"),
    body: [
      ...paragraphs(t("words-why")),
      field("words", visit.text, keep, { "aria-labelledby": "title", "aria-describedby": "counter" }),
      counter,
      main("next"),
    ],
    submit() {
      if (!visit.text.trim()) return notify(() => t("words-none"));
      if (bytesLeft(request()) < 0) return notify(() => counted(room()));
      void work("phrase-making", async () => {
        visit.phrase ??= await drawPhrase(visit.line, random);
        go("phrase");
      });
    },
  };
}

export function phrase(): View {
  const { words, language: lang } = visit.phrase ?? { words: [], language: language() };
  return {
    title: t("phrase-title"),
    over: over("phrase"),
    body: [
      ...paragraphs(t("phrase-why")),
      h("ol", { class: "phrase", lang, "aria-label": t("phrase-list") }, ...words.map((word) => h("li", {}, h("span", {}, word)))),
      h("h2", {}, t("phrase-keep")),
      bullets(t("phrase-keep-list")),
      main("phrase-done"),
    ],
    submit: next("check"),
  };
}

export const check = (): View => ({
  title: t("check-title"),
  over: over("check"),
  body: [
    h("p", {}, t("check-why")),
    ...[0, 1].map(recalled),
    h("div", { class: "ways" }, main("check-send"), button("check-show", () => history.back())),
  ],
  submit: recall,
});

/** One of the two words asked back; while it is the one that the notice is about, a screen reader says so. */
function recalled(place: number): HTMLElement {
  const id = `word-${place}`;
  const mark = (): void => {
    const wrong = visit.notice !== null && visit.wrong === place && !isRight(place);
    const marks = { "aria-invalid": "true", "aria-describedby": "notice" };
    for (const [name, value] of Object.entries(marks)) wrong ? input.setAttribute(name, value) : input.removeAttribute(name);
  };
  const oninput = (): void => {
    visit.recalled[place] = input.value;
    mark();
  };
  const [lang, value] = [visit.phrase?.language ?? null, visit.recalled[place] ?? ""];
  const plain = { type: "text", autocomplete: "off", autocapitalize: "none", autocorrect: "off", spellcheck: "false" };
  const input = h("input", { id, lang, value, oninput, ...plain });
  mark();
  return h("p", { class: "word" }, h("label", { for: id }, t("check-word", { n: number(place) + 1 })), input);
}

/** Which word of the phrase is asked back there, counted from 0. */
const number = (place: number): number => visit.phrase?.tested[place] ?? place;

const isRight = (place: number): boolean => sameWord(visit.phrase?.words[number(place)] ?? "", visit.recalled[place] ?? "");

/** Both words, and then it goes. */
function recall(): void {
  const wrong = [0, 1].find((place) => !isRight(place));
  if (wrong === undefined) return void seal();
  visit.wrong = wrong;
  notify(() => t("check-wrong", { n: number(wrong) + 1 }), `word-${wrong}`);
}

const seal = (): Promise<void> => work("sending-seal", send, "failed-sending");

async function send(): Promise<void> {
  if (!visit.phrase) throw new Error("no phrase");
  const keys = await visit.phrase.keys();
  if (!(await prepare(() => void seal()))) return;
  doingNow("sending-send");
  const asked = await visit.line.ask(keys, request(), correction());
  visit.conversation = asked.conversation;
  if (!asked.sent) throw new Refusal("stale");
  settle(asked.known ? "talk" : "sent");
  if (asked.behind) notify(() => t("talk-behind"));
}

export function sent(): View {
  const soon = visit.urgency === "held" || visit.urgency === "date";
  const questions = visit.ready?.form.questions.length ?? 0;
  const ways: readonly Child[] = questions
    ? [h("h2", {}, t("talk-questions")), h("p", {}, t("sent-more")), main("sent-questions"), button("sent-conversation", next("talk"))]
    : [main("sent-conversation")];
  return {
    title: t("sent-title"),
    final: true,
    body: [
      h("p", { class: "weighty" }, t("sent-what", { org: organisation() })),
      h("p", {}, soon ? t("sent-when-soon") : t("sent-when-day")),
      h("p", {}, t("sent-how")),
      h("div", { class: "ways" }, ...ways),
      h("p", { class: "small" }, t("sent-close")),
      h("p", { class: "small" }, t("erase-not-yet")),
    ],
    submit: () => settle(questions ? "question" : "talk"),
  };
}
