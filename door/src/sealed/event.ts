// What a seeker can read, event by event, and the payload around every event: docs/spec/events.md, stream.md.
import type { Bytes } from "./framing.ts";
import {
  type Value,
  choice,
  decode,
  encode,
  integer,
  list,
  nothing,
  nullable,
  object,
  octets,
  text,
  tuple,
  word,
} from "./json.ts";
import { LETTER_BYTES } from "./letter.ts";

const HEAD_BYTES = 108;
const id = octets(32);

export const EVENT = choice({
  asked: object({
    box: octets(1_216),
    erase: id,
    country: text(/^([A-Z]{2})?$/),
    urgency: word("held", "date", "papers", "unit", "none"),
    language: text(/^[a-z]{2,3}$/),
    text: text(),
    was: nothing,
  }),
  said: object({ text: text() }),
  answered: object({ form: id, answers: list(tuple(text(), text())) }),
  began: object({ contact: id, r: id, seeker: id, erase: id }),
  continue: object({
    n: integer,
    hash: id,
    to: id,
    file: nullable(id),
    letter: nullable(octets(LETTER_BYTES)),
    covers: nullable(octets(HEAD_BYTES)),
    unowned: list(tuple(id, integer, id, list(integer))),
  }),
});

export type Event = Value<typeof EVENT>;
export type EventOf<K extends Event["kind"]> = Extract<Event, { readonly kind: K }>;
export type Urgency = EventOf<"asked">["urgency"];

/** What an envelope holds: its writer's lane and number, the newest head he had, the event. */
export const PAYLOAD = object({ me: tuple(octets(8), integer), seen: nullable(octets(HEAD_BYTES)), event: EVENT });
export type Payload = Value<typeof PAYLOAD>;
/** (lane, k): with stream and writer, the identity of an event. */
export type Me = Payload["me"];

export const writePayload = (payload: Payload): Bytes => encode(PAYLOAD, payload);

/** @throws the codes of `decode` */
export const readPayload = (untrusted: Bytes): Payload => decode(PAYLOAD, untrusted);
