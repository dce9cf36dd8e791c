// What this visit holds, in memory and nowhere else: closing the page forgets it.
import type { Conversation } from "./sealed/conversation.ts";
import type { Urgency } from "./sealed/event.ts";
import type { Bytes } from "./sealed/framing.ts";
import type { Line, Ready } from "./sealed/line.ts";
import type { SeekerKeys } from "./sealed/seeker.ts";
import type { Failure } from "./refusals.ts";
import type { Language, PlainKey } from "./speech.ts";

/** The return phrase that was made here. Its language is that of the page when it was made. */
export interface Phrase {
  readonly words: readonly string[];
  readonly language: Language;
  /** Being made since the phrase was drawn; asked for again it is made again only if that failed. */
  keys(): Promise<SeekerKeys>;
  /** The two words that are asked back, counted from 0. */
  readonly tested: readonly [number, number];
}

/** What was entered, understood as a phrase; `repaired` are the places (from 0) of words that were put right. */
export interface Reading {
  readonly words: readonly string[];
  readonly entered: readonly string[];
  readonly repaired: readonly number[];
  readonly language: Language;
  readonly entropy: Bytes;
}

/** What went wrong, the heading over it, and how to try it again. */
export interface Failed {
  readonly of: Failure;
  readonly failed: PlainKey;
  again(): void;
}

export interface Visit {
  readonly line: Line;
  ready: Ready | null;
  /** What goes on when the person has said that the date of the device is wrong. */
  afterDate: (() => void) | null;
  country: string | null;
  urgency: Urgency | null;
  text: string;
  phrase: Phrase | null;
  /** What was entered at the two words asked back. */
  recalled: [string, string];
  /** Which of the two the notice is about. */
  wrong: number;
  /** What was entered as a phrase by one who comes back. */
  entered: string;
  repaired: Reading | null;
  conversation: Conversation | null;
  message: string;
  /** The last message that was sent, as it was sealed, and how many items stood there before. */
  sent: { readonly text: string; readonly after: number } | null;
  /** Questions passed over, and what was entered at each. */
  readonly skipped: Set<string>;
  answers: Record<string, string>;
  /** What is being done, as a sentence, or null. */
  busy: PlainKey | null;
  failure: Failed | null;
  /** Something to say at the top of the page, in whatever language it is then. */
  notice: (() => string) | null;
}

const AFRESH = () => ({
  afterDate: null,
  country: null,
  urgency: null,
  text: "",
  phrase: null,
  recalled: ["", ""] as [string, string],
  wrong: 0,
  entered: "",
  repaired: null,
  conversation: null,
  message: "",
  sent: null,
  skipped: new Set<string>(),
  answers: {},
  busy: null,
  failure: null,
  notice: null,
});

/** The visit there is; begun by `arrive`. */
export let visit: Visit;

/** Nothing said, nothing known. */
export function arrive(line: Line): void {
  visit = { line, ...AFRESH(), ready: null };
}

/** Everything that was written here is forgotten; what is known of the organisation stays. */
export function forget(): void {
  // Where the page could not begin there is nothing to forget.
  if (visit) Object.assign(visit, AFRESH());
}
