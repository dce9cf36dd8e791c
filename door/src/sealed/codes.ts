// The refusals of errors.py, the same words in the same order, branch by branch: a test compares the two.

export const MALFORMED = [
  "frame-broken",
  "length-wrong",
  "size-wrong",
  "json-broken",
  "json-deep",
  "json-spelling",
  "field-wrong",
  "kind-unknown",
] as const;
export const UNPROVED = [
  "key-weak",
  "key-spelling",
  "signature-spelling",
  "signature-wrong",
] as const;
export const SHUT = [
  "envelope-shut",
  "letter-shut",
  "padding-wrong",
  "vault-shut",
] as const;
export const UNTRUE = [
  "id-wrong",
  "writer-wrong",
  "chain-broken",
  "head-wrong",
  "day-fell",
  "day-wrong",
  "continue-misplaced",
  "continue-wrong",
  "birth-wrong",
  "chain-long",
  "sender-wrong",
  "purpose-wrong",
] as const;
export const MISREMEMBERED = [
  "phrase-length",
  "word-unknown",
  "phrase-check",
  "phrase-ambiguous",
] as const;
export const UNENTITLED = [
  "space-wrong",
  "delegation-wrong",
  "delegation-old",
  "delegation-ended",
  "manifest-wrong",
  "manifest-old",
  "manifest-ended",
  "manifest-long",
  "box-unnamed",
] as const;
export const REFUSED = [
  "space-unknown",
  "space-taken",
  "code-wrong",
  "key-gone",
  "closed",
  "stale",
  "full",
  "clock",
  "disk-full",
  "challenge-old",
  "stream-unknown",
  "stream-taken",
  "serial-old",
  "not-member",
  "too-large",
  "too-slow",
  "busy",
  "route-unknown",
  "broken",
] as const;
export const UNREACHED = [
  "relay-silent",
  "relay-foreign",
] as const;
export const UNFIT = [
  "config-wrong",
  "format-other",
  "desk-unknown",
  "desk-taken",
  "relay-unknown",
  "relay-taken",
] as const;

export const CODES = [
  ...MALFORMED,
  ...UNPROVED,
  ...SHUT,
  ...UNTRUE,
  ...MISREMEMBERED,
  ...UNENTITLED,
  ...REFUSED,
  ...UNREACHED,
  ...UNFIT,
] as const;

export type Code = (typeof CODES)[number];

/** Something was not accepted, and nothing was changed. It carries a code and never what was refused. */
export class Refusal extends Error {
  readonly code: Code;

  constructor(code: Code) {
    super(code);
    this.code = code;
  }
}

/** The code of a refusal, or undefined for any other error. */
export const codeOf = (error: unknown): Code | undefined => (error instanceof Refusal ? error.code : undefined);
