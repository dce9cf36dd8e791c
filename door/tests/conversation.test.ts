// What a person is shown of histories that an honest organisation would not write.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, describe, test } from "node:test";
import { type Code, Refusal } from "../src/sealed/codes.ts";
import { type Around, Conversation } from "../src/sealed/conversation.ts";
import { sealEnvelope } from "../src/sealed/envelope.ts";
import { type Event, type EventOf, type Me, writePayload } from "../src/sealed/event.ts";
import { type Bytes, digest, utf8 } from "../src/sealed/framing.ts";
import { ONWARD_LETTER, onwardInfo, sealLetter } from "../src/sealed/letter.ts";
import { type Manifest, boxId } from "../src/sealed/manifest.ts";
import { type SeekerKeys, seekerKeys } from "../src/sealed/seeker.ts";
import { type SigningKey, signingKey } from "../src/sealed/signing.ts";
import { type Entry, type Head, type Point, type Stream, chainNext, envelopeDigest, openStream, startOf } from "../src/sealed/stream.ts";

const DAY = 20_782;
const SPACE = new Uint8Array(32);
const random = (bytes: number): Bytes => new Uint8Array(randomBytes(bytes));

let keys: SeekerKeys;
let voice: SigningKey;
let manifest: Manifest;

before(async () => {
  keys = await seekerKeys(random(64));
  voice = await signingKey(random(32));
  const id = new Uint8Array(32);
  const named = { space: SPACE, relay: id, form: id, boxes: [], delegation: [1, id, DAY, new Uint8Array(64)] as const };
  manifest = { ...named, serial: 1, last: DAY + 5, door: 1, voices: [[voice.public, DAY - 1, DAY + 7, 0]] };
});

/** Streams as a relay keeps them, whoever wrote into them. */
class Histories {
  private readonly kept = new Map<string, { entries: Entry[]; points: Point[] }>();
  /** How many envelopes an answer holds. */
  most = 100;

  async add(stream: Stream, writer: SigningKey, event: Event, { day = DAY, closing = 0, me = [random(8), 0] as Me } = {}): Promise<void> {
    const payload = writePayload({ me, seen: null, event });
    await this.addSealed(stream, await sealEnvelope(stream, writer, payload, random), day, closing);
  }

  async addSealed(stream: Stream, envelope: Bytes, day = DAY, closing = 0): Promise<void> {
    const { entries, points } = await this.of(stream);
    points.push(await chainNext(points[points.length - 1] as Point, await envelopeDigest(envelope), day, closing));
    entries.push({ day, closing, envelope });
  }

  async of(stream: Stream): Promise<{ entries: Entry[]; points: Point[] }> {
    const known = this.kept.get(stream.id.join()) ?? { entries: [], points: [await startOf(stream.id)] };
    this.kept.set(stream.id.join(), known);
    return known;
  }

  async last(stream: Stream): Promise<Point> {
    const { points } = await this.of(stream);
    return points[points.length - 1] as Point;
  }

  around(): Around {
    return {
      space: SPACE,
      manifest,
      random,
      read: async (stream, after) => {
        const head: Head = { ...(await this.last(stream)), packed: new Uint8Array(108) };
        return { head, entries: (await this.of(stream)).entries.slice(after, after + this.most) };
      },
    };
  }
}

const asked = (text = "помогите"): EventOf<"asked"> => {
  const [box, erase] = [keys.box.public, keys.erase.public];
  return { kind: "asked", box, erase, country: "", urgency: "none", language: "ru", text, was: null };
};
const said = (text: string): EventOf<"said"> => ({ kind: "said", text });
const began = (): EventOf<"began"> => {
  const [contact, seeker, erase] = [keys.contact.id, keys.signing.public, new Uint8Array(32)];
  return { kind: "began", contact, r: keys.r, seeker, erase };
};

async function onward(histories: Histories, from: Stream, to: Stream, changed: Partial<EventOf<"continue">> = {}) {
  const { n, hash } = await histories.last(from);
  const info = onwardInfo(SPACE, from.id, await boxId(keys.box.public));
  const letter = await sealLetter(keys.box.public, info, ONWARD_LETTER, { secret: to.secret, erase: null });
  const commitment = await digest("to", to.secret);
  return { kind: "continue", n, hash, to: commitment, file: null, letter, covers: null, unowned: [], ...changed } as const;
}

/** A contact, and a thread that it is continued in. */
async function taken(changed: Partial<EventOf<"continue">> = {}): Promise<{ histories: Histories; thread: Stream }> {
  const histories = new Histories();
  const thread = await openStream(random(32));
  await histories.add(keys.contact, keys.signing, asked());
  await histories.add(keys.contact, voice, await onward(histories, keys.contact, thread, changed), { closing: 1, day: DAY + 1 });
  return { histories, thread };
}

const begin = (): Promise<Conversation> => Conversation.begin(keys, random(8));

async function read(histories: Histories): Promise<Conversation> {
  const conversation = await begin();
  await conversation.readOn(histories.around());
  return conversation;
}

const texts = ({ items }: Conversation): string[] =>
  items.map((item) => `${item.who}: ${item.kind === "answered" ? "answers" : item.text}`);

async function isRefused(histories: Histories, code: Code): Promise<void> {
  await assert.rejects(read(histories), (error) => error instanceof Refusal && error.code === code);
}

describe("births", () => {
  test("a contact by another key", async () => {
    const histories = new Histories();
    await histories.add(keys.contact, voice, asked());
    await isRefused(histories, "birth-wrong");
  });

  test("a contact that begins with something else", async () => {
    const histories = new Histories();
    await histories.add(keys.contact, keys.signing, said("помогите"));
    await isRefused(histories, "birth-wrong");
  });

  test("a contact that begins with nothing that opens", async () => {
    const histories = new Histories();
    await histories.addSealed(keys.contact, random(4_096));
    await isRefused(histories, "birth-wrong");
  });

  const threads: readonly (readonly [string, () => SigningKey, () => Event])[] = [
    ["by the seeker", () => keys.signing, began],
    ["for another contact", () => voice, () => ({ ...began(), contact: random(32) })],
    ["for another seeker", () => voice, () => ({ ...began(), seeker: random(32) })],
    ["that begins with words", () => voice, () => said("здравствуйте")],
  ];
  for (const [how, writer, event] of threads)
    test(`a thread ${how}`, async () => {
      const { histories, thread } = await taken();
      await histories.add(thread, writer(), event());
      await isRefused(histories, "birth-wrong");
    });
});

describe("what is shown", () => {
  test("only what this writer may say here", async () => {
    const { histories, thread } = await taken();
    const [id, answers] = [new Uint8Array(32), [["a", "b"]] as const];
    await histories.add(thread, voice, began());
    await histories.add(thread, keys.signing, asked("ещё раз"));
    await histories.add(thread, keys.signing, began());
    await histories.add(thread, keys.signing, { kind: "answered", form: id, answers });
    await histories.add(thread, voice, { kind: "answered", form: id, answers });
    await histories.add(thread, voice, asked("от его имени"));
    await histories.add(thread, voice, said("мы с вами"));
    await histories.add(thread, await signingKey(random(32)), said("приходите"));
    await histories.add(thread, keys.signing, said("спасибо"));
    assert.deepEqual(texts(await read(histories)), ["you: помогите", "you: answers", "organisation: мы с вами", "you: спасибо"]);
  });

  test("what does not open or cannot be read hides nothing behind it", async () => {
    const histories = new Histories();
    await histories.add(keys.contact, keys.signing, asked());
    await histories.addSealed(keys.contact, random(4_096));
    await histories.addSealed(keys.contact, random(100));
    for (const odd of ['{"me":["AAAAAAAAAAA",0],"seen":null,"event":{"kind":"noted","text":"a"}}', "{}", "["])
      await histories.addSealed(keys.contact, await sealEnvelope(keys.contact, voice, utf8(odd), random));
    await histories.add(keys.contact, voice, said("мы с вами"));
    assert.deepEqual(texts(await read(histories)), ["you: помогите", "organisation: мы с вами"]);
  });

  test("one event sealed twice once, two events with one number both", async () => {
    const histories = new Histories();
    const me = [random(8), 5] as const;
    await histories.add(keys.contact, keys.signing, asked());
    await histories.add(keys.contact, voice, said("раз"), { me });
    await histories.add(keys.contact, voice, said("раз"), { me });
    await histories.add(keys.contact, voice, said("два"), { me });
    assert.deepEqual(texts(await read(histories)), ["you: помогите", "organisation: раз", "organisation: два"]);
  });

  test("a voice only on its days", async () => {
    const histories = new Histories();
    await histories.add(keys.contact, keys.signing, asked(), { day: DAY - 2 });
    await histories.add(keys.contact, voice, said("рано"), { day: DAY - 2 });
    await histories.add(keys.contact, voice, said("первый"), { day: DAY - 1 });
    await histories.add(keys.contact, voice, said("последний"), { day: DAY + 7 });
    await histories.add(keys.contact, voice, said("поздно"), { day: DAY + 8 });
    assert.deepEqual(texts(await read(histories)), ["you: помогите", "organisation: первый", "organisation: последний"]);
  });

  test("a `continue` in an open stream is nothing", async () => {
    const histories = new Histories();
    const thread = await openStream(random(32));
    await histories.add(keys.contact, keys.signing, asked());
    await histories.add(keys.contact, voice, await onward(histories, keys.contact, thread));
    const conversation = await read(histories);
    assert.deepEqual([conversation.state, texts(conversation)], ["waiting", ["you: помогите"]]);
  });
});

describe("following", () => {
  test("the day it was taken up is the contact's, however often it goes on", async () => {
    const { histories, thread } = await taken();
    const next = await openStream(random(32));
    await histories.add(thread, voice, began());
    await histories.add(thread, voice, await onward(histories, thread, next), { closing: 1, day: DAY + 3 });
    await histories.add(next, voice, began());
    const { takenDay, firstDay, state } = await read(histories);
    assert.deepEqual([takenDay, firstDay, state], [DAY + 1, DAY, "taken"]);
  });

  for (const [hops, code] of [[64, null], [65, "chain-long"]] as const)
    test(`${hops} streams`, async () => {
      const { histories, thread } = await taken();
      let now = thread;
      for (let hop = 1; hop < hops; hop += 1) {
        const next = await openStream(random(32));
        await histories.add(now, voice, began());
        await histories.add(now, voice, await onward(histories, now, next), { closing: 1 });
        now = next;
      }
      await histories.add(now, voice, began());
      await histories.add(now, voice, said("здесь"));
      if (code) await isRefused(histories, code);
      else assert.deepEqual(texts(await read(histories)), ["you: помогите", "organisation: здесь"]);
    });

  const closings: readonly (readonly [string, Code, (histories: Histories) => Promise<Partial<EventOf<"continue">>>])[] = [
    ["that names another number", "continue-misplaced", async () => ({ n: 0 })],
    ["that names another hash", "continue-misplaced", async () => ({ hash: random(32) })],
    ["towards another secret", "continue-wrong", async () => ({ to: random(32) })],
    ["without a letter", "size-wrong", async () => ({ letter: null })],
    ["with a letter of another stream", "letter-shut", async (histories) => {
      const thread = await openStream(random(32));
      return { letter: (await onward(histories, thread, thread)).letter };
    }],
  ];
  for (const [how, code, change] of closings)
    test(`not over a \`continue\` ${how}`, async () => {
      const { histories, thread } = await taken(await change(new Histories()));
      await histories.add(thread, voice, began());
      await isRefused(histories, code);
    });

  test("not over anything else at the end of a closed stream", async () => {
    for (const [writer, code] of [[voice, "continue-misplaced"], [keys.signing, "writer-wrong"]] as const) {
      const histories = new Histories();
      await histories.add(keys.contact, keys.signing, asked());
      await histories.add(keys.contact, writer, said("конец"), { closing: 1 });
      await isRefused(histories, code);
    }
  });

  test("nor over a seeker's own `continue`", async () => {
    const histories = new Histories();
    const thread = await openStream(random(32));
    await histories.add(keys.contact, keys.signing, asked());
    await histories.add(keys.contact, keys.signing, await onward(histories, keys.contact, thread), { closing: 1 });
    await isRefused(histories, "writer-wrong");
  });
});

describe("reading on", () => {
  test("answers that hold one envelope each", async () => {
    const { histories, thread } = await taken();
    await histories.add(thread, voice, began());
    await histories.add(thread, voice, said("раз"));
    await histories.add(thread, voice, said("два"));
    histories.most = 1;
    assert.deepEqual(texts(await read(histories)), ["you: помогите", "organisation: раз", "organisation: два"]);
  });

  test("a relay that says there is more and does not give it", async () => {
    const { histories } = await taken();
    histories.most = 0;
    await isRefused(histories, "chain-broken");
  });

  test("a refusal leaves everything as it was, and the next reading goes on from there", async () => {
    const histories = new Histories();
    await histories.add(keys.contact, keys.signing, asked());
    const conversation = await read(histories);
    const thread = await openStream(random(32));
    await histories.add(keys.contact, voice, said("раз"));
    await histories.add(keys.contact, voice, await onward(histories, keys.contact, thread), { closing: 1 });
    await histories.add(thread, voice, began());
    const around = histories.around();
    const stopping: Around = {
      ...around,
      read: (stream, after) => (stream.id.join() === thread.id.join() ? Promise.reject(new Refusal("relay-silent")) : around.read(stream, after)),
    };
    await assert.rejects(conversation.readOn(stopping), Refusal);
    assert.deepEqual([conversation.state, texts(conversation)], ["waiting", ["you: помогите"]]);
    assert.equal((await conversation.readOn(around)).length, 1);
    assert.deepEqual([conversation.state, texts(conversation)], ["taken", ["you: помогите", "organisation: раз"]]);
  });

  test("one's own numbers go up, also when they are read back, and begin anew in the next stream", async () => {
    const histories = new Histories();
    const conversation = await begin();
    const [lane] = conversation.me;
    await histories.add(keys.contact, keys.signing, asked(), { me: conversation.me });
    await conversation.readOn(histories.around());
    assert.deepEqual(conversation.me, [lane, 1]);
    await histories.add(keys.contact, keys.signing, said("раз"), { me: conversation.me });
    conversation.acknowledge(said("раз"), { ...(await histories.last(keys.contact)), packed: new Uint8Array(108) });
    assert.deepEqual(conversation.me, [lane, 2]);
    assert.deepEqual(await conversation.readOn(histories.around()), []);
    const thread = await openStream(random(32));
    await histories.add(keys.contact, voice, await onward(histories, keys.contact, thread), { closing: 1 });
    await histories.add(thread, voice, began());
    await conversation.readOn(histories.around());
    assert.equal(conversation.me[1], 0);
    assert.notDeepEqual(conversation.me[0], lane);
  });
});
