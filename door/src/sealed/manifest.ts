// Root, delegation, manifest: what a door must know to reach an organisation. docs/spec/manifest.md.
import { type Code, Refusal, codeOf } from "./codes.ts";
import { type Bytes, digest, frame, same, u32 } from "./framing.ts";
import { type Value, decode, integer, list, object, octets, text, tuple, word } from "./json.ts";
import { verify } from "./signing.ts";

const DELEGATION_DAYS_MOST = 180;
const MANIFEST_DAYS_MOST = 14;
const WEEK_DAYS = 7;
const VOICE_COUNTS_DAYS = 9;
const SIGNATURE_BYTES = 64;

export const MANIFEST = object({
  space: octets(32),
  serial: integer,
  delegation: tuple(integer, octets(32), integer, octets(64)),
  relay: octets(32),
  last: integer,
  boxes: list(tuple(octets(32), integer, integer)),
  voices: list(tuple(octets(32), integer, integer, integer)),
  form: octets(32),
  door: integer,
});
export type Manifest = Value<typeof MANIFEST>;

const words = list(tuple(text(/^[a-z]{2,3}$/), text()));
const FORM = object({
  countries: list(text(/^[A-Z]{2}$/)),
  questions: list(
    object({ id: text(), kind: word("one", "text"), ask: words, choices: list(tuple(text(), words)) }),
  ),
});
/** What the organisation still asks once it has the first words. */
export type Form = Value<typeof FORM>;

/** What the opener of a manifest already knows. */
export interface Trust {
  readonly root: Bytes;
  /** The lowest serial of a delegation accepted, and of a manifest: the newest seen. */
  readonly delegation: number;
  readonly serial: number;
  readonly today: number;
}

export const spaceId = (root: Bytes): Promise<Bytes> => digest("space", root);
export const boxId = (key: Bytes): Promise<Bytes> => digest("box", key);

/**
 * Verifies root, delegation and manifest, in the order of the spec.
 *
 * @throws length-wrong and the codes of `decode`; space-wrong; delegation-wrong, -old, -ended;
 *   manifest-wrong, -old, -ended, -long
 */
export async function openManifest(untrusted: Bytes, trust: Trust): Promise<Manifest> {
  const { json, signature, manifest } = readManifest(untrusted);
  refuseIf(!same(manifest.space, await spaceId(trust.root)), "space-wrong");
  await checkDelegation(manifest, trust);
  await verifyAs("manifest-wrong", manifest.delegation[1], frame("manifest signature", json), signature);
  refuseIf(!listsGood(manifest), "manifest-wrong");
  refuseIf(manifest.serial < trust.serial, "manifest-old");
  refuseIf(manifest.last < trust.today, "manifest-ended");
  const lastBox = manifest.boxes[manifest.boxes.length - 1]?.[2] ?? 0;
  refuseIf(manifest.last > Math.min(trust.today + MANIFEST_DAYS_MOST, lastBox), "manifest-long");
  return manifest;
}

/** Taken apart, and nothing of it verified. @throws length-wrong and the codes of `decode` */
export function readManifest(untrusted: Bytes): { json: Bytes; signature: Bytes; manifest: Manifest } {
  refuseIf(untrusted.length <= SIGNATURE_BYTES, "length-wrong");
  const json = untrusted.slice(0, -SIGNATURE_BYTES);
  return { json, signature: untrusted.slice(-SIGNATURE_BYTES), manifest: decode(MANIFEST, json) };
}

async function checkDelegation({ space, delegation }: Manifest, { root, delegation: least, today }: Trust): Promise<void> {
  const [serial, key, last, signature] = delegation;
  await verifyAs("delegation-wrong", root, frame("delegation", space, u32(serial), key, u32(last)), signature);
  refuseIf(serial < least, "delegation-old");
  refuseIf(last < today || last > today + DELEGATION_DAYS_MOST, "delegation-ended");
}

/** Boxes are whole weeks, voices last nine days, both ascend, and no key or week is named twice. */
function listsGood({ boxes, voices }: Manifest): boolean {
  return (
    boxes.length > 0 &&
    boxes.every(([, first, last]) => first % WEEK_DAYS === 0 && last === first + WEEK_DAYS - 1) &&
    voices.every(([, first, last, withdrawn]) => last === first + VOICE_COUNTS_DAYS - 1 && withdrawn <= 1) &&
    boxes.every(([, first], i) => first > (boxes[i - 1]?.[1] ?? -1)) &&
    voices.every(([, first], i) => first >= (voices[i - 1]?.[1] ?? 0)) &&
    distinct(boxes) &&
    distinct(voices)
  );
}

const distinct = (named: readonly (readonly [Bytes, ...number[]])[]): boolean =>
  new Set(named.map(([key]) => key.join())).size === named.length;

async function verifyAs(code: Code, key: Bytes, signed: Bytes, signature: Bytes): Promise<void> {
  try {
    await verify(key, signed, signature);
  } catch (error) {
    throw codeOf(error) ? new Refusal(code) : error;
  }
}

function refuseIf(wrong: boolean, code: Code): void {
  if (wrong) throw new Refusal(code);
}

/** The id of intake's box for this day, if the manifest names one. */
export const boxOf = ({ boxes }: Manifest, day: number): Bytes | undefined =>
  boxes.find(([, first, last]) => first <= day && day <= last)?.[0];

/** The box key that came with a manifest, if it is the one named for this day. @throws box-unnamed */
export async function checkBox(manifest: Manifest, untrustedKey: Bytes, day: number): Promise<Bytes> {
  const named = boxOf(manifest, day);
  refuseIf(!named || !same(named, await boxId(untrustedKey)), "box-unnamed");
  return untrustedKey;
}

/** Whether an envelope of this day by this key is the organisation's. */
export const speaks = ({ voices }: Manifest, key: Bytes, day: number): boolean =>
  voices.some(([voice, first, last, withdrawn]) => same(voice, key) && first <= day && day <= last && !withdrawn);

/** The day a relay signed for whoever drew this nonce. @throws day-wrong */
export const checkDay = (space: Bytes, relay: Bytes, nonce: Bytes, day: number, signature: Bytes): Promise<void> =>
  verifyAs("day-wrong", relay, frame("day", space, nonce, u32(day)), signature);

/** The form that came with a manifest. @throws manifest-wrong: not the one it names; the codes of `decode` */
export async function openForm(untrusted: Bytes, { form }: Manifest): Promise<Form> {
  refuseIf(!same(await digest("form", untrusted), form), "manifest-wrong");
  return decode(FORM, untrusted);
}
