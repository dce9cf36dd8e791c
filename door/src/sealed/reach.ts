// How the relay is reached, and what the organisation says of itself today. docs/spec/manifest.md, relay.md.
import { Refusal, codeOf } from "./codes.ts";
import { type Bytes, type Random, dayOf } from "./framing.ts";
import { fromBase64url } from "./json.ts";
import { type Form, type Manifest, checkBox, checkDay, openForm, openManifest, readManifest, spaceId } from "./manifest.ts";
import { type Read, askManifest, askRead, openAnswer, readManifestAnswer, readReadAnswer } from "./request.ts";
import type { Stream } from "./stream.ts";

/** `org.js`, as it stands there. */
export interface Org {
  /** The organisation's root public key, base64url. */
  readonly root: string;
  /** The lowest serial of a delegation accepted. */
  readonly delegation: number;
  readonly day: number;
  readonly name: readonly (readonly [language: string, name: string])[];
  /** The neutral page that quick exit leads to. */
  readonly leave: string;
}

/** The release that this page is of. */
export interface Release {
  readonly day: number;
  readonly version: number;
}

/** Where requests go; in the page, `fetch`. It rejects if there is no answer. */
export interface Relay {
  post(route: string, body: Bytes): Promise<{ readonly status: number; readonly type: string; readonly body: Bytes }>;
}

/** The phone's own clock, which nobody believes alone. */
export interface Clock {
  now_ms(): number;
}

/** What the page may know before anything is sent. */
export interface Ready {
  /** Today, as the door counts it. */
  readonly day: number;
  readonly form: Form;
  readonly name: Org["name"];
  /** Whether somebody can receive a first contact today. */
  readonly receives: boolean;
  /** Whether the organisation wants a newer release of the door than this. */
  readonly outdated: boolean;
  /** The phone's day, if by this day alone nobody could receive any more: show it and ask, then `Line.dateIsWrong`. */
  readonly doubtfulDay: number | null;
}

/** What was fetched and verified, for an hour. */
export interface Known extends Ready {
  readonly manifest: Manifest;
  /** Intake's box key, not yet judged. */
  readonly box: Bytes;
  readonly relayDay: number;
  readonly fetched_ms: number;
}

const HOUR_MS = 3_600_000;

export class Reach {
  readonly random: Random;
  private readonly org: Org;
  private readonly relay: Relay;
  private readonly clock: Clock;
  private readonly release: Release;
  private challenge: Bytes = new Uint8Array(32);
  private known: Known | null = null;
  /** The person has said that the phone's date is wrong. */
  private dateWrong = false;
  /** The newest day that the relay has signed, and the newest manifest's serial. */
  private seenDay = 0;
  private seenSerial = 0;

  constructor(org: Org, relay: Relay, clock: Clock, random: Random, release: Release) {
    this.org = org;
    this.relay = relay;
    this.clock = clock;
    this.random = random;
    this.release = release;
  }

  async space(): Promise<Bytes> {
    return spaceId(this.root());
  }

  /** What is known, fetched again only when an hour has passed. @throws see `Line.prepare` */
  async current(): Promise<Known> {
    const { known } = this;
    if (known && Math.abs(this.clock.now_ms() - known.fetched_ms) < HOUR_MS) return known;
    return (this.known = await this.fetch());
  }

  /** What is known, if nothing speaks against it. @throws as `current`; manifest-ended: by a date that nobody has called wrong */
  async sure(): Promise<Known> {
    const known = await this.current();
    if (known.doubtfulDay !== null) throw new Refusal("manifest-ended");
    return known;
  }

  /** The phone's date counts no more in this visit: the person has called it wrong. */
  dateIsWrong(): void {
    this.dateWrong = true;
    if (this.known) this.known = { ...this.known, doubtfulDay: null };
  }

  /** Whatever is known is old. */
  forget(): void {
    this.known = null;
  }

  sawDay({ day }: { readonly day: number }): void {
    this.seenDay = Math.max(this.seenDay, day);
  }

  /** One request, one answer. @throws relay-silent, relay-foreign; what the relay refuses */
  async send(route: string, body: Bytes): Promise<Bytes> {
    const { status, type, body: said } = await this.relay.post(route, body).catch(() => {
      throw new Refusal("relay-silent");
    });
    const answer = openAnswer(status, type, said);
    this.challenge = answer.challenge;
    if ("code" in answer) throw new Refusal(answer.code);
    return answer.said;
  }

  /** What stands behind a number in a stream. @throws as `send`; the codes of `readReadAnswer` */
  async read(stream: Stream, after: number): Promise<Read> {
    const { manifest } = await this.current();
    const space = await this.space();
    const ask = async (): Promise<Bytes> => this.send("read", await askRead(space, this.challenge, [[stream, after]]));
    const said = await ask().catch((error) => {
      // The refusal has brought a fresh challenge.
      if (codeOf(error) === "challenge-old") return ask();
      throw error;
    });
    const [found] = await readReadAnswer(said, space, [stream.id], manifest.relay);
    if (!found) throw new Refusal("frame-broken");
    this.sawDay(found.head);
    return found;
  }

  private root(): Bytes {
    const root = fromBase64url(this.org.root);
    if (!root) throw new Refusal("field-wrong");
    return root;
  }

  /** Root, delegation, manifest; the relay's day counts if it signed it for this nonce. */
  private async fetch(): Promise<Known> {
    const nonce = this.random(16);
    const fetched_ms = this.clock.now_ms();
    const space = await this.space();
    const answer = readManifestAnswer(await this.send("manifest", askManifest(space, nonce)));
    // Who signs the day stands in the manifest, which is judged by that day: one that is not good is refused below.
    await checkDay(space, readManifest(answer.manifest).manifest.relay, nonce, answer.day, answer.signature);
    const sure = Math.max(this.release.day, this.org.day, this.seenDay, answer.day);
    const { manifest, day, doubtfulDay } = await this.open(answer.manifest, sure, dayOf(fetched_ms));
    this.sawDay(answer);
    this.seenSerial = manifest.serial;
    return {
      manifest,
      box: answer.box,
      relayDay: answer.day,
      fetched_ms,
      day,
      form: await openForm(answer.form, manifest),
      name: this.org.name,
      receives: await checkBox(manifest, answer.box, answer.day).then(
        () => true,
        () => false,
      ),
      outdated: manifest.door > this.release.version,
      doubtfulDay,
    };
  }

  /** If only the phone's date ends the manifest, that is for the person to say. */
  private async open(untrusted: Bytes, sure: number, phone: number) {
    const open = (today: number): Promise<Manifest> =>
      openManifest(untrusted, {
        root: this.root(),
        delegation: this.org.delegation,
        serial: this.seenSerial,
        today,
      });
    const day = Math.max(sure, phone - 2);
    try {
      return { manifest: await open(day), day, doubtfulDay: null };
    } catch (error) {
      if (codeOf(error) !== "manifest-ended" && codeOf(error) !== "delegation-ended") throw error;
      return { manifest: await open(sure), day: sure, doubtfulDay: this.dateWrong ? null : phone };
    }
  }
}
