// Streams as whoever holds their secret sees them: ids, chain, heads, history, `continue`. docs/spec/stream.md.
import { Refusal } from "./codes.ts";
import type { EventOf } from "./event.ts";
import { type Bytes, derive, digest, frame, readU32, same, u32 } from "./framing.ts";
import { type SigningKey, signingKey, verify } from "./signing.ts";

export const HEAD_BYTES = 108;
export const HOPS_MOST = 64;
export const LANE_BYTES = 8;

/** The keys of one stream. */
export interface Stream {
  readonly secret: Bytes;
  readonly content: Bytes;
  readonly access: SigningKey;
  readonly id: Bytes;
}

export async function openStream(secret: Bytes): Promise<Stream> {
  const access = await signingKey(await derive(secret, "access"));
  return { secret, content: await derive(secret, "content"), access, id: await streamId(access.public) };
}

export const streamId = (access: Bytes): Promise<Bytes> => digest("stream", access);

/** A contact's stream: its secret binds its writer. */
export const openContact = async (r: Bytes, seeker: Bytes): Promise<Stream> =>
  openStream(await derive(r, "contact secret", seeker));

/** @throws id-wrong: a secret that came with another stream's id */
export function checkId(stream: Stream, claimed: Bytes): void {
  if (!same(stream.id, claimed)) throw new Refusal("id-wrong");
}

/** A place in a stream: number, hash, day and closing of its envelope n. */
export interface Point {
  readonly n: number;
  readonly hash: Bytes;
  readonly day: number;
  readonly closing: number;
}

/** A point that the relay signed; `packed` is its 108 bytes. */
export interface Head extends Point {
  readonly packed: Bytes;
}

/** One envelope as `read` gave it. */
export interface Entry {
  readonly day: number;
  readonly closing: number;
  readonly envelope: Bytes;
}

/** Before the first envelope. */
export const startOf = async (stream: Bytes): Promise<Point> => ({
  n: 0,
  hash: await digest("chain", stream),
  day: 0,
  closing: 0,
});

/** The place after one more envelope, which is given by its digest. */
export const chainNext = async (before: Point, sealed: Bytes, day: number, closing: number): Promise<Point> => ({
  n: before.n + 1,
  hash: await digest("chain", before.hash, sealed, u32(day), u32(closing)),
  day,
  closing,
});

export const envelopeDigest = (envelope: Bytes): Promise<Bytes> => digest("sealed", envelope);

/** @throws length-wrong; the codes of `verify`; head-wrong */
export async function openHead(untrusted: Bytes, space: Bytes, stream: Bytes, relay: Bytes): Promise<Head> {
  if (untrusted.length !== HEAD_BYTES) throw new Refusal("length-wrong");
  const part = (from: number, to: number): Bytes => untrusted.slice(from, to);
  const signed = frame("head", space, stream, part(0, 4), part(4, 36), part(36, 40), part(40, 44));
  await verify(relay, signed, part(44, HEAD_BYTES));
  const head = {
    n: readU32(part(0, 4)),
    hash: part(4, 36),
    day: readU32(part(36, 40)),
    closing: readU32(part(40, 44)),
    packed: untrusted,
  };
  const wrong = head.closing > 1 || (head.n === 0 && !samePoint(head, await startOf(stream)));
  if (wrong) throw new Refusal("head-wrong");
  return head;
}

const samePoint = (left: Point, right: Point): boolean =>
  left.n === right.n && same(left.hash, right.hash) && left.day === right.day && left.closing === right.closing;

/**
 * Verifies the entries behind a point against a head (already opened), and returns the place after each.
 * If they end before the head's number they are only hashed, not yet proved: read on.
 *
 * @throws day-fell, head-wrong, chain-broken
 */
export async function follow(from: Point, entries: readonly Entry[], head: Head): Promise<Point[]> {
  const points: Point[] = [];
  let now = from;
  for (const { day, closing, envelope } of entries) {
    if (day < now.day) throw new Refusal("day-fell");
    if (closing > 1) throw new Refusal("head-wrong");
    now = await chainNext(now, await envelopeDigest(envelope), day, closing);
    points.push(now);
  }
  if (now.n > head.n || (now.n === head.n && !samePoint(now, head))) throw new Refusal("chain-broken");
  return points;
}

/** Whether a head acknowledges just this envelope, not closing, after this point. */
export async function isReceipt(head: Head, before: Point, envelope: Bytes): Promise<boolean> {
  return head.day >= before.day && samePoint(head, await chainNext(before, await envelopeDigest(envelope), head.day, 0));
}

/** A `continue` is one only as the last envelope of a closed stream, after the head it names. @throws continue-misplaced */
export function checkContinue(event: Pick<EventOf<"continue">, "n" | "hash">, at: Point, before: Point, head: Head): void {
  const last = head.closing === 1 && samePoint(at, head);
  if (!last || event.n !== before.n || !same(event.hash, before.hash)) throw new Refusal("continue-misplaced");
}

/** The successor, if this secret is the one the `continue` committed to. @throws continue-wrong */
export async function openSuccessor(event: Pick<EventOf<"continue">, "to">, secret: Bytes): Promise<Stream> {
  if (!same(await digest("to", secret), event.to)) throw new Refusal("continue-wrong");
  return openStream(secret);
}
