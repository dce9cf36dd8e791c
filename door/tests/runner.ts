// Runs one vector of vectors/ against the page's code. Nothing of Node in it: Chromium runs it too.
import { Refusal, codeOf } from "../src/sealed/codes.ts";
import { openEnvelope, sealEnvelope, sizeFor } from "../src/sealed/envelope.ts";
import { type Payload, PAYLOAD, readPayload } from "../src/sealed/event.ts";
import { type Bytes, derive, digest, frame, readU32, sha256, split, utf8 } from "../src/sealed/framing.ts";
import { type Kind, decode, text, tidy } from "../src/sealed/json.ts";
import { CONTACT_LETTER, ONWARD_LETTER, contactInfo, onwardInfo, openLetter } from "../src/sealed/letter.ts";
import { MANIFEST, boxId, boxOf, checkBox, checkDay, openManifest, speaks } from "../src/sealed/manifest.ts";
import { type WordList, makePhrase, phraseEntropy, readPhrase, wordList } from "../src/sealed/phrase.ts";
import * as request from "../src/sealed/request.ts";
import { openBox } from "../src/sealed/sealing.ts";
import { type SeekerKeys, seekerKeys, stretchPhrase } from "../src/sealed/seeker.ts";
import { signingKey, verify } from "../src/sealed/signing.ts";
import * as streams from "../src/sealed/stream.ts";

export interface Vector {
  readonly name: string;
  readonly op: string;
  readonly input: Input;
  readonly verdict: string;
  readonly output: Output;
}

export interface Outcome {
  readonly verdict: string;
  readonly output: Output;
}

type Input = Readonly<Record<string, unknown>>;
type Output = Readonly<Record<string, unknown>>;
type Op = (input: Reader) => Promise<Output> | Output;

/** What the desk and the relay do, and the page does not: `SECTION/op`, or with what it is done to. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "framing/label",
  "framing/sized",
  "encoding/decode member",
  "encoding/decode join",
  "chain/tags",
  "chain/challenge",
  "letter/open-member",
  "letter/desk-box",
  "manifest/takes",
  "event/read-payload file",
  "event/read-payload roster",
  "contact/contact-birth",
  ...["space", "keys", "publish", "birth", "feed", "arrivals", "post", "collect"].flatMap((route) => [
    `request/ask ${route}`,
    `request/answer ${route}`,
  ]),
]);

const lists = new Map<string, WordList>();

/** The words of a language, one a line, for the vectors of phrases. */
export const useWords = (language: string, lines: string): unknown =>
  lists.set(language, wordList(language, lines.trimEnd().split("\n")));

/** Whether the page must be able to do this. */
export function isDoors(section: string, { op, input }: Vector): boolean {
  const what = input["schema"] ?? input["kinds"] ?? input["route"];
  return !LEFT_OUT.has(`${section}/${op}`) && !LEFT_OUT.has(`${section}/${op} ${String(what)}`);
}

/** The verdict, and the output where it is `ok`. An error that is no refusal is thrown on. */
export async function runVector(section: string, { op, input }: Vector): Promise<Outcome> {
  const run = OPS[`${section}/${op}`];
  if (!run) throw new Error(`no such op: ${section}/${op}`);
  try {
    return { verdict: "ok", output: await run(new Reader(input)) };
  } catch (error) {
    const code = codeOf(error);
    if (!code) throw error;
    return { verdict: code, output: {} };
  }
}

/** Whether two outputs are the same, key order aside. */
export const sameOutput = (left: unknown, right: unknown): boolean => spelled(left) === spelled(right);

function spelled(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spelled).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).sort().map(([key, inner]) => `${key}:${spelled(inner)}`).join()}}`;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function unhex(given: unknown): Bytes {
  const whole = Array.isArray(given) ? given.map(repeated).join("") : given;
  if (typeof whole !== "string") throw new Error("not bytes");
  return Uint8Array.from(whole.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** Hex, or `[hex, times]`. */
const repeated = (part: unknown): string =>
  Array.isArray(part) ? String(part[0]).repeat(Number(part[1])) : String(part);

/** Reads an input by the types that the README of the vectors gives. */
class Reader {
  private readonly input: Input;

  constructor(input: Input) {
    this.input = input;
  }
  any(name: string): unknown {
    if (!(name in this.input)) throw new Error(`no ${name}`);
    return this.input[name];
  }
  bytes = (name: string): Bytes => unhex(this.any(name));
  words = (name: string): string => String(this.any(name));
  number = (name: string): number => Number(this.any(name));
  list(name: string): readonly unknown[] {
    const list = this.any(name);
    if (!Array.isArray(list)) throw new Error(`${name} is no list`);
    return list;
  }
  rows = (name: string): readonly (readonly unknown[])[] =>
    this.list(name).map((row) => (Array.isArray(row) ? row : [row]));
  point(name: string): streams.Head {
    const { n, hash, day, closing } = this.any(name) as Record<string, unknown>;
    return { n: Number(n), hash: unhex(hash), day: Number(day), closing: Number(closing), packed: new Uint8Array(0) };
  }
  /** `[n, hash]` */
  place(name: string): { n: number; hash: Bytes } {
    const [n, hash] = this.list(name);
    return { n: Number(n), hash: unhex(hash) };
  }
}

const pointOf = ({ n, hash, day, closing }: streams.Point): Output => ({ n, hash: hex(hash), day, closing });

const eventOf = ({ me: [lane, k], seen, event }: Payload): Output => ({
  lane: hex(lane),
  k,
  seen: seen && hex(seen),
  kind: event.kind,
});

async function keysOf(keys: SeekerKeys): Promise<Output> {
  return {
    r: hex(keys.r),
    seeker: hex(keys.signing.public),
    box: hex(await boxId(keys.box.public)),
    erase: hex(keys.erase.public),
    contact: hex(keys.contact.id),
  };
}

const SCHEMAS: Readonly<Record<string, Kind<unknown>>> = {
  contact: CONTACT_LETTER,
  manifest: MANIFEST,
  onward: ONWARD_LETTER,
  payload: PAYLOAD,
};

const SCHEMA = (name: string): Kind<unknown> => {
  const kind = SCHEMAS[name];
  if (!kind) throw new Error(`no such schema: ${name}`);
  return kind;
};

/** A request, and how many bytes its attachments have. */
async function ask(input: Reader): Promise<{ body: Bytes; attached: number }> {
  const space = input.bytes("space");
  const stream = () => streams.openStream(input.bytes("secret"));
  switch (input.words("route")) {
    case "manifest":
      return { body: request.askManifest(space, input.bytes("nonce")), attached: 0 };
    case "contact": {
      const [access, erase, box] = [input.bytes("access"), input.bytes("erase"), input.bytes("box")];
      const [letter, envelope] = [input.bytes("letter"), input.bytes("envelope")];
      const body = request.sendContact(space, access, erase, box, letter, envelope);
      return { body, attached: letter.length + envelope.length };
    }
    case "reseal": {
      const letter = input.bytes("letter");
      return { body: await request.reseal(space, await stream(), input.bytes("box"), letter), attached: letter.length };
    }
    case "append": {
      const envelope = input.bytes("envelope");
      const named = input.any("named") === null ? null : input.place("named");
      const by = input.number("with");
      const second = by === 1 || by === 2 ? ([by, await signingKey(input.bytes("with_seed"))] as const) : undefined;
      const body = await request.append(space, await stream(), envelope, named, input.number("closing"), second);
      return { body, attached: envelope.length };
    }
    case "read": {
      const wanted = input.rows("streams").map(async ([secret, after]) => {
        return [await streams.openStream(unhex(secret)), Number(after)] as const;
      });
      const member = input.any("member_seed") === null ? undefined : await signingKey(input.bytes("member_seed"));
      const body = await request.askRead(space, input.bytes("challenge"), await Promise.all(wanted), member);
      return { body, attached: 0 };
    }
    default:
      throw new Error("no such route");
  }
}

async function answer(input: Reader, said: Bytes): Promise<Output> {
  const of = () => [input.bytes("space"), input.bytes("stream"), input.bytes("relay")] as const;
  switch (input.words("route")) {
    case "manifest": {
      const { day, signature, manifest, box, form } = request.readManifestAnswer(said);
      return { day, signature: hex(signature), manifest: hex(manifest), box: hex(box), form: hex(form) };
    }
    case "contact":
    case "reseal": {
      const { head, born } = await request.readContactAnswer(said, ...of());
      return { head: pointOf(head), born: hex(born) };
    }
    case "append":
      return { head: pointOf(await request.readAppendAnswer(said, ...of())) };
    case "read": {
      const ids = input.list("streams").map(unhex);
      const found = await request.readReadAnswer(said, input.bytes("space"), ids, input.bytes("relay"));
      const shown = found.map(async ({ head, entries }) => ({
        head: pointOf(head),
        entries: await Promise.all(
          entries.map(async ({ day, closing, envelope }) => [day, closing, hex(await streams.envelopeDigest(envelope))]),
        ),
      }));
      return { streams: await Promise.all(shown) };
    }
    default:
      throw new Error("no such route");
  }
}

function listOf(language: unknown): WordList {
  const list = lists.get(String(language));
  if (!list) throw new Error(`no words of ${String(language)}`);
  return list;
}

const fieldsOf = (input: Reader): readonly Bytes[] => input.list("fields").map(unhex);
const manifestOf = (input: Reader) => decode(MANIFEST, input.bytes("json"));

const OPS: Readonly<Record<string, Op>> = {
  "framing/frame": (input) => ({ bytes: hex(frame(input.words("label"), ...fieldsOf(input))) }),
  "framing/digest": async (input) => ({ digest: hex(await digest(input.words("label"), ...fieldsOf(input))) }),
  "framing/derive": async (input) => ({
    key: hex(await derive(input.bytes("secret"), input.words("label"), ...fieldsOf(input))),
  }),
  "framing/split": (input) => {
    const whole = input.bytes("bytes");
    const { fields, rest } = split(whole, input.words("label"), input.number("fields"));
    return { fields: fields.map(hex), said: hex(whole.slice(0, whole.length - rest.length)), rest: hex(rest) };
  },
  "framing/integer": (input) => ({ value: readU32(input.bytes("bytes"), input.number("most")) }),
  "framing/size-class": (input) => ({ size: sizeFor(input.number("bytes") - 128) }),

  "encoding/decode": (input) => {
    decode(SCHEMA(input.words("schema")), input.bytes("bytes"));
    return {};
  },
  "encoding/write-text": (input) => {
    const units = input.list("units").map(Number);
    return { bytes: hex(utf8(text().write(tidy(String.fromCharCode(...units))))) };
  },

  "signing/sign": async (input) => {
    const key = await signingKey(input.bytes("seed"));
    return { key: hex(key.public), signature: hex(await key.sign(input.bytes("bytes"))) };
  },
  "signing/verify": async (input) => {
    await verify(input.bytes("key"), input.bytes("bytes"), input.bytes("signature"));
    return {};
  },

  "envelope/open-envelope": async (input) => {
    const stream = await streams.openStream(input.bytes("secret"));
    const { writer, payload } = await openEnvelope(stream, input.bytes("envelope"));
    return { stream: hex(stream.id), writer: hex(writer), payload: hex(payload) };
  },
  "envelope/seal-envelope": async (input) => {
    const stream = await streams.openStream(input.bytes("secret"));
    const writer = await signingKey(input.bytes("seed"));
    const sealed = await sealEnvelope(stream, writer, input.bytes("payload"), () => input.bytes("nonce"));
    return { size: sealed.length, digest: hex(await streams.envelopeDigest(sealed)) };
  },

  "chain/stream": async (input) => {
    const stream = await streams.openStream(input.bytes("secret"));
    streams.checkId(stream, input.bytes("id"));
    return { content: hex(stream.content), access: hex(stream.access.public) };
  },
  "chain/open-head": async (input) =>
    pointOf(
      await streams.openHead(input.bytes("head"), input.bytes("space"), input.bytes("stream"), input.bytes("relay")),
    ),
  "chain/follow": async (input) => {
    const from = input.any("from") === null ? await streams.startOf(input.bytes("stream")) : input.point("from");
    const entries = input.rows("entries").map(([day, closing, envelope]) => ({
      day: Number(day),
      closing: Number(closing),
      envelope: unhex(envelope),
    }));
    return { points: (await streams.follow(from, entries, input.point("head"))).map(pointOf) };
  },
  "chain/continue": (input) => {
    streams.checkContinue(input.place("named"), input.point("at"), input.point("before"), input.point("head"));
    return {};
  },
  "chain/successor": async (input) => ({
    id: hex((await streams.openSuccessor({ to: input.bytes("to") }, input.bytes("secret"))).id),
  }),

  "letter/open-onward": async (input) => {
    const box = await openBox(input.bytes("seed"));
    const info = onwardInfo(input.bytes("space"), input.bytes("stream"), await boxId(box.public));
    const { secret, erase } = await openLetter(box, info, ONWARD_LETTER, input.bytes("letter"));
    return { secret: hex(secret), erase: erase && hex(erase) };
  },
  "letter/open-contact": async (input) => {
    const box = await openBox(input.bytes("seed"));
    const info = contactInfo(input.bytes("space"), input.bytes("stream"), await boxId(box.public));
    const { r, seeker, serial } = await openLetter(box, info, CONTACT_LETTER, input.bytes("letter"));
    return { r: hex(r), seeker: hex(seeker), serial };
  },
  "letter/box": async (input) => {
    const box = await openBox(input.bytes("seed"));
    return { public: hex(box.public), id: hex(await boxId(box.public)) };
  },

  "manifest/open-manifest": async (input) => {
    const { serial, last, relay, form, door } = await openManifest(input.bytes("bytes"), {
      root: input.bytes("root"),
      delegation: input.number("delegation_least"),
      serial: input.number("serial_least"),
      today: input.number("today"),
    });
    return { serial, last, relay: hex(relay), form: hex(form), door };
  },
  "manifest/box-of": (input) => {
    const box = boxOf(manifestOf(input), input.number("day"));
    return { box: box ? hex(box) : null };
  },
  "manifest/check-box": async (input) => {
    await checkBox(manifestOf(input), input.bytes("box"), input.number("day"));
    return {};
  },
  "manifest/speaks": (input) => ({ speaks: speaks(manifestOf(input), input.bytes("key"), input.number("day")) }),
  "manifest/day": async (input) => {
    const [space, relay, nonce] = [input.bytes("space"), input.bytes("relay"), input.bytes("nonce")];
    await checkDay(space, relay, nonce, input.number("day"), input.bytes("signature"));
    return {};
  },

  "event/read-payload": (input) => eventOf(readPayload(input.bytes("bytes"))),
  "event/open-event": async (input) => {
    const stream = await streams.openStream(input.bytes("secret"));
    const { writer, payload } = await openEnvelope(stream, input.bytes("envelope"));
    return { writer: hex(writer), ...eventOf(readPayload(payload)) };
  },

  "contact/phrase-keys": async (input) => {
    const root = await stretchPhrase(input.bytes("entropy"), input.bytes("space"));
    return { root: hex(root), ...(await keysOf(await seekerKeys(root))) };
  },
  "contact/seeker-keys": async (input) => keysOf(await seekerKeys(input.bytes("root"))),
  "contact/born": async (input) => {
    const [relay, space, stream] = [input.bytes("relay"), input.bytes("space"), input.bytes("stream")];
    const [letter, erase, signature] = [input.bytes("letter"), input.bytes("erase"), input.bytes("signature")];
    await request.checkBorn(relay, space, stream, letter, erase, signature);
    return {};
  },

  "phrase/make-phrase": async (input) => ({
    words: await makePhrase(listOf(input.any("language")), () => input.bytes("random")),
  }),
  "phrase/phrase-entropy": async (input) => ({
    entropy: hex(await phraseEntropy(input.list("words").map(String), listOf(input.any("language")))),
  }),
  "phrase/read-phrase": async (input) => {
    const { entropy, ...reading } = await readPhrase(input.words("text"), input.list("languages").map(listOf));
    return { ...reading, entropy: hex(entropy) };
  },

  "request/ask": async (input) => {
    const { body, attached } = await ask(input);
    return {
      begins: hex(body.slice(0, body.length - attached)),
      length: body.length,
      sha256: hex(await sha256(body)),
    };
  },
  "request/open-answer": (input) => {
    const opened = request.openAnswer(input.number("status"), input.words("type"), input.bytes("body"));
    return { challenge: hex(opened.challenge), code: "code" in opened ? opened.code : null };
  },
  "request/answer": async (input) => {
    const opened = request.openAnswer(input.number("status"), input.words("type"), input.bytes("body"));
    if ("code" in opened) throw new Refusal(opened.code);
    return { challenge: hex(opened.challenge), ...(await answer(input, opened.said)) };
  },
};
