// Asking for help, one thing at a time: in the queue after about a minute.
import { type Child, bullets, byId, h, paragraphs } from "./dom.ts";
import { dateOf } from "./dates.ts";
import type { Urgency } from "./sealed/event.ts";
import { Refusal } from "./sealed/codes.ts";
import { type Request, bytesLeft } from "./sealed/line.ts";
import { drawPhrase, sameWord } from "./phrases.ts";
import { type View, button, choices, doingNow, field, main, notify, work } from "./page.ts";
import { language, pick, t } from "./speech.ts";
import { inApp, random } from "./surroundings.ts";
import { type Step, go, settle } from "./trail.ts";
import { forget, visit } from "./visit.ts";

const STEPS: readonly Step[] = ["country", "urgency", "words", "phrase", "check"];
const over = (now: Step): string => t("step", { n: STEPS.indexOf(now) + 1, of: STEPS.length });
const ANOTHER = "another";
const URGENCIES: readonly Urgency[] = ["held", "date", "papers", "unit", "none"];

/** The organisation's name, from org.js. */
export const organisation = (): string => pick(safeconductOrg.name) || t("organisation");

/** Another step's page is drawn by a change of step only. */
const next = (step: Step) => (): void => go(step);

export const front = (): View => ({
  title: t("front-title"),
  over: organisation(),
  final: true,
  body: [
    ...paragraphs(t("front-what")),
    inApp() && h("p", { class: "weighty" }, t("front-in-app")),
    h("div", { class: "ways" }, main("front-ask"), button("front-return", next("return"))),
  ],
  submit: next("before"),
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
    h("p", {}, t("date-what", { day: dateOf(visit.ready?.doubtfulDay ?? 0) })),
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

export function check(): View {
  const { tested, language: lang } = visit.phrase ?? { tested: [0, 1] as const, language: language() };
  const row = (place: 0 | 1): HTMLElement =>
    h(
      "p",
      { class: "word" },
      h("label", { for: `word-${place}` }, t("check-word", { n: tested[place] + 1 })),
      h("input", {
        id: `word-${place}`,
        lang,
        type: "text",
        value: visit.recalled[place],
        autocomplete: "off",
        autocapitalize: "none",
        autocorrect: "off",
        spellcheck: "false",
        oninput: (event) => void (visit.recalled[place] = (event.target as HTMLInputElement).value),
      }),
    );
  return {
    title: t("check-title"),
    over: over("check"),
    body: [
      h("p", {}, t("check-why")),
      row(0),
      row(1),
      h("div", { class: "ways" }, main("check-send"), button("check-show", () => history.back())),
    ],
    submit: recall,
  };
}

/** Both words, and then it goes. */
function recall(): void {
  const { words, tested } = visit.phrase ?? { words: [], tested: [] };
  const wrong = tested.findIndex((place, i) => !sameWord(words[place] ?? "", visit.recalled[i] ?? ""));
  if (wrong < 0) return void seal();
  notify(() => t("check-wrong", { n: (tested[wrong] ?? 0) + 1 }));
  byId(`word-${wrong}`).focus();
}

const seal = (): Promise<void> => work("sending-seal", send, "failed-sending");

async function send(): Promise<void> {
  if (!visit.phrase) throw new Error("no phrase");
  const keys = await visit.phrase.keys();
  if (!(await prepare(() => void seal()))) return;
  doingNow("sending-send");
  const asked = await visit.line.ask(keys, request(), correction());
  visit.conversation = asked.conversation;
  visit.askedDay = asked.day;
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
      h("p", {}, soon ? t("sent-when-soon") : t("sent-when-day", { day: dateOf(visit.askedDay + 1) })),
      h("p", {}, t("sent-how")),
      h("div", { class: "ways" }, ...ways),
      h("p", { class: "small" }, t("sent-close")),
      h("p", { class: "small" }, t("erase-not-yet")),
    ],
    submit: () => settle(questions ? "question" : "talk"),
  };
}

/** After a phrase that found nothing: from the beginning, with nothing left of it. */
export function anew(): void {
  forget();
  go("before");
}

