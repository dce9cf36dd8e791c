// What the return phrase gives: docs/spec/contact.md.
import { type Bytes, derive, frame } from "./framing.ts";
import { type Box, openBox, stretch } from "./sealing.ts";
import { type SigningKey, signingKey } from "./signing.ts";
import { type Stream, openContact } from "./stream.ts";

export interface SeekerKeys {
  readonly r: Bytes;
  readonly signing: SigningKey;
  readonly box: Box;
  readonly erase: SigningKey;
  readonly contact: Stream;
}

/** P, from a phrase's 13 bytes of entropy. Slow on purpose. */
export const stretchPhrase = (entropy: Bytes, space: Bytes): Promise<Bytes> => stretch(entropy, frame("phrase", space));

export async function seekerKeys(p: Bytes): Promise<SeekerKeys> {
  const r = await derive(p, "return");
  const signing = await signingKey(await derive(p, "seeker"));
  return {
    r,
    signing,
    box: await openBox(await derive(p, "seeker box")),
    erase: await signingKey(await derive(p, "erase")),
    contact: await openContact(r, signing.public),
  };
}
