// Frames, digests, HKDF: docs/spec/framing.md.
import { Refusal } from "./codes.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** Randomness as it is passed in: a number of bytes in, so many unpredictable bytes out. */
export type Random = (bytes: number) => Bytes;

const UTF8 = new TextEncoder();
const PREFIX = "safeconduct/1/";

export const utf8 = (text: string): Bytes => new Uint8Array(UTF8.encode(text));

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two strings of bytes are the same, in a time that does not tell where they differ. */
export function same(left: Uint8Array, right: Uint8Array): boolean {
  let different = left.length ^ right.length;
  for (let i = 0; i < left.length; i += 1) different |= (left[i] ?? 0) ^ (right[i] ?? 0);
  return different === 0;
}

/** Whether nothing but zeros is in it. */
export const blank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** An integer as it stands in a frame: four bytes, big-endian. */
export const u32 = (value: number): Bytes => new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);

/** Four bytes, big-endian. @throws length-wrong; field-wrong: above `most` */
export function readU32(untrusted: Uint8Array, most = 0xffff_ffff): number {
  if (untrusted.length !== 4) throw new Refusal("length-wrong");
  const value = untrusted.reduce((higher, byte) => higher * 256 + byte, 0);
  if (value > most) throw new Refusal("field-wrong");
  return value;
}

/** `safeconduct/1/`, label, 0x00, then each field behind its length. */
export function frame(label: string, ...fields: readonly Uint8Array[]): Bytes {
  return concat(utf8(`${PREFIX}${label}\0`), ...fields.flatMap((field) => [u32(field.length), field]));
}

/** Reads a frame of known label and number of fields, and what follows it. @throws frame-broken */
export function split(untrusted: Bytes, label: string, count: number): { fields: Bytes[]; rest: Bytes } {
  const head = frame(label);
  if (!same(untrusted.subarray(0, head.length), head)) throw new Refusal("frame-broken");
  const fields: Bytes[] = [];
  let at = head.length;
  while (fields.length < count) {
    if (untrusted.length < at + 4) throw new Refusal("frame-broken");
    const end = at + 4 + readU32(untrusted.subarray(at, at + 4));
    if (untrusted.length < end) throw new Refusal("frame-broken");
    fields.push(untrusted.slice(at + 4, end));
    at = end;
  }
  return { fields, rest: untrusted.slice(at) };
}

export const sha256 = async (bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** SHA-256 over the frame: 32 bytes. */
export const digest = (label: string, ...fields: readonly Uint8Array[]): Promise<Bytes> => sha256(frame(label, ...fields));

/** HKDF-SHA256 with an empty salt and the frame as info: 32 bytes. */
export async function derive(secret: Bytes, label: string, ...fields: readonly Uint8Array[]): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const info = frame(label, ...fields);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, 256));
}

/** The day, in days since 1970-01-01 UTC, of a time in milliseconds. */
export const dayOf = (now_ms: number): number => Math.floor(now_ms / 86_400_000);
