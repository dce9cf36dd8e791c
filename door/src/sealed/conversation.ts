// What a person sees who comes back: everything verified, the rest not shown. docs/spec/contact.md, stream.md.
import { Refusal, codeOf } from "./codes.ts";
import { openEnvelope } from "./envelope.ts";
import { EVENT, type Event, type EventOf, type Me, readPayload } from "./event.ts";
import { type Bytes, type Random, same } from "./framing.ts";
import { toBase64url } from "./json.ts";
import { ONWARD_LETTER, onwardInfo, openLetter } from "./letter.ts";
import { type Manifest, boxId, speaks } from "./manifest.ts";
import type { Read } from "./request.ts";
import type { SeekerKeys } from "./seeker.ts";
import { type Entry, HOPS_MOST, LANE_BYTES, type Head, type Point, type Stream } from "./stream.ts";
import { checkContinue, follow, openSuccessor, startOf } from "./stream.ts";

/** What is shown, with the relay's day. */
export type Item = { readonly who: "you" | "organisation"; readonly day: number } & EventOf<"asked" | "said" | "answered">;

/** What following a conversation needs of the world around it. */
export interface Around {
  readonly space: Bytes;
  readonly manifest: Manifest;
  readonly random: Random;
  /** The newest head of a stream (opened), and what stands behind a number. */
  read(stream: Stream, after: number): Promise<Read>;
}

/** How far a conversation has been followed: replaced as a whole, and only by what is verified. */
interface Followed {
  stream: Stream;
  /** The newest envelope verified, and the head that proved it. */
  point: Point;
  head: Head | null;
  /** Streams passed on the way here; 0 in the contact. */
  hops: number;
  /** This visit's own numbering in this stream. */
  lane: Bytes;
  k: number;
  /** Events already counted: stream, writer, lane, k and the event itself. */
  counted: Set<string>;
  items: readonly Item[];
  firstDay: number;
  takenDay: number | null;
  erase: Bytes | null;
}

/** An event sealed and sent whose answer has not come: repeated byte for byte until one does. */
export interface Pending {
  readonly json: string;
  readonly point: Point;
  readonly envelope: Bytes;
  readonly identity: string;
}

/** One conversation, as one visit sees it. */
export class Conversation {
  readonly keys: SeekerKeys;
  private pending: readonly Pending[] = [];
  private now: Followed;

  private constructor(keys: SeekerKeys, now: Followed) {
    this.keys = keys;
    this.now = now;
  }

  /** The contact of these keys, nothing read yet. */
  static async begin(keys: SeekerKeys, lane: Bytes): Promise<Conversation> {
    const shown = { items: [], counted: new Set<string>(), firstDay: 0, takenDay: null, erase: null };
    return new Conversation(keys, { ...shown, ...(await enter(keys.contact, 0, lane)) });
  }

  get state(): "waiting" | "taken" {
    return this.now.takenDay === null ? "waiting" : "taken";
  }
  /** The day it was taken up. */
  get takenDay(): number | null {
    return this.now.takenDay;
  }
  /** The day the first words arrived. */
  get firstDay(): number {
    return this.now.firstDay;
  }
  get items(): readonly Item[] {
    return this.now.items;
  }
  /** Nothing has arrived at the relay. */
  get empty(): boolean {
    return this.now.point.n === 0 && this.now.hops === 0;
  }
  get stream(): Stream {
    return this.now.stream;
  }
  get point(): Point {
    return this.now.point;
  }
  /** The newest head of the open stream, as the relay signed it. */
  get seen(): Bytes | null {
    return this.now.head && this.now.head.n > 0 ? this.now.head.packed : null;
  }
  /** The identity that the next event gets. */
  get me(): Me {
    return [this.now.lane, this.now.k];
  }

  /** What was sealed of this event after the head that is known now, and waits for its answer. */
  expected(event: Event): Pending | undefined {
    const json = EVENT.write(event);
    return this.pending.find((each) => each.json === json && each.point === this.point);
  }

  /** Remembers what is about to be sent. */
  expect(event: Event, envelope: Bytes): Pending {
    const identity = identityOf(this.stream, this.own(event));
    const expected = { json: EVENT.write(event), point: this.point, envelope, identity };
    this.pending = [...this.pending, expected];
    return expected;
  }

  /**
   * Counts an event of one's own that the relay has just acknowledged with this head. Whatever else waited named a head
   * before it: that has been read by now, or can never be taken.
   */
  acknowledge(event: Event, head: Head): void {
    const draft = { ...this.now, point: head, head };
    count(draft, this.own(event), head.day, "you");
    this.now = draft;
    this.pending = [];
  }

  /** Whether this event, sent and without an answer, has been read in the stream: then it waits no more. */
  settle(event: Event): boolean {
    const json = EVENT.write(event);
    const found = this.pending.find((each) => each.json === json && this.now.counted.has(each.identity));
    this.pending = this.pending.filter((each) => each !== found);
    return found !== undefined;
  }

  private own(event: Event): Written {
    return { writer: this.keys.signing.public, me: [this.now.lane, this.now.k], event };
  }

  /**
   * Reads to the end of the open stream, over as many `continue` as there are, and returns what is new.
   *
   * @throws what `around.read` throws; the codes of `follow`, `openLetter` and `continue`; birth-wrong,
   *   writer-wrong, chain-long. Then everything is as it was.
   */
  async readOn(around: Around): Promise<readonly Item[]> {
    let draft = { ...this.now, counted: new Set(this.now.counted) };
    for (;;) {
      const before = draft.point;
      const { head, entries, points } = await readAll(draft, around);
      for (const [i, entry] of entries.entries()) await this.take(draft, entry, points[i] ?? before, around.manifest);
      draft.head = head;
      // A closed stream ends with an envelope that is new here: a stream found closed before was left then.
      const last = entries[entries.length - 1];
      if (!head.closing || !last) break;
      if (draft.hops === HOPS_MOST) throw new Refusal("chain-long");
      draft = await this.step(draft, last, points[points.length - 2] ?? before, head, around);
    }
    const known = this.now.items.length;
    this.now = draft;
    return draft.items.slice(known);
  }

  /** One entry, counted and shown if its writer may be shown. @throws birth-wrong */
  private async take(draft: Followed, { day, envelope }: Entry, point: Point, manifest: Manifest): Promise<void> {
    draft.point = point;
    const written = await openWritten(draft.stream, envelope);
    if (point.n === 1) this.checkBirth(draft, written, speaks(manifest, written?.writer ?? envelope, day));
    if (!written) return;
    if (same(written.writer, this.keys.signing.public)) count(draft, written, day, "you");
    else if (speaks(manifest, written.writer, day)) count(draft, written, day, "organisation");
  }

  /** A contact is born by its own writer, a thread by the organisation for this contact. @throws birth-wrong */
  private checkBirth({ hops }: Followed, written: Written | null, voiced: boolean): void {
    const { contact, signing } = this.keys;
    const event = written?.event;
    const good = hops
      ? voiced && event?.kind === "began" && same(event.contact, contact.id) && same(event.seeker, signing.public)
      : event?.kind === "asked" && same(written?.writer ?? contact.id, signing.public);
    if (!good) throw new Refusal("birth-wrong");
  }

  /** Over the `continue` at the end of a closed stream, into its successor. */
  private async step(draft: Followed, last: Entry, before: Point, head: Head, around: Around): Promise<Followed> {
    const { writer, payload } = await openEnvelope(draft.stream, last.envelope);
    const { event } = readPayload(payload);
    if (!speaks(around.manifest, writer, last.day)) throw new Refusal("writer-wrong");
    if (event.kind !== "continue") throw new Refusal("continue-misplaced");
    checkContinue(event, draft.point, before, head);
    const { box } = this.keys;
    const info = onwardInfo(around.space, draft.stream.id, await boxId(box.public));
    const { secret, erase } = await openLetter(box, info, ONWARD_LETTER, event.letter ?? new Uint8Array(0));
    const next = await enter(await openSuccessor(event, secret), draft.hops + 1, around.random(LANE_BYTES));
    return { ...draft, ...next, erase, takenDay: draft.takenDay ?? last.day };
  }
}

/** The beginning of a stream. */
async function enter(stream: Stream, hops: number, lane: Bytes) {
  return { stream, point: await startOf(stream.id), head: null, hops, lane, k: 0 };
}

/** Everything behind a point, proved by the head at its end; one answer may be only a part. */
async function readAll({ stream, point }: Followed, around: Around) {
  const entries: Entry[] = [];
  const points: Point[] = [];
  for (;;) {
    const last = points[points.length - 1] ?? point;
    const { head, entries: more } = await around.read(stream, last.n);
    entries.push(...more);
    points.push(...(await follow(last, more, head)));
    if (last.n + more.length === head.n) return { head, entries, points };
    // It says that there is more and does not give it.
    if (!more.length) throw new Refusal("chain-broken");
  }
}

interface Written {
  readonly writer: Bytes;
  readonly me: Me;
  readonly event: Event;
}

/** What an envelope says, or null where it cannot be opened or read: then it is not shown. */
async function openWritten(stream: Stream, envelope: Bytes): Promise<Written | null> {
  try {
    const { writer, payload } = await openEnvelope(stream, envelope);
    return { writer, ...readPayload(payload) };
  } catch (error) {
    if (codeOf(error)) return null;
    throw error;
  }
}

const identityOf = ({ id }: Stream, { writer, me, event }: Written): string =>
  [id, writer, me[0]].map(toBase64url).concat(String(me[1]), EVENT.write(event)).join();

/** Counts an event once, and shows it if it is of a kind that this writer shows. */
function count(draft: Followed, written: Written, day: number, who: Item["who"]): void {
  const { me, event } = written;
  const identity = identityOf(draft.stream, written);
  if (draft.counted.has(identity)) return;
  draft.counted.add(identity);
  if (who === "you" && same(me[0], draft.lane)) draft.k = Math.max(draft.k, me[1] + 1);
  if (shows(draft, event, who)) draft.items = [...draft.items, { who, day, ...event }];
  draft.firstDay ||= day;
}

function shows({ hops, point }: Followed, event: Event, who: Item["who"]): event is EventOf<Item["kind"]> {
  switch (event.kind) {
    case "said":
      return true;
    case "asked":
      return who === "you" && hops === 0 && point.n === 1;
    case "answered":
      return who === "you";
    default:
      return false;
  }
}
