// Requests to a relay and its answers: docs/spec/relay.md.
import { type Code, MALFORMED, REFUSED, Refusal, UNENTITLED, UNPROVED } from "./codes.ts";
import { type Bytes, blank, concat, digest, frame, readU32, split, u32 } from "./framing.ts";
import { type SigningKey, verify } from "./signing.ts";
import { type Entry, HEAD_BYTES, type Head, type Point, type Stream, envelopeDigest, openHead } from "./stream.ts";

export const CONTENT_TYPE = "application/octet-stream";
const CHALLENGE_BYTES = 32;

/** The codes that a relay has cause to give. */
const THEIRS: readonly Code[] = [...MALFORMED, ...UNPROVED, ...UNENTITLED, ...REFUSED, "id-wrong", "day-wrong"];

/** An answer, or a refusal, behind the challenge for the next request. */
export type Answer = { readonly challenge: Bytes } & ({ readonly said: Bytes } | { readonly code: Code });

/** @throws relay-foreign: no relay answers like this; a login page has another content type */
export function openAnswer(status: number, type: string, untrusted: Bytes): Answer {
  if (type !== CONTENT_TYPE || untrusted.length < CHALLENGE_BYTES) throw new Refusal("relay-foreign");
  const challenge = untrusted.slice(0, CHALLENGE_BYTES);
  const said = untrusted.slice(CHALLENGE_BYTES);
  if (status === 200) return { challenge, said };
  const code = THEIRS.find((each) => each === String.fromCharCode(...said.subarray(0, 64)));
  if (!code) throw new Refusal("relay-foreign");
  return { challenge, code };
}

async function signed(said: Bytes, ...keys: readonly SigningKey[]): Promise<Bytes> {
  return concat(said, ...(await Promise.all(keys.map((key) => key.sign(said)))));
}

/** `manifest`; the nonce (16) comes back in the signed day. */
export const askManifest = (space: Bytes, nonce: Bytes): Bytes => frame("manifest", space, nonce);

/** `contact`: letter and envelope 1, both or neither. It certifies itself: no signature. */
export const sendContact = (
  space: Bytes,
  access: Bytes,
  erase: Bytes,
  box: Bytes,
  letter: Bytes,
  envelope: Bytes,
): Bytes => concat(frame("contact", space, access, erase, box, new Uint8Array(0)), letter, envelope);

/** `reseal`: a new letter beside a contact that nobody has taken up. */
export async function reseal(space: Bytes, { access }: Stream, box: Bytes, letter: Bytes): Promise<Bytes> {
  const said = frame("reseal", space, access.public, box, await digest("sealed letter", letter));
  return concat(await signed(said, access), letter);
}

/** The second key of an append: the members' (1) or the stream's erase key (2). */
export type Second = readonly [by: 1 | 2, key: SigningKey];

/** `append`: one envelope, after a named head if one is given. */
export async function append(
  space: Bytes,
  { access }: Stream,
  envelope: Bytes,
  named: Pick<Point, "n" | "hash"> | null,
  closing = 0,
  second?: Second,
): Promise<Bytes> {
  const head = named ? concat(u32(named.n), named.hash) : new Uint8Array(0);
  const sealed = await envelopeDigest(envelope);
  const said = frame("append", space, access.public, head, u32(closing), u32(second?.[0] ?? 0), sealed);
  return concat(await signed(said, access, ...(second ? [second[1]] : [])), envelope);
}

/** `read`: what stands behind a number in each of up to 64 streams. */
export function askRead(
  space: Bytes,
  challenge: Bytes,
  streams: readonly (readonly [Stream, number])[],
  member?: SigningKey,
): Promise<Bytes> {
  const wanted = concat(...streams.flatMap(([{ access }, after]) => [access.public, u32(after)]));
  const said = frame("read", space, challenge, u32(member ? 1 : 0), wanted);
  return signed(said, ...streams.map(([{ access }]) => access), ...(member ? [member] : []));
}

/** Nothing of it is verified yet: that takes the root. */
export interface ManifestAnswer {
  readonly day: number;
  readonly signature: Bytes;
  readonly manifest: Bytes;
  readonly box: Bytes;
  readonly form: Bytes;
}

/** @throws frame-broken, length-wrong */
export function readManifestAnswer(untrusted: Bytes): ManifestAnswer {
  const [day, signature, manifest, box, form] = whole(untrusted, "manifest answer", 5);
  return { day: readU32(day), signature: sized(signature, 64), manifest, box: sized(box, 0, 1_216), form };
}

/** The head of envelope 1, and the signature over `born`. @throws frame-broken, length-wrong; the codes of `openHead` */
export async function readContactAnswer(
  untrusted: Bytes,
  space: Bytes,
  stream: Bytes,
  relay: Bytes,
): Promise<{ head: Head; born: Bytes }> {
  const [head, born] = whole(untrusted, "contact answer", 2);
  return { head: await openHead(head, space, stream, relay), born: sized(born, 64) };
}

/** Whether the relay keeps this letter and this erase key beside the contact. @throws the codes of `verify` */
export async function checkBorn(
  relay: Bytes,
  space: Bytes,
  stream: Bytes,
  letter: Bytes,
  erase: Bytes,
  signature: Bytes,
): Promise<void> {
  await verify(relay, frame("born", space, stream, await digest("sealed letter", letter), erase), signature);
}

/** The receipt. @throws frame-broken; the codes of `openHead` */
export function readAppendAnswer(untrusted: Bytes, space: Bytes, stream: Bytes, relay: Bytes): Promise<Head> {
  const [head] = whole(untrusted, "append answer", 1);
  return openHead(head, space, stream, relay);
}

/** For each stream its newest head and the entries; the history itself is for `follow` to verify. */
export interface Read {
  readonly head: Head;
  readonly entries: readonly Entry[];
}

/** @throws frame-broken, length-wrong; the codes of `openHead` */
export async function readReadAnswer(
  untrusted: Bytes,
  space: Bytes,
  streams: readonly Bytes[],
  relay: Bytes,
): Promise<Read[]> {
  const { fields, rest } = split(untrusted, "read answer", streams.length);
  if (!blank(rest)) throw new Refusal("frame-broken");
  const found: Read[] = [];
  for (const [i, field] of fields.entries()) {
    const head = await openHead(field.slice(0, HEAD_BYTES), space, streams[i] ?? field, relay);
    found.push({ head, entries: readEntries(field.subarray(HEAD_BYTES)) });
  }
  return found;
}

function readEntries(untrusted: Bytes): Entry[] {
  const found: Entry[] = [];
  for (let at = 0; at < untrusted.length; ) {
    const [day = 0, closing = 0, length = 0] = [0, 4, 8].map((i) => readU32(untrusted.subarray(at + i, at + i + 4)));
    const envelope = untrusted.slice(at + 12, at + 12 + length);
    if (envelope.length !== length) throw new Refusal("frame-broken");
    found.push({ day, closing, envelope });
    at += 12 + length;
  }
  return found;
}

type Fields<N extends number, F extends Bytes[] = []> = F["length"] extends N ? F : Fields<N, [...F, Bytes]>;

/** A frame that nothing follows. */
function whole<N extends number>(untrusted: Bytes, label: string, count: N): Fields<N> {
  const { fields, rest } = split(untrusted, label, count);
  if (rest.length) throw new Refusal("frame-broken");
  return fields as Fields<N>;
}

function sized(untrusted: Bytes, ...lengths: readonly number[]): Bytes {
  if (!lengths.includes(untrusted.length)) throw new Refusal("length-wrong");
  return untrusted;
}
