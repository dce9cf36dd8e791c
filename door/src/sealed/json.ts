// The one encoding of payloads: docs/spec/framing.md, section JSON.
import { Refusal } from "./codes.ts";
import { type Bytes, same, utf8 } from "./framing.ts";

/** How one type of value is read and written. */
export interface Kind<T> {
  /** @throws field-wrong */
  read(untrusted: unknown): T;
  write(value: T): string;
  /** Looks for a choice in it: @throws kind-unknown */
  known?(untrusted: unknown): void;
}

export type Value<K> = K extends Kind<infer T> ? T : never;

const DEPTH_MOST = 8;
const INTEGER_MOST = 0xffff_ffff;

function fail(): never {
  throw new Refusal("field-wrong");
}

/** From 0 to 2^32 - 1; a sign, a point or an exponent was refused before anything was parsed. */
export const integer: Kind<number> = {
  read: (untrusted) => (typeof untrusted === "number" && untrusted <= INTEGER_MOST ? untrusted : fail()),
  write: String,
};

/** A text; with a pattern, one that matches it from end to end. */
export const text = (pattern?: RegExp): Kind<string> => ({
  read: (untrusted) =>
    typeof untrusted === "string" && !LONE.test(untrusted) && (!pattern || pattern.test(untrusted)) ? untrusted : fail(),
  write: (value) => JSON.stringify(value),
});

/** One of a few words. */
export const word = <W extends string>(...words: readonly W[]): Kind<W> => ({
  read: (untrusted) => words.find((each) => each === untrusted) ?? fail(),
  write: (value) => JSON.stringify(value),
});

export const nothing: Kind<null> = { read: (untrusted) => (untrusted === null ? null : fail()), write: String };

/** Bytes as base64url without padding, in its one spelling; of this length, if one is given. */
export const octets = (length?: number): Kind<Bytes> => ({
  read(untrusted) {
    if (typeof untrusted !== "string") return fail();
    const bytes = fromBase64url(untrusted);
    return bytes && (length === undefined || bytes.length === length) ? bytes : fail();
  },
  write: (value) => `"${toBase64url(value)}"`,
});

export const nullable = <T>(kind: Kind<T>): Kind<T | null> => ({
  read: (untrusted) => (untrusted === null ? null : kind.read(untrusted)),
  write: (value) => (value === null ? "null" : kind.write(value)),
});

export const list = <T>(kind: Kind<T>): Kind<readonly T[]> => ({
  read: (untrusted) => (Array.isArray(untrusted) ? untrusted.map((each) => kind.read(each)) : fail()),
  write: (values) => `[${values.map((each) => kind.write(each)).join()}]`,
});

type Tuple<K extends readonly unknown[]> = { readonly [I in keyof K]: Value<K[I]> };

/** A list of fixed length, each place of its own kind. */
export function tuple<K extends readonly Kind<unknown>[]>(...kinds: K): Kind<Tuple<K>>;
export function tuple(...kinds: readonly Kind<unknown>[]): Kind<readonly unknown[]> {
  return {
    read: (untrusted) =>
      Array.isArray(untrusted) && untrusted.length === kinds.length
        ? kinds.map((kind, i) => kind.read(untrusted[i]))
        : fail(),
    write: (values) => `[${kinds.map((kind, i) => kind.write(values[i])).join()}]`,
  };
}

type Fields<F> = { readonly [K in keyof F]: Value<F[K]> };

/** An object with exactly these keys, in this order. */
export function object<F extends Readonly<Record<string, Kind<unknown>>>>(fields: F): Kind<Fields<F>>;
export function object(fields: Readonly<Record<string, Kind<unknown>>>): Kind<Readonly<Record<string, unknown>>> {
  const kinds = Object.entries(fields);
  return {
    read(untrusted) {
      if (!isObject(untrusted) || Object.keys(untrusted).length !== kinds.length) return fail();
      return Object.fromEntries(kinds.map(([key, kind]) => [key, kind.read(untrusted[key])]));
    },
    write: (value) => `{${kinds.map(([key, kind]) => `"${key}":${kind.write(value[key])}`).join()}}`,
    known(untrusted) {
      if (isObject(untrusted)) kinds.forEach(([key, kind]) => kind.known?.(untrusted[key]));
    },
  };
}

type Choice<C> = { readonly [K in keyof C]: { readonly kind: K } & Value<C[K]> }[keyof C];

/** One of several objects, told apart by `kind`, its first key. */
export function choice<C extends Readonly<Record<string, Kind<unknown>>>>(kinds: C): Kind<Choice<C>>;
export function choice(kinds: Readonly<Record<string, Kind<object>>>): Kind<{ readonly kind: string }> {
  const kindOf = (name: string): Kind<object> | undefined =>
    Object.prototype.hasOwnProperty.call(kinds, name) ? kinds[name] : undefined;
  return {
    read(untrusted) {
      if (!isObject(untrusted) || typeof untrusted["kind"] !== "string") return fail();
      const { kind: name, ...rest } = untrusted;
      return { kind: untrusted["kind"], ...(kindOf(untrusted["kind"]) ?? fail()).read(rest) };
    },
    write(value) {
      const rest = (kindOf(value.kind) ?? fail()).write(value).slice(1);
      return `{"kind":"${value.kind}"${rest === "}" ? "" : ","}${rest}`;
    },
    known(untrusted) {
      if (isObject(untrusted) && typeof untrusted["kind"] === "string" && !kindOf(untrusted["kind"]))
        throw new Refusal("kind-unknown");
    },
  };
}

/** The one spelling of a value. */
export const encode = <T>(kind: Kind<T>, value: T): Bytes => utf8(kind.write(value));

/**
 * Reads one JSON text of a closed schema, accepting one spelling only. The order of the checks is the
 * spec's, so that an input has one fate in every language.
 *
 * @throws json-deep, json-spelling, json-broken, kind-unknown, field-wrong
 */
export function decode<T>(kind: Kind<T>, untrusted: Bytes): T {
  const parsed = parse(untrusted);
  kind.known?.(parsed);
  const value = kind.read(parsed);
  if (!same(encode(kind, value), untrusted)) throw new Refusal("json-spelling");
  return value;
}

/** What a writer does to words before sealing: lone surrogates replaced, then NFC. Only writers do. */
export const tidy = (words: string): string => words.replace(LONES, "\ufffd").normalize("NFC");

// With the flag `u` a pair of surrogates is one character: only lone halves match.
const LONE = /[\ud800-\udfff]/u;
const LONES = /[\ud800-\udfff]/gu;

const isObject = (untrusted: unknown): untrusted is Record<string, unknown> =>
  typeof untrusted === "object" && untrusted !== null && !Array.isArray(untrusted);

/** Depth and numbers, on the bytes, before any parser recurses. @throws json-deep, json-spelling */
function checkOutsideTexts(untrusted: Bytes): void {
  let depth = 0;
  let odd = false;
  let before = "";
  for (let at = 0; at < untrusted.length; at += 1) {
    const now = String.fromCharCode(untrusted[at] ?? 0);
    if (now === '"') {
      at = endOfText(untrusted, at);
      continue;
    }
    if (now === "[" || now === "{") depth += 1;
    if (now === "]" || now === "}") depth -= 1;
    if (depth > DEPTH_MOST) throw new Refusal("json-deep");
    odd ||= /-|\d[.eE]|\.\d/.test(before + now);
    before = now;
  }
  if (odd) throw new Refusal("json-spelling");
}

/** Where the text that opens at `at` closes, or the end if it never does. */
function endOfText(untrusted: Bytes, at: number): number {
  for (let end = at + 1; end < untrusted.length; end += 1) {
    if (untrusted[end] === 0x22) return end;
    if (untrusted[end] === 0x5c) end += 1;
  }
  return untrusted.length;
}

/** @throws json-deep, json-spelling, json-broken */
function parse(untrusted: Bytes): unknown {
  checkOutsideTexts(untrusted);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(untrusted));
  } catch {
    throw new Refusal("json-broken");
  }
}

export function toBase64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

/** The bytes, or null if this is not their one spelling. */
export function fromBase64url(untrusted: string): Bytes | null {
  if (!/^[\w-]*$/.test(untrusted) || untrusted.length % 4 === 1) return null;
  const binary = atob(untrusted.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return toBase64url(bytes) === untrusted ? bytes : null;
}
