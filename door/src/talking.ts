// The conversation, and the organisation's questions in it.
import { type Child, byId, h } from "./dom.ts";
import { countryName } from "./asking.ts";
import { organisation } from "./beginning.ts";
import { dateOf } from "./dates.ts";
import { type View, button, choices, field, main, notify, redraw, work } from "./page.ts";
import type { Conversation, Item } from "./sealed/conversation.ts";
import type { Bytes } from "./sealed/framing.ts";
import { tidy } from "./sealed/json.ts";
import type { Writable } from "./sealed/line.ts";
import type { Form } from "./sealed/manifest.ts";
import type { Known } from "./sealed/reach.ts";
import { pick, t } from "./speech.ts";
import { go, settle } from "./trail.ts";
import { visit } from "./visit.ts";

type Question = Form["questions"][number];

const questions = (): readonly Question[] => visit.ready?.form.questions ?? [];

/** Those that are neither answered, in this visit or before, nor passed over in this one. */
export function questionsLeft(): readonly Question[] {
  const answers = conversation().items.flatMap((item) => (item.kind === "answered" ? item.answers : []));
  return questions().filter(({ id }) => !visit.skipped.has(id) && !answers.some(([answered]) => answered === id));
}

/** The digest of the form, as the manifest names it. */
const formId = (): Bytes => (visit.ready as Known).manifest.form;

function conversation(): Conversation {
  if (!visit.conversation) throw new Error("no conversation");
  return visit.conversation;
}

export function talk(): View {
  letGo();
  const { items } = conversation();
  const left = questionsLeft().length > 0;
  return {
    title: t("talk-title"),
    over: organisation(),
    final: true,
    body: [
      h("p", { class: "standing" }, standing()),
      h("ol", { class: "talk" }, ...items.map(row)),
      h("div", { class: "ways" }, button("talk-look", look), left && button("talk-questions", () => go("question"))),
      h("h2", {}, h("label", { for: "message" }, t("talk-write"))),
      field("message", visit.message, (value) => (visit.message = value), { rows: 4 }),
      main("talk-send"),
      h("p", { class: "small" }, t("erase-not-yet")),
    ],
    submit: () => (visit.message.trim() ? void work("sending-send", writeMore, "failed-sending") : notify(() => t("words-none"))),
  };
}

/** Where it stands: the day on which somebody took it up, before an answer is there. */
function standing(): string {
  const { state, takenDay, firstDay, items } = conversation();
  if (state === "waiting") return t("talk-waiting", { day: dateOf(firstDay) });
  const day = dateOf(takenDay ?? firstDay);
  return items.some(({ who }) => who === "organisation") ? t("talk-answered", { day }) : t("talk-taken", { day });
}

function row(item: Item, i: number): HTMLElement {
  const yours = item.who === "you";
  const who = yours ? t("talk-you") : organisation();
  return h(
    "li",
    { class: yours ? "yours" : "theirs", id: `item-${i}`, tabindex: -1 },
    h("p", { class: "who" }, `${who}, ${dateOf(item.day)}`),
    ...said(item),
  );
}

function said(item: Item): readonly Child[] {
  switch (item.kind) {
    case "asked":
      return [h("p", { class: "small" }, `${countryName(item.country)}. ${t(`urgency-${item.urgency}`)}.`), text(item.text)];
    case "said":
      return [text(item.text)];
    case "answered":
      return item.answers.map(([id, value]) => {
        const question = questions().find((each) => each.id === id);
        const choice = question?.choices.find(([code]) => code === value);
        return h("div", {}, h("p", { class: "small" }, question ? pick(question.ask) : t("talk-answers")), text(choice ? pick(choice[1]) : value));
      });
  }
}

/** A person's own lines stay as they were written. */
const text = (words: string): HTMLElement => h("p", { class: "text", dir: "auto" }, words);

const look = (): void =>
  void work("return-reading", async () => {
    const fresh = await visit.line.refresh(conversation());
    tell(fresh, letGo());
  });

/** Says what is new, and goes to the organisation's newest words; `arrived`: of the own ones, those that were in doubt. */
function tell(fresh: readonly Item[], arrived: boolean): void {
  const theirs = fresh.some(({ who }) => who === "organisation");
  notify(() => t(theirs ? "talk-new" : arrived ? "talk-sent" : fresh.length ? "talk-new" : "talk-nothing-new"));
  if (theirs) toNewest();
}

/** Whether what was sent last stands in the conversation, whenever that was learned: then it stays in the field no longer. */
function letGo(): boolean {
  const { sent, message } = visit;
  if (!sent) return false;
  const since = conversation().items.slice(sent.after);
  if (!since.some((item) => item.who === "you" && item.kind === "said" && item.text === sent.text)) return false;
  if (tidy(message) === sent.text) visit.message = "";
  visit.sent = null;
  return true;
}

/** The organisation's last words have the focus, so that they are read out. */
export function toNewest(): void {
  const { items } = conversation();
  const last = items.map(({ who }) => who).lastIndexOf("organisation");
  if (last >= 0) byId(`item-${last}`).focus();
}

async function writeMore(): Promise<void> {
  const text = visit.message;
  visit.sent = { text: tidy(text), after: conversation().items.length };
  if (await write({ kind: "said", text })) notify(() => t("talk-sent"));
}

/** Whether it is on the relay's disk; if something new came meanwhile, that is shown first. */
async function write(event: Writable): Promise<boolean> {
  const { sent } = await visit.line.write(conversation(), event);
  if (sent) return true;
  settle("talk");
  notify(() => t("refusal-moved"));
  return false;
}

export function question(): View {
  const [asked] = questionsLeft();
  if (!asked) return talk();
  const value = visit.answers[asked.id] ?? "";
  const keep = (entered: string): void => void (visit.answers[asked.id] = entered);
  const all = asked.choices.map(([code, name]) => ({ value: code, name: pick(name) }));
  // A question is the heading; what explains it stands below.
  const [, title = "", more = ""] = /^(.*?\?)?\s*(.*)$/s.exec(pick(asked.ask)) ?? [];
  return {
    title: title || more,
    over: t("question-step", { n: questions().indexOf(asked) + 1, of: questions().length }),
    final: true,
    body: [
      title && more ? h("p", {}, more) : null,
      asked.kind === "one" ? choices(value, all, keep) : field("answer", value, keep, { "aria-labelledby": "title", rows: 4 }),
      h("div", { class: "ways" }, main("question-send"), button("question-skip", () => skip(asked))),
    ],
    submit: () => (visit.answers[asked.id]?.trim() ? void work("sending-send", () => answer(asked), "failed-sending") : skip(asked)),
  };
}

function skip({ id }: Question): void {
  visit.skipped.add(id);
  nextQuestion();
}

/** Each answer goes by itself: a phone that drops the page costs one. */
async function answer({ id }: Question): Promise<void> {
  if (await write({ kind: "answered", form: formId(), answers: [[id, visit.answers[id] ?? ""]] })) nextQuestion();
}

function nextQuestion(): void {
  if (questionsLeft().length) return redraw();
  settle("talk");
  if (conversation().items.some(({ kind }) => kind === "answered")) notify(() => t("questions-done"));
}
