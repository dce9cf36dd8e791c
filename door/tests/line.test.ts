// The line against a real relay and an organisation behind it: tests/door/organisation.py.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { type Code, Refusal } from "../src/sealed/codes.ts";
import { concat, dayOf, digest, frame, split, utf8 } from "../src/sealed/framing.ts";
import { toBase64url } from "../src/sealed/json.ts";
import { type Conversation, Line, type Org, type Relay, type Request, bytesLeft } from "../src/sealed/line.ts";
import { type SeekerKeys, seekerKeys } from "../src/sealed/seeker.ts";
import { Peer, hex, unhex } from "./peer.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Answer = Awaited<ReturnType<Relay["post"]>>;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const HELP: Request = { country: "KZ", urgency: "date", language: "ru", text: "Суд во вторник. Что мне делать?" };

const organisation = new Peer("organisation.py");
let relay = "";
let org: Org;
let moved_days = 0;

before(async () => {
  const begun = await organisation.next();
  relay = String(begun["relay"]);
  const name = [["ru", "Тихая гавань"], ["en", "Quiet harbour"]] as const;
  org = { root: toBase64url(unhex(begun["root"])), delegation: 1, day: Number(begun["day"]), name, leave: "https://example.org/" };
});
after(() => organisation.close());

const random = (bytes: number): Bytes => new Uint8Array(randomBytes(bytes));
const phrase = (): Promise<SeekerKeys> => seekerKeys(random(64));

/** The network between, and what can go wrong in it: each fault is for one request. */
class Wire implements Relay {
  readonly sent: { route: string; body: Bytes }[] = [];
  readonly faults: ((answer: Answer) => Answer)[] = [];

  async post(route: string, body: Bytes): Promise<Answer> {
    this.sent.push({ route, body });
    const headers = { "content-type": "application/octet-stream" };
    const answer = await fetch(relay + route, { method: "POST", body, headers });
    const [status, type] = [answer.status, answer.headers.get("content-type") ?? ""];
    const heard = { status, type, body: new Uint8Array(await answer.arrayBuffer()) };
    return (this.faults.shift() ?? faithful)(heard);
  }
  readonly routes = (): string[] => this.sent.map(({ route }) => route);
}

const faithful = (answer: Answer): Answer => answer;
const lost = (): Answer => {
  throw new TypeError("network");
};

function visit({ clock = () => Date.now() + moved_days * DAY_MS, version = 1 } = {}): { line: Line; wire: Wire } {
  const wire = new Wire();
  return { line: new Line(org, wire, { now_ms: clock }, random, { day: org.day, version }), wire };
}

const refuses = (code: Code) => (error: unknown) => error instanceof Refusal && error.code === code && error.message === code;

/** What the organisation sees and does. */
const arrivals = async (): Promise<unknown[]> => (await organisation.ask({ do: "arrivals" }))["contacts"] as unknown[];

async function attend(what: string, keys: SeekerKeys, text = ""): Promise<unknown> {
  await arrivals();
  const done = await organisation.ask({ do: what, contact: hex(keys.contact.id), text });
  assert.equal(done["refused"], undefined);
  return done["said"];
}

async function days(by: number, publish = true): Promise<number> {
  moved_days += by;
  return Number((await organisation.ask({ do: "days", by, publish }))["day"]);
}

const shown = ({ items }: Pick<Conversation, "items">): string[] =>
  items.map((item) => `${item.who}: ${item.kind === "answered" ? JSON.stringify(item.answers) : item.text}`);

async function comeBack(keys: SeekerKeys): Promise<Conversation> {
  const conversation = await visit().line.comeBack(keys);
  assert.ok(conversation);
  return conversation;
}

describe("before anything is sent", () => {
  test("the manifest is verified, and kept for an hour", async () => {
    let now_ms = Date.now();
    const { line, wire } = visit({ clock: () => now_ms });
    const ready = await line.prepare();
    assert.deepEqual(ready.form, { countries: ["KZ", "GE"], questions: [] });
    assert.deepEqual([ready.receives, ready.outdated, ready.doubtfulDay, ready.name], [true, false, null, org.name]);
    now_ms += 3_599_000;
    await line.prepare();
    assert.deepEqual(wire.routes(), ["manifest"]);
    now_ms += 2_000;
    await line.prepare();
    assert.deepEqual(wire.routes(), ["manifest", "manifest"]);
  });

  test("a phone far ahead is not believed, and its date is for the person to judge", async () => {
    const ahead_ms = Date.now() + 60 * DAY_MS;
    const { doubtfulDay, day, receives } = await visit({ clock: () => ahead_ms }).line.prepare();
    assert.deepEqual([doubtfulDay, receives], [dayOf(ahead_ms), true]);
    assert.ok(day < dayOf(ahead_ms) - 2);
  });

  test("a phone far behind changes nothing", async () => {
    const { doubtfulDay, receives } = await visit({ clock: () => 0 }).line.prepare();
    assert.deepEqual([doubtfulDay, receives], [null, true]);
  });

  test("a door older than the organisation wants says so", async () => {
    assert.equal((await visit({ version: 0 }).line.prepare()).outdated, true);
  });

  test("a day signed for another visit is refused", async () => {
    let recorded: Answer | undefined;
    const first = visit();
    first.wire.faults.push((answer) => (recorded = answer));
    await first.line.prepare();
    const second = visit();
    second.wire.faults.push(() => recorded ?? lost());
    await assert.rejects(second.line.prepare(), refuses("day-wrong"));
  });

  test("an older manifest, or a form that it does not name, is refused", async () => {
    let now_ms = Date.now() + moved_days * DAY_MS;
    const { line, wire } = visit({ clock: () => now_ms });
    let older: Bytes | undefined;
    wire.faults.push((answer) => {
      older = fieldsOf(answer)[2];
      return answer;
    });
    await line.prepare();
    await days(0);
    now_ms += 2 * HOUR_MS;
    await line.prepare();
    now_ms += 2 * HOUR_MS;
    wire.faults.push((answer) => withField(answer, 2, older));
    await assert.rejects(line.prepare(), refuses("manifest-old"));
    wire.faults.push((answer) => withField(answer, 4, utf8('{"countries":[],"questions":[]}')));
    await assert.rejects(line.prepare(), refuses("manifest-wrong"));
    await line.prepare();
  });

  test("another key than the one that is named for today receives nothing", async () => {
    const { line, wire } = visit();
    const other = (await phrase()).box.public;
    wire.faults.push((answer) => withField(answer, 3, other));
    assert.equal((await line.prepare()).receives, false);
    await assert.rejects(line.ask(await phrase(), HELP), refuses("box-unnamed"));
    assert.deepEqual(wire.routes(), ["manifest"]);
  });

  test("no manifest from before the release or `org.js` is believed", async () => {
    const clock = { now_ms: Date.now };
    for (const [ours, release] of [[{ ...org, day: org.day + 60 }, org.day], [org, org.day + 60]] as const) {
      const line = new Line(ours, new Wire(), clock, random, { day: release, version: 1 });
      await assert.rejects(line.prepare(), refuses("manifest-ended"));
    }
  });

  test("another organisation's page does not take this manifest", async () => {
    const other = new Line({ ...org, root: toBase64url(random(32)) }, new Wire(), { now_ms: Date.now }, random, { day: 0, version: 1 });
    await assert.rejects(other.prepare(), refuses("space-unknown"));
    const asWrongRoot: Relay = { post: async (route, body) => new Wire().post(route, await asOurs(body)) };
    const fooled = new Line({ ...org, root: toBase64url(random(32)) }, asWrongRoot, { now_ms: Date.now }, random, { day: 0, version: 1 });
    // The relay signs the day for its own space: that is seen first.
    await assert.rejects(fooled.prepare(), refuses("day-wrong"));
  });

  test("a sign-in page of somebody's network is no relay", async () => {
    for (const fault of [
      (answer: Answer): Answer => ({ ...answer, type: "text/html" }),
      (answer: Answer): Answer => ({ ...answer, status: 403 }),
      (answer: Answer): Answer => ({ ...answer, body: answer.body.slice(0, 31) }),
    ]) {
      const { line, wire } = visit();
      wire.faults.push(fault);
      await assert.rejects(line.prepare(), refuses("relay-foreign"));
      await line.prepare();
    }
  });
});

/** The fields of a `manifest answer`: day, signature, manifest, box key, form. */
const fieldsOf = ({ body }: Answer): Bytes[] => split(body.slice(32), "manifest answer", 5).fields;

function withField(answer: Answer, place: number, other: Bytes = new Uint8Array(0)): Answer {
  const fields = fieldsOf(answer).map((field, i) => (i === place ? other : field));
  return { ...answer, body: concat(answer.body.slice(0, 32), frame("manifest answer", ...fields)) };
}

/** A request about another space, turned into one about ours. */
async function asOurs(body: Bytes): Promise<Bytes> {
  const space = await digest("space", unhex(Buffer.from(org.root, "base64url").toString("hex")));
  const turned = body.slice();
  turned.set(space, turned.length - 16 - 4 - 32);
  return turned;
}

describe("asking", () => {
  test("the organisation opens what was sealed here, and the person sees the same", async () => {
    const { line, wire } = visit();
    const keys = await line.stretch(random(13));
    const asked = await line.ask(keys, HELP);
    assert.deepEqual([asked.known, asked.sent, asked.conversation.state], [false, true, "waiting"]);
    assert.deepEqual(shown(asked.conversation), [`you: ${HELP.text}`]);
    assert.ok((await arrivals()).includes(hex(keys.contact.id)));
    assert.deepEqual(await attend("read", keys), [["seeker", HELP.text]]);
    assert.deepEqual(wire.routes(), ["manifest", "contact"]);
    const back = await comeBack(keys);
    assert.deepEqual([shown(back), back.firstDay, back.takenDay], [[`you: ${HELP.text}`], asked.conversation.firstDay, null]);
  });

  test("a phrase that was never used finds nothing", async () => {
    assert.equal(await visit().line.comeBack(await phrase()), null);
  });

  test("a lost answer: the same bytes again, and one request at the organisation", async () => {
    const { line, wire } = visit();
    const keys = await phrase();
    await line.prepare();
    wire.faults.push(lost);
    await assert.rejects(line.ask(keys, HELP), refuses("relay-silent"));
    const asked = await line.ask(keys, HELP);
    assert.deepEqual([asked.known, asked.sent], [false, true]);
    const [, first, second] = wire.sent;
    assert.deepEqual(first, second);
    assert.deepEqual(await attend("read", keys), [["seeker", HELP.text]]);
  });

  test("a lost answer, and then other words: both are there", async () => {
    const { line, wire } = visit();
    const keys = await phrase();
    await line.prepare();
    wire.faults.push(lost);
    await assert.rejects(line.ask(keys, HELP), refuses("relay-silent"));
    const asked = await line.ask(keys, { ...HELP, text: "Нет: суд в среду." });
    assert.deepEqual([asked.known, asked.sent], [true, true]);
    assert.deepEqual(shown(asked.conversation), [`you: ${HELP.text}`, "you: Нет: суд в среду."]);
    assert.deepEqual(await attend("read", keys), [["seeker", HELP.text], ["seeker", "Нет: суд в среду."]]);
    await assert.doesNotReject(line.write(asked.conversation, { kind: "said", text: "И ещё." }));
  });

  test("a lost answer, and then another urgency: it is said behind, once", async () => {
    const { line, wire } = visit();
    const keys = await phrase();
    await line.prepare();
    wire.faults.push(lost);
    await assert.rejects(line.ask(keys, HELP, "Срочность: дата."), refuses("relay-silent"));
    const asked = await line.ask(keys, { ...HELP, urgency: "held" }, "Срочность: удерживают.");
    assert.deepEqual([asked.known, asked.behind, asked.sent], [true, true, true]);
    const again = await line.ask(keys, { ...HELP, urgency: "held" }, "Срочность: удерживают.");
    assert.deepEqual([again.known, again.behind, again.sent], [true, true, true]);
    assert.deepEqual(await attend("read", keys), [["seeker", HELP.text], ["seeker", "Срочность: удерживают."]]);
    const elsewhere = await line.ask(keys, { ...HELP, country: "GE", urgency: "held" }, "Страна: Грузия.");
    assert.deepEqual([elsewhere.behind, shown(elsewhere.conversation).at(-1)], [true, "you: Страна: Грузия."]);
  });

  test("the same words under the same phrase are not said twice", async () => {
    const keys = await phrase();
    await visit().line.ask(keys, HELP);
    const again = await visit().line.ask(keys, HELP);
    assert.deepEqual([again.known, again.behind, again.sent], [true, false, true]);
    assert.deepEqual(shown(again.conversation), [`you: ${HELP.text}`]);
  });

  test("a week turns between: the letter is sealed anew, the envelope is the same", async () => {
    const standing_ms = Date.now() + moved_days * DAY_MS;
    const { line, wire } = visit({ clock: () => standing_ms });
    const keys = await phrase();
    await line.prepare();
    await days(21);
    await line.ask(keys, HELP);
    assert.deepEqual(wire.routes(), ["manifest", "contact", "manifest", "contact"]);
    const [, first, , second] = wire.sent.map(({ body }) => body);
    assert.ok(first && second);
    assert.deepEqual(first.slice(-4_096), second.slice(-4_096));
    assert.notDeepEqual(first.slice(-4_096 - 2_160, -4_096), second.slice(-4_096 - 2_160, -4_096));
    assert.deepEqual(await attend("read", keys), [["seeker", HELP.text]]);
  });

  test("a relay that keeps another letter or erase key than was sent is not believed", async () => {
    const { line, wire } = visit();
    const keys = await phrase();
    await line.prepare();
    const swapped: Relay = {
      post: (route, body) => {
        const other = body.slice();
        if (route === "contact") other.set(random(32), "safeconduct/1/contact\0".length + 4 + 32 + 4 + 32 + 4);
        return wire.post(route, other);
      },
    };
    const between = new Line(org, swapped, { now_ms: () => Date.now() + moved_days * DAY_MS }, random, { day: 0, version: 1 });
    await assert.rejects(between.ask(keys, HELP), refuses("signature-wrong"));
  });

  test("long words go as 16 KiB, and the counter knows to the byte what is too long", async () => {
    const { line, wire } = visit();
    const text = "ы".repeat(4_000);
    const left = bytesLeft({ ...HELP, text });
    const full = { ...HELP, text: text + "!".repeat(left) };
    assert.equal(bytesLeft(full), 0);
    await assert.rejects(line.ask(await phrase(), { ...full, text: `${full.text}!` }), refuses("size-wrong"));
    assert.deepEqual(wire.routes(), ["manifest"]);
    const keys = await phrase();
    await line.ask(keys, full);
    assert.deepEqual(await attend("read", keys), [["seeker", full.text]]);
  });

  test("an emoji cut in half does not stop anybody", async () => {
    const keys = await phrase();
    await visit().line.ask(keys, { ...HELP, text: "помогите \ud83d" });
    assert.deepEqual(await attend("read", keys), [["seeker", "помогите \ufffd"]]);
  });
});

describe("the conversation", () => {
  test("taken up and answered; both write; a second thread is followed", async () => {
    const keys = await phrase();
    await visit().line.ask(keys, HELP);
    await attend("take", keys);
    const taken = await comeBack(keys);
    assert.deepEqual([taken.state, shown(taken)], ["taken", [`you: ${HELP.text}`]]);
    assert.ok(taken.takenDay !== null && taken.takenDay >= taken.firstDay);
    await attend("say", keys, "Мы с вами. Пришлите номер дела.");
    const { line } = visit();
    const back = await line.comeBack(keys);
    assert.ok(back);
    assert.deepEqual(shown(back), [`you: ${HELP.text}`, "organisation: Мы с вами. Пришлите номер дела."]);
    assert.deepEqual(await line.write(back, { kind: "said", text: "12-345" }), { sent: true, fresh: [] });
    const answers = [["how", "Саша"]] as const;
    await line.write(back, { kind: "answered", form: random(32), answers });
    const seen = [["organisation", "began"], ["organisation", "Мы с вами. Пришлите номер дела."], ["seeker", "12-345"], ["seeker", "answered"]];
    assert.deepEqual(((await attend("read", keys)) as unknown[]).slice(-4), seen);
    await attend("take", keys);
    await attend("say", keys, "Продолжаем здесь.");
    const all = [`you: ${HELP.text}`, "organisation: Мы с вами. Пришлите номер дела.", "you: 12-345", 'you: [["how","Саша"]]'];
    assert.deepEqual(shown(await comeBack(keys)), [...all, "organisation: Продолжаем здесь."]);
    assert.deepEqual((await line.refresh(back)).map(({ who }) => who), ["organisation"]);
    assert.deepEqual(shown(back), [...all, "organisation: Продолжаем здесь."]);
  });

  test("another tab wrote: that is shown first, then the same call sends", async () => {
    const keys = await phrase();
    const { line } = visit();
    const { conversation: one } = await line.ask(keys, HELP);
    const two = await comeBack(keys);
    assert.deepEqual(await line.write(one, { kind: "said", text: "раз" }), { sent: true, fresh: [] });
    const held = await line.write(two, { kind: "said", text: "два" });
    assert.deepEqual([held.sent, shown({ items: held.fresh })], [false, ["you: раз"]]);
    assert.deepEqual(await line.write(two, { kind: "said", text: "два" }), { sent: true, fresh: [] });
    assert.deepEqual(await attend("read", keys), [["seeker", HELP.text], ["seeker", "раз"], ["seeker", "два"]]);
  });

  test("taken up while he writes: his words go into the thread at once", async () => {
    const keys = await phrase();
    const { line } = visit();
    const { conversation } = await line.ask(keys, HELP);
    await attend("take", keys);
    assert.deepEqual(await line.write(conversation, { kind: "said", text: "ещё" }), { sent: true, fresh: [] });
    assert.equal(conversation.state, "taken");
    assert.deepEqual(((await attend("read", keys)) as unknown[]).slice(-2), [["organisation", "began"], ["seeker", "ещё"]]);
  });

  test("answered while he writes: the answer is shown first", async () => {
    const keys = await phrase();
    const { line } = visit();
    const { conversation } = await line.ask(keys, HELP);
    await attend("take", keys);
    await attend("say", keys, "Мы с вами.");
    const held = await line.write(conversation, { kind: "said", text: "ещё" });
    assert.deepEqual([held.sent, shown({ items: held.fresh })], [false, ["organisation: Мы с вами."]]);
    assert.equal((await line.write(conversation, { kind: "said", text: "ещё" })).sent, true);
    assert.deepEqual(((await attend("read", keys)) as unknown[]).at(-1), ["seeker", "ещё"]);
  });

  test("a lost answer: the same bytes again, said once", async () => {
    const keys = await phrase();
    const { line, wire } = visit();
    const { conversation } = await line.ask(keys, HELP);
    wire.faults.push(lost);
    await assert.rejects(line.write(conversation, { kind: "said", text: "раз" }), refuses("relay-silent"));
    assert.equal((await line.write(conversation, { kind: "said", text: "раз" })).sent, true);
    assert.deepEqual(wire.sent.at(-1), wire.sent.at(-2));
    assert.equal((await line.write(conversation, { kind: "said", text: "раз" })).sent, true);
    assert.deepEqual(await attend("read", keys), [["seeker", HELP.text], ["seeker", "раз"], ["seeker", "раз"]]);
  });

  test("a lost answer, and then the conversation is read: it is known to have been said", async () => {
    const keys = await phrase();
    const { line, wire } = visit();
    const { conversation } = await line.ask(keys, HELP);
    wire.faults.push(lost);
    await assert.rejects(line.write(conversation, { kind: "said", text: "раз" }), refuses("relay-silent"));
    await attend("take", keys);
    await attend("say", keys, "Мы с вами.");
    assert.deepEqual(shown({ items: await line.refresh(conversation) }), ["you: раз", "organisation: Мы с вами."]);
    const before = wire.sent.length;
    assert.equal((await line.write(conversation, { kind: "said", text: "раз" })).sent, true);
    assert.equal(wire.sent.length, before);
    assert.deepEqual(shown(conversation), [`you: ${HELP.text}`, "you: раз", "organisation: Мы с вами."]);
  });

  test("a lost answer, then reading, then other words: those are sent too", async () => {
    const keys = await phrase();
    const { line, wire } = visit();
    const { conversation } = await line.ask(keys, HELP);
    wire.faults.push(lost);
    await assert.rejects(line.write(conversation, { kind: "said", text: "раз" }), refuses("relay-silent"));
    await line.refresh(conversation);
    assert.equal((await line.write(conversation, { kind: "said", text: "два" })).sent, true);
    assert.deepEqual(await attend("read", keys), [["seeker", HELP.text], ["seeker", "раз"], ["seeker", "два"]]);
  });

  test("a lost answer, and then other words: what had arrived is shown first", async () => {
    const keys = await phrase();
    const { line, wire } = visit();
    const { conversation } = await line.ask(keys, HELP);
    wire.faults.push(lost);
    await assert.rejects(line.write(conversation, { kind: "said", text: "раз" }), refuses("relay-silent"));
    const held = await line.write(conversation, { kind: "said", text: "два" });
    assert.deepEqual([held.sent, shown({ items: held.fresh })], [false, ["you: раз"]]);
    assert.equal((await line.write(conversation, { kind: "said", text: "два" })).sent, true);
    assert.deepEqual(await attend("read", keys), [["seeker", HELP.text], ["seeker", "раз"], ["seeker", "два"]]);
  });

  test("a lost answer, then answers to questions: they go at once, and what was lost is not said twice", async () => {
    const keys = await phrase();
    const { line, wire } = visit();
    const { conversation } = await line.ask(keys, HELP);
    wire.faults.push(lost);
    await assert.rejects(line.write(conversation, { kind: "said", text: "раз" }), refuses("relay-silent"));
    const answered = await line.write(conversation, { kind: "answered", form: random(32), answers: [["how", "Саша"]] });
    assert.deepEqual([answered.sent, shown({ items: answered.fresh })], [true, ["you: раз"]]);
    assert.deepEqual(await attend("read", keys), [["seeker", HELP.text], ["seeker", "раз"], ["seeker", "answered"]]);
  });

  test("a lost answer, and other words lost on their way: the first are still known by their bytes", async () => {
    const keys = await phrase();
    const { line, wire } = visit();
    const { conversation } = await line.ask(keys, HELP);
    wire.faults.push(lost);
    await assert.rejects(line.write(conversation, { kind: "said", text: "раз" }), refuses("relay-silent"));
    const post = wire.post.bind(wire);
    wire.post = async () => lost();
    await assert.rejects(line.write(conversation, { kind: "said", text: "два" }), refuses("relay-silent"));
    wire.post = post;
    assert.deepEqual(await line.write(conversation, { kind: "said", text: "раз" }), { sent: true, fresh: [] });
    assert.deepEqual(await attend("read", keys), [["seeker", HELP.text], ["seeker", "раз"]]);
  });

  test("a contact that nobody took up gets a letter to an open box", async () => {
    const keys = await phrase();
    await visit().line.ask(keys, HELP);
    const first = await comeBack(keys);
    await days(20);
    assert.ok(!(await arrivals()).includes(hex(keys.contact.id)));
    const { line, wire } = visit();
    const back = await line.comeBack(keys);
    assert.deepEqual(wire.routes(), ["manifest", "read", "contact"]);
    assert.deepEqual(back && [shown(back), back.firstDay], [[`you: ${HELP.text}`], first.firstDay]);
    assert.ok((await arrivals()).includes(hex(keys.contact.id)));
    assert.deepEqual(await attend("read", keys), [["seeker", HELP.text]]);
  });

  test("by a date that nobody has called wrong no letter is sealed, and nothing is read", async () => {
    const [keys, others] = [await phrase(), await phrase()];
    const there = await visit().line.ask(keys, HELP);
    await days(20);
    // The relay gives what ended long ago, by the phone's date.
    const ahead = () => Date.now() + (moved_days + 60) * DAY_MS;
    const { line, wire } = visit({ clock: ahead });
    await assert.rejects(line.comeBack(keys), refuses("manifest-ended"));
    await assert.rejects(line.refresh(there.conversation), refuses("manifest-ended"));
    await assert.rejects(line.ask(others, HELP), refuses("manifest-ended"));
    assert.deepEqual(wire.routes(), ["manifest"]);
    line.dateIsWrong();
    assert.equal((await line.prepare()).doubtfulDay, null);
    assert.ok(await line.comeBack(keys));
    assert.deepEqual(wire.routes(), ["manifest", "read", "contact"]);
    // Nor asked about again when the manifest is fetched anew.
    const later = visit({ clock: ahead });
    later.line.dateIsWrong();
    assert.equal((await later.line.prepare()).doubtfulDay, null);
  });

  test("a relay that does not keep the new letter is told on", async () => {
    const keys = await phrase();
    await visit().line.ask(keys, HELP);
    await days(20);
    const { line, wire } = visit();
    const altered = ({ body, ...answer }: Answer): Answer => ({ ...answer, body: body.map((byte, i) => (i === body.length - 40 ? byte ^ 1 : byte)) });
    const [manifest, read] = [faithful, faithful];
    wire.faults.push(manifest, read, altered);
    await assert.rejects(line.comeBack(keys), refuses("signature-wrong"));
  });

  test("taken up in the moment of sealing anew: it is read", async () => {
    const keys = await phrase();
    await visit().line.ask(keys, HELP);
    await arrivals();
    await days(20);
    const { line, wire } = visit();
    const take = wire.post.bind(wire);
    wire.post = async (route, body) => {
      if (route === "contact") await organisation.ask({ do: "take", contact: hex(keys.contact.id) });
      return take(route, body);
    };
    assert.equal((await line.comeBack(keys))?.state, "taken");
  });
});

describe("what is not believed", () => {
  test("words by a stranger, and by a voice that was withdrawn, are not shown", async () => {
    const keys = await phrase();
    await visit().line.ask(keys, HELP);
    await attend("say-as-stranger", keys, "Приходите на вокзал.");
    assert.deepEqual(shown(await comeBack(keys)), [`you: ${HELP.text}`]);
    await attend("say", keys, "Мы с вами.");
    assert.deepEqual(shown(await comeBack(keys)), [`you: ${HELP.text}`, "organisation: Мы с вами."]);
    await organisation.ask({ do: "withdraw" });
    assert.deepEqual(shown(await comeBack(keys)), [`you: ${HELP.text}`]);
    await days(1);
  });

  test("a `continue` by a withdrawn voice, or towards another secret than it names, is not followed", async () => {
    const [one, two] = [await phrase(), await phrase()];
    await visit().line.ask(one, HELP);
    await visit().line.ask(two, HELP);
    await attend("mislead", one);
    await assert.rejects(visit().line.comeBack(one), refuses("continue-wrong"));
    await attend("take", two);
    await organisation.ask({ do: "withdraw" });
    await assert.rejects(visit().line.comeBack(two), refuses("writer-wrong"));
    await days(1);
  });

  test("an answer altered in any byte is refused or says the same", async () => {
    const keys = await phrase();
    await visit().line.ask(keys, HELP);
    await attend("say", keys, "Мы с вами.");
    const codes = new Set<string>();
    for (let at = 32; at < 8_700; at += 97) {
      const { line, wire } = visit();
      await line.prepare();
      wire.faults.push(({ body, ...answer }) => ({ ...answer, body: body.map((byte, i) => (i === at ? byte ^ 1 : byte)) }));
      const found = await line.comeBack(keys).catch((error) => {
        assert.ok(error instanceof Refusal, String(error));
        codes.add(error.code);
        return null;
      });
      if (found) assert.deepEqual(shown(found), [`you: ${HELP.text}`, "organisation: Мы с вами."]);
    }
    for (const code of ["frame-broken", "signature-wrong", "chain-broken"]) assert.ok(codes.has(code), code);
  });

  test("a relay that goes back behind what it signed is refused", async () => {
    const keys = await phrase();
    const { line, wire } = visit();
    const { conversation } = await line.ask(keys, HELP);
    let recorded: Answer | undefined;
    wire.faults.push((answer) => (recorded = answer));
    await line.refresh(conversation);
    await line.write(conversation, { kind: "said", text: "раз" });
    wire.faults.push(() => recorded ?? lost());
    await assert.rejects(line.refresh(conversation), refuses("chain-broken"));
    assert.deepEqual(shown(conversation), [`you: ${HELP.text}`, "you: раз"]);
    assert.deepEqual(await line.refresh(conversation), []);
  });

  test("another envelope's receipt is none", async () => {
    const keys = await phrase();
    const { line, wire } = visit();
    const { conversation } = await line.ask(keys, HELP);
    let recorded: Answer | undefined;
    wire.faults.push((answer) => (recorded = answer));
    await line.write(conversation, { kind: "said", text: "раз" });
    wire.faults.push(() => recorded ?? lost());
    await assert.rejects(line.write(conversation, { kind: "said", text: "два" }), refuses("chain-broken"));
    assert.deepEqual(shown(conversation), [`you: ${HELP.text}`, "you: раз"]);
  });

  test("a challenge from before is replaced once", async () => {
    const keys = await phrase();
    await visit().line.ask(keys, HELP);
    const { line, wire } = visit();
    wire.faults.push(({ body, ...answer }) => ({ ...answer, body: body.map((byte, i) => (i < 32 ? 0 : byte)) }));
    assert.ok(await line.comeBack(keys));
    assert.deepEqual(wire.routes(), ["manifest", "read", "read"]);
  });

  test("an organisation that published nothing for a fortnight receives nobody", async () => {
    await days(16, false);
    await assert.rejects(visit().line.prepare(), refuses("manifest-ended"));
    await days(0);
    assert.equal((await visit().line.prepare()).receives, true);
  });
});
