// Letters, always 2,160 bytes: docs/spec/letter.md.
import { Refusal } from "./codes.ts";
import { type Bytes, blank, concat, frame, readU32, u32 } from "./framing.ts";
import { type Kind, type Value, decode, encode, integer, nullable, object, octets } from "./json.ts";
import { type Box, sealToBox } from "./sealing.ts";

export const LETTER_BYTES = 2_160;
const PLAIN_BYTES = 1_024;

/** What opens a first contact: R and the seeker's signing public key; and the manifest he used. */
export const CONTACT_LETTER = object({ r: octets(32), seeker: octets(32), serial: integer });
export type ContactLetter = Value<typeof CONTACT_LETTER>;

/** Inside `continue`: the successor's secret, and a thread's erase seed for its seeker. */
export const ONWARD_LETTER = object({ secret: octets(32), erase: nullable(octets(32)) });
export type OnwardLetter = Value<typeof ONWARD_LETTER>;

export const contactInfo = (space: Bytes, stream: Bytes, box: Bytes): Bytes => frame("contact", space, stream, box);
export const onwardInfo = (space: Bytes, stream: Bytes, box: Bytes): Bytes => frame("onward", space, stream, box);

/** @throws size-wrong: more than 1,020 bytes; length-wrong, key-spelling: no box's key */
export async function sealLetter<T>(key: Bytes, info: Bytes, kind: Kind<T>, content: T): Promise<Bytes> {
  const text = encode(kind, content);
  if (text.length > PLAIN_BYTES - 4) throw new Refusal("size-wrong");
  const padding = new Uint8Array(PLAIN_BYTES - 4 - text.length);
  return sealToBox(key, concat(u32(text.length), text, padding), info);
}

/** @throws size-wrong, letter-shut, padding-wrong; the codes of `decode` */
export async function openLetter<T>(box: Box, info: Bytes, kind: Kind<T>, untrusted: Bytes): Promise<T> {
  if (untrusted.length !== LETTER_BYTES) throw new Refusal("size-wrong");
  const plain = await box.open(untrusted, info);
  const end = 4 + readU32(plain.subarray(0, 4));
  if (end > plain.length || !blank(plain.subarray(end))) throw new Refusal("padding-wrong");
  return decode(kind, plain.slice(4, end));
}
