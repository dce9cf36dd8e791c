// For every code that can reach the door: the sentence that is said.
import { type Code, codeOf } from "./sealed/codes.ts";

type Said =
  | "silent" | "foreign" | "busy" | "full-disk" | "clock" | "broken" | "slow" // the way there
  | "ended" | "unproved" | "elsewhere" // the organisation
  | "untrue" | "moved" | "full" | "large" // the conversation
  | "page" | "page-small"; // this page itself

// Grouped by what the person can do about it. A code that is new in the tree does not compile here.
const SAID: Readonly<Record<Code, Said>> = {
  // What the relay or a stream gave is not of its form, not signed, or contradicts itself.
  "frame-broken": "untrue", "length-wrong": "untrue", "size-wrong": "untrue", "json-broken": "untrue",
  "json-deep": "untrue", "json-spelling": "untrue", "field-wrong": "untrue", "kind-unknown": "untrue",
  "key-weak": "untrue", "key-spelling": "untrue", "signature-spelling": "untrue", "signature-wrong": "untrue",
  "envelope-shut": "untrue", "letter-shut": "untrue", "padding-wrong": "untrue", "vault-shut": "untrue",
  "id-wrong": "untrue", "writer-wrong": "untrue", "chain-broken": "untrue", "head-wrong": "untrue",
  "day-fell": "untrue", "day-wrong": "untrue", "continue-misplaced": "untrue", "continue-wrong": "untrue",
  "birth-wrong": "untrue", "chain-long": "untrue", "sender-wrong": "untrue", "purpose-wrong": "untrue",
  // The phrase: the page where it is entered says more, with the word's number.
  "phrase-length": "page", "word-unknown": "page", "phrase-check": "page", "phrase-ambiguous": "page",
  // Who speaks for the organisation.
  "space-wrong": "unproved", "delegation-wrong": "unproved", "delegation-old": "unproved",
  "delegation-ended": "ended", "manifest-wrong": "unproved", "manifest-old": "unproved",
  "manifest-ended": "ended", "manifest-long": "unproved", "box-unnamed": "ended",
  // What a relay answers.
  "space-unknown": "elsewhere", "space-taken": "page", "code-wrong": "page", "key-gone": "ended",
  closed: "moved", stale: "moved", full: "full", clock: "clock", "disk-full": "full-disk",
  "challenge-old": "busy", "stream-unknown": "untrue", "stream-taken": "page", "serial-old": "page",
  "not-member": "page", "too-large": "large", "too-slow": "slow", busy: "busy", "route-unknown": "foreign",
  broken: "broken", "relay-silent": "silent", "relay-foreign": "foreign",
  "config-wrong": "page", "format-other": "page", "desk-unknown": "page", "desk-taken": "page",
  "relay-unknown": "page", "relay-taken": "page",
};

/** What failed: a code of the tree, `page-broken` where this page's own code did, or `page-part` where a part of it could not be loaded. */
export type Failure = Code | "page-broken" | "page-part";

/** Of anything that was thrown. */
export const failureOf = (error: unknown): Failure => codeOf(error) ?? (isLoading(error) ? "page-part" : "page-broken");

// What `import()` throws when the network fails it; every browser has words of its own for it.
const isLoading = (error: unknown): boolean => error instanceof TypeError && /import|module|load|fetch/i.test(error.message);

/** Which sentence says it. */
export const saidOf = (failure: Failure): Said =>
  failure === "page-broken" ? "page" : failure === "page-part" ? "page-small" : SAID[failure];
