// Envelopes: a payload signed by its writer and sealed with its stream's key. docs/spec/stream.md.
import { Refusal } from "./codes.ts";
import { type Bytes, type Random, blank, concat, frame, readU32, u32 } from "./framing.ts";
import { openBytes, sealBytes } from "./sealing.ts";
import { type SigningKey, verify } from "./signing.ts";

export const SIZES_BYTES = [4_096, 16_384, 65_536, 262_144] as const;
export const OVERHEAD_BYTES = 128;
const SEAL_BYTES = 28;
const FRONT_BYTES = 100;

/** What an envelope needs of its stream. */
interface Stream {
  readonly content: Bytes;
  readonly id: Bytes;
}

/** An envelope's content: who wrote it (proved), and the payload's bytes (still to be read). */
export interface Opened {
  readonly writer: Bytes;
  readonly payload: Bytes;
}

/** The smallest envelope that holds so many bytes of payload. @throws size-wrong: none does */
export function sizeFor(payload_bytes: number): number {
  const size = SIZES_BYTES.find((each) => payload_bytes + OVERHEAD_BYTES <= each);
  if (size === undefined) throw new Refusal("size-wrong");
  return size;
}

const signedBytes = (stream: Stream, writer: Bytes, payload: Bytes): Bytes => frame("event", stream.id, writer, payload);

/** @throws size-wrong: more than 262,016 bytes */
export async function sealEnvelope(stream: Stream, writer: SigningKey, payload: Bytes, random: Random): Promise<Bytes> {
  const size = sizeFor(payload.length);
  const signature = await writer.sign(signedBytes(stream, writer.public, payload));
  const padding = new Uint8Array(size - OVERHEAD_BYTES - payload.length);
  const plain = concat(writer.public, signature, u32(payload.length), payload, padding);
  return sealBytes(stream.content, plain, frame("envelope", stream.id), random);
}

/** @throws size-wrong, envelope-shut, padding-wrong; the codes of `verify` */
export async function openEnvelope(stream: Stream, untrusted: Bytes): Promise<Opened> {
  if (!SIZES_BYTES.some((each) => each === untrusted.length)) throw new Refusal("size-wrong");
  const plain = await openBytes(stream.content, untrusted, frame("envelope", stream.id));
  const end = FRONT_BYTES + readU32(plain.subarray(FRONT_BYTES - 4, FRONT_BYTES));
  if (end > untrusted.length - SEAL_BYTES || !blank(plain.subarray(end))) throw new Refusal("padding-wrong");
  if (sizeFor(end - FRONT_BYTES) !== untrusted.length) throw new Refusal("size-wrong");
  const writer = plain.slice(0, 32);
  const payload = plain.slice(FRONT_BYTES, end);
  await verify(writer, signedBytes(stream, writer, payload), plain.slice(32, FRONT_BYTES - 4));
  return { writer, payload };
}
