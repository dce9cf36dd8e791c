// A first contact on its way: envelope 1 sealed once, its letter as often as boxes come and go. docs/spec/contact.md.
import { Refusal, codeOf } from "./codes.ts";
import { SIZES_BYTES, sealEnvelope } from "./envelope.ts";
import { EVENT, type EventOf, writePayload } from "./event.ts";
import type { Bytes } from "./framing.ts";
import { CONTACT_LETTER, contactInfo, sealLetter } from "./letter.ts";
import { boxId, checkBox } from "./manifest.ts";
import type { Reach } from "./reach.ts";
import { checkBorn, readContactAnswer, reseal, sendContact } from "./request.ts";
import type { SeekerKeys } from "./seeker.ts";
import { type Head, LANE_BYTES, isReceipt, startOf } from "./stream.ts";

export const CONTACT_BYTES_MOST = SIZES_BYTES[1];

type Asked = EventOf<"asked">;

interface Letter {
  readonly box: Bytes;
  readonly letter: Bytes;
}

/** Until its answer has come it is repeated byte for byte. */
export class Contact {
  readonly event: Asked;
  readonly lane: Bytes;
  private readonly keys: SeekerKeys;
  private readonly envelope: Bytes;
  /** Every letter laid beside the envelope, the newest first: the relay may have kept any of them. */
  private readonly letters: Letter[] = [];

  private constructor(keys: SeekerKeys, event: Asked, lane: Bytes, envelope: Bytes) {
    this.keys = keys;
    this.event = event;
    this.lane = lane;
    this.envelope = envelope;
  }

  /** @throws size-wrong: more than fits 16 KiB */
  static async seal({ random }: Reach, keys: SeekerKeys, event: Asked): Promise<Contact> {
    const lane = random(LANE_BYTES);
    const payload = writePayload({ me: [lane, 0], seen: null, event });
    const envelope = await sealEnvelope(keys.contact, keys.signing, payload, random);
    if (envelope.length > CONTACT_BYTES_MOST) throw new Refusal("size-wrong");
    return new Contact(keys, event, lane, envelope);
  }

  /** Whether it is of this very event. */
  isOf = (event: Asked): boolean => EVENT.write(event) === EVENT.write(this.event);

  /**
   * The head of envelope 1, or null if another one stands there already.
   *
   * @throws box-unnamed; as `Reach.send`; signature-wrong: the relay does not keep what was sent
   */
  async send(reach: Reach): Promise<Head | null> {
    const { contact, erase } = this.keys;
    const space = await reach.space();
    const said = await withOpenBox(reach, async (anew) => {
      if (anew || !this.letters.length) this.letters.unshift(await sealAnew(reach, this.keys));
      const [laid] = this.letters as [Letter];
      const body = sendContact(space, contact.access.public, erase.public, laid.box, laid.letter, this.envelope);
      return reach.send("contact", body);
    });
    const { manifest } = await reach.current();
    const { head, born } = await readContactAnswer(said, space, contact.id, manifest.relay);
    reach.sawDay(head);
    if (!(await isReceipt(head, await startOf(contact.id), this.envelope))) return null;
    for (const { letter } of this.letters) {
      const kept = checkBorn(manifest.relay, space, contact.id, letter, erase.public, born);
      const good = await kept.then(
        () => true,
        () => false,
      );
      if (good) return head;
    }
    throw new Refusal("signature-wrong");
  }
}

/**
 * Lays a new letter beside a contact that nobody has taken up.
 *
 * @throws as `Contact.send`; closed: somebody has, just now
 */
export async function layAnew(reach: Reach, keys: SeekerKeys): Promise<void> {
  const { contact, erase } = keys;
  const space = await reach.space();
  await withOpenBox(reach, async () => {
    const { box, letter } = await sealAnew(reach, keys);
    const said = await reach.send("contact", await reseal(space, contact, box, letter));
    const { manifest } = await reach.current();
    const { born } = await readContactAnswer(said, space, contact.id, manifest.relay);
    await checkBorn(manifest.relay, space, contact.id, letter, erase.public, born);
  });
}

/** A contact's letter to intake's box of today. @throws box-unnamed; as `Reach.sure` */
async function sealAnew(reach: Reach, { contact, r, signing }: SeekerKeys): Promise<Letter> {
  const { manifest, box: key, relayDay } = await reach.sure();
  const box = await boxId(await checkBox(manifest, key, relayDay));
  const info = contactInfo(await reach.space(), contact.id, box);
  const content = { r, seeker: signing.public, serial: manifest.serial };
  return { box, letter: await sealLetter(key, info, CONTACT_LETTER, content) };
}

/** Does it; if the box is gone, once more with a new manifest. */
async function withOpenBox<T>(reach: Reach, attempt: (anew: boolean) => Promise<T>): Promise<T> {
  try {
    return await attempt(false);
  } catch (error) {
    if (codeOf(error) !== "key-gone") throw error;
    reach.forget();
    return attempt(true);
  }
}
