// Ed25519: docs/spec/signing.md.
import { Refusal } from "./codes.ts";
import { type Bytes, concat, utf8 } from "./framing.ts";
import { part } from "./part.ts";

/** An Ed25519 key pair; the private half does not show. */
export interface SigningKey {
  readonly public: Bytes;
  sign(signed: Bytes): Promise<Bytes>;
}

/** One implementation of Ed25519: the browser's, or the one loaded on demand. */
export interface Ed25519 {
  key(seed: Bytes): Promise<SigningKey>;
  verify(key: Bytes, signed: Bytes, signature: Bytes): Promise<boolean>;
}

// All big-endian, in hex, so that comparing texts compares numbers.
const P = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed";
const L = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed";
const SMALL_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000001",
  "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec",
  "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
  "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
];

const PKCS8 = new Uint8Array([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);

const native: Ed25519 = {
  async key(seed) {
    const pkcs8 = concat(PKCS8, seed);
    const open = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
    const { x } = await crypto.subtle.exportKey("jwk", open);
    const shut = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
    pkcs8.fill(0);
    const binary = atob((x ?? "").replace(/-/g, "+").replace(/_/g, "/"));
    return {
      public: Uint8Array.from(binary, (character) => character.charCodeAt(0)),
      sign: async (signed) => new Uint8Array(await crypto.subtle.sign("Ed25519", shut, signed)),
    };
  },
  async verify(key, signed, signature) {
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return crypto.subtle.verify("Ed25519", imported, signature, signed);
  },
};

const noble = part("noble", () => import("./noble.ts"));
let chosen: Promise<Ed25519> | undefined;

/** The browser's Ed25519 if it works when tried, else the one loaded on demand; decided once. @throws TypeError: not loaded */
const ed25519 = (): Promise<Ed25519> => (chosen ??= choose());

async function choose(): Promise<Ed25519> {
  if (await works(native)) return native;
  try {
    return (await noble()).noble;
  } catch (error) {
    // A network that fails now may not fail the next time.
    chosen = undefined;
    throw error;
  }
}

async function works(tried: Ed25519): Promise<boolean> {
  try {
    const signed = utf8("?");
    const key = await tried.key(new Uint8Array(32));
    return await tried.verify(key.public, signed, await key.sign(signed));
  } catch {
    return false;
  }
}

/** The key of a 32-byte seed. @throws length-wrong */
export async function signingKey(seed: Bytes): Promise<SigningKey> {
  if (seed.length !== 32) throw new Refusal("length-wrong");
  return (await ed25519()).key(seed);
}

/**
 * Returns only if this key signed these bytes. What verifiers disagree about is refused first, by
 * comparing bytes.
 *
 * @throws length-wrong, key-spelling, key-weak, signature-spelling, signature-wrong
 */
export async function verify(key: Bytes, signed: Bytes, untrustedSignature: Bytes): Promise<void> {
  if (key.length !== 32 || untrustedSignature.length !== 64) throw new Refusal("length-wrong");
  checkPoint(key);
  checkPoint(untrustedSignature.subarray(0, 32));
  if (hex(untrustedSignature.subarray(32)) >= L) throw new Refusal("signature-spelling");
  if (!(await believed(key, signed, untrustedSignature))) throw new Refusal("signature-wrong");
}

/** A verifier may also refuse a key outright (a y that is on no point): that too is a no. */
async function believed(key: Bytes, signed: Bytes, signature: Bytes): Promise<boolean> {
  const verifier = await ed25519();
  return verifier.verify(key, signed, signature).catch(() => false);
}

function checkPoint(untrusted: Bytes): void {
  const y = untrusted.slice();
  y[31] = (y[31] ?? 0) & 0x7f;
  const number = hex(y);
  if (number >= P) throw new Refusal("key-spelling");
  if (SMALL_ORDER.includes(number)) throw new Refusal("key-weak");
}

/** Little-endian bytes as a big-endian number in hex. */
const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .reverse()
    .join("");
