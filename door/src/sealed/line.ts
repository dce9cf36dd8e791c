// The line between a person and an organisation: all that the pages call. docs/spec/contact.md.
import { Refusal, codeOf } from "./codes.ts";
import { CONTACT_BYTES_MOST, Contact, layAnew } from "./contact.ts";
import { Conversation, type Item, type Pending } from "./conversation.ts";
import { OVERHEAD_BYTES, sealEnvelope } from "./envelope.ts";
import { type EventOf, type Urgency, writePayload } from "./event.ts";
import type { Bytes, Random } from "./framing.ts";
import { tidy } from "./json.ts";
import { boxOf } from "./manifest.ts";
import { type Clock, type Org, Reach, type Ready, type Relay, type Release } from "./reach.ts";
import { append, readAppendAnswer } from "./request.ts";
import { type SeekerKeys, seekerKeys, stretchPhrase } from "./seeker.ts";
import { type Head, LANE_BYTES, isReceipt } from "./stream.ts";

export { type Code, Refusal } from "./codes.ts";
export type { Conversation, Item } from "./conversation.ts";
export type { Form } from "./manifest.ts";
export type { Clock, Org, Ready, Relay, Release } from "./reach.ts";
export type { SeekerKeys } from "./seeker.ts";

/** What a person asks for first. */
export interface Request {
  /** Two capital letters, or "" for another. */
  readonly country: string;
  readonly urgency: Urgency;
  readonly language: string;
  readonly text: string;
}

export interface Asked {
  readonly conversation: Conversation;
  /** There was something under this phrase already: it has been read, and what is new goes behind it. */
  readonly known: boolean;
  /** What stands there first is another request than this: so part of this one, or all, stands behind it. */
  readonly behind: boolean;
  /** False only for a known conversation that has just moved: show it, then `write` the text. */
  readonly sent: boolean;
}

/** Sent; or not, because there is something new that must be shown first. The same call again then sends. */
export interface Written {
  readonly sent: boolean;
  readonly fresh: readonly Item[];
}

/** What may be written into a conversation. */
export type Writable = EventOf<"said" | "answered">;

const TRIES_MOST = 8;

export class Line {
  private readonly reach: Reach;
  private pending: Contact | null = null;

  constructor(org: Org, relay: Relay, clock: Clock, random: Random, release: Release) {
    this.reach = new Reach(org, relay, clock, random, release);
  }

  /**
   * Fetches and verifies the organisation's manifest; again only when an hour has passed.
   *
   * @throws relay-silent, relay-foreign; what the relay refuses; the codes of `openManifest`; day-wrong
   */
  prepare(): Promise<Ready> {
    return this.reach.current();
  }

  /** The person has said so of `Ready.doubtfulDay`: until then no letter is sealed and nothing is read. */
  dateIsWrong(): void {
    this.reach.dateIsWrong();
  }

  /** The keys of a phrase. Slow on purpose: begin while the phrase is being written down. */
  async stretch(entropy: Bytes): Promise<SeekerKeys> {
    return seekerKeys(await stretchPhrase(entropy, await this.reach.space()));
  }

  /**
   * Sends a first contact. Called again after a refusal it repeats the same bytes, as long as the request is
   * the same. If there is a conversation under this phrase already, the new text goes behind it, and where the
   * country or the urgency there is another, the `correction`: a sentence that names the new ones.
   *
   * @throws as `prepare`; box-unnamed, size-wrong; signature-wrong: the relay does not keep what was sent
   */
  async ask(keys: SeekerKeys, request: Request, correction = ""): Promise<Asked> {
    await this.reach.current();
    const event = asked(request, keys.box.public, keys.erase.public);
    const contact = this.pending?.isOf(event) ? this.pending : await Contact.seal(this.reach, keys, event);
    this.pending = contact;
    const head = await contact.send(this.reach);
    const answer = head ? await this.begun(keys, contact, head) : await this.known(keys, event, correction);
    if (answer.sent) this.pending = null;
    return answer;
  }

  /**
   * The conversation of a phrase, or null if the relay has nothing under it. If nobody has taken it up and its
   * letter's box may be gone, a new letter is laid beside it.
   *
   * @throws as `prepare`; the codes of `Conversation.readOn`; manifest-ended: by a date that nobody has called wrong
   */
  async comeBack(keys: SeekerKeys): Promise<Conversation | null> {
    const conversation = await this.read(keys);
    if (conversation.empty) return null;
    if (conversation.state === "waiting") await this.keepLetter(conversation);
    return conversation;
  }

  /** Reads what is new. @throws as `comeBack` */
  async refresh(conversation: Conversation): Promise<readonly Item[]> {
    const { reach } = this;
    const { manifest } = await reach.sure();
    return conversation.readOn({
      space: await reach.space(),
      manifest,
      random: reach.random,
      read: (stream, after) => reach.read(stream, after),
    });
  }

  /**
   * Appends words or answers after the newest head. Where something has come that must be seen before, it is returned
   * and must be shown; the same call then sends. Called again after a refusal it repeats the same bytes.
   *
   * @throws as `comeBack`; size-wrong, full
   */
  async write(conversation: Conversation, event: Writable): Promise<Written> {
    const words = tidied(event);
    let fresh: readonly Item[] = [];
    for (let tries = 0; tries < TRIES_MOST; tries += 1) {
      if (conversation.settle(words)) return { sent: true, fresh };
      if (fresh.some((item) => stops(item, words))) return { sent: false, fresh };
      if (await this.append(conversation, words)) return { sent: true, fresh };
      fresh = [...fresh, ...(await this.refresh(conversation))];
    }
    throw new Refusal("stale");
  }

  /** Whether the relay has taken it; false if the stream has moved or is closed. */
  private async append(conversation: Conversation, event: Writable): Promise<boolean> {
    const { envelope } = await this.sealOnce(conversation, event);
    const { stream, point } = conversation;
    const space = await this.reach.space();
    try {
      const said = await this.reach.send("append", await append(space, stream, envelope, point));
      const { manifest } = await this.reach.current();
      const head = await readAppendAnswer(said, space, stream.id, manifest.relay);
      if (!(await isReceipt(head, point, envelope))) throw new Refusal("chain-broken");
      this.reach.sawDay(head);
      conversation.acknowledge(event, head);
      return true;
    } catch (error) {
      if (codeOf(error) === "stale" || codeOf(error) === "closed") return false;
      throw error;
    }
  }

  /** An event sealed after the head that is known: the same bytes as long as both are the same. */
  private async sealOnce(conversation: Conversation, event: Writable): Promise<Pending> {
    const { keys, stream, me, seen } = conversation;
    const expected = conversation.expected(event);
    if (expected) return expected;
    const envelope = await sealEnvelope(stream, keys.signing, writePayload({ me, seen, event }), this.reach.random);
    return conversation.expect(event, envelope);
  }

  private async begun(keys: SeekerKeys, { event, lane }: Contact, head: Head): Promise<Asked> {
    const conversation = await Conversation.begin(keys, lane);
    conversation.acknowledge(event, head);
    return { conversation, known: false, behind: false, sent: true };
  }

  /** What stands under this phrase already, and what is new behind it. */
  private async known(keys: SeekerKeys, event: EventOf<"asked">, correction: string): Promise<Asked> {
    const conversation = await this.read(keys);
    const { items } = conversation;
    let sent = true;
    for (const text of unsaid(items, event, correction)) sent &&= (await this.write(conversation, { kind: "said", text })).sent;
    const behind = !(names(items, event) && items[0]?.kind === "asked" && items[0].text === event.text);
    return { conversation, known: true, behind, sent };
  }

  private async read(keys: SeekerKeys): Promise<Conversation> {
    const conversation = await Conversation.begin(keys, this.reach.random(LANE_BYTES));
    await this.refresh(conversation);
    return conversation;
  }

  /**
   * Lays a new letter beside a contact whose letter's box the manifest may not name any more. Of which day that
   * box was is known but for one: the relay takes a letter until the day after its box's last.
   */
  private async keepLetter(conversation: Conversation): Promise<void> {
    const { manifest } = await this.reach.current();
    if (boxOf(manifest, conversation.firstDay - 1)) return;
    try {
      await layAnew(this.reach, conversation.keys);
    } catch (error) {
      if (codeOf(error) !== "closed") throw error;
      // Taken up in this very moment.
      await this.refresh(conversation);
    }
  }
}

/** Whether the request that stands names this country and urgency. */
const names = (items: readonly Item[], { country, urgency }: EventOf<"asked">): boolean =>
  items.some((item) => item.kind === "asked" && item.country === country && item.urgency === urgency);

/** What of a request, and of what it corrects in the one that stands, has not been said yet. */
function unsaid(items: readonly Item[], event: EventOf<"asked">, correction: string): string[] {
  const yours = items.flatMap((item) => (item.who === "you" && item.kind !== "answered" ? [item.text] : []));
  // Only as his last word a correction is still true.
  const corrected = names(items, event) || yours[yours.length - 1] === correction;
  return [...(yours.includes(event.text) ? [] : [event.text]), ...(corrected ? [] : [correction])].filter(Boolean);
}

/** What has to be seen before these words go: the organisation's, and his own of the same kind. */
const stops = (item: Item, { kind }: Writable): boolean => item.who === "organisation" || item.kind === kind;

/** How many bytes of text a first contact still takes; below zero it is too long. */
export function bytesLeft(request: Request): number {
  const event = asked(request, new Uint8Array(1_216), new Uint8Array(32));
  const payload = writePayload({ me: [new Uint8Array(LANE_BYTES), 0], seen: null, event });
  return CONTACT_BYTES_MOST - OVERHEAD_BYTES - payload.length;
}

const asked = ({ country, urgency, language, text }: Request, box: Bytes, erase: Bytes): EventOf<"asked"> => ({
  kind: "asked",
  box,
  erase,
  country,
  urgency,
  language,
  text: tidy(text),
  was: null,
});

const tidied = (event: Writable): Writable =>
  event.kind === "said"
    ? { ...event, text: tidy(event.text) }
    : { ...event, answers: event.answers.map(([id, value]) => [tidy(id), tidy(value)] as const) };
