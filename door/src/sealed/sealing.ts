// AES-256-GCM, HPKE with X-Wing, PBKDF2: docs/spec/stream.md, letter.md, contact.md.
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { Refusal } from "./codes.ts";
import { type Bytes, type Random, concat } from "./framing.ts";

const NONCE_BYTES = 12;
const ENCAPSULATION_BYTES = 1_120;
const PHRASE_ROUNDS = 600_000;

const kem = new XWing();
const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });

const aesKey = (key: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);

/** Nonce (12, drawn here), ciphertext, tag (16). */
export async function sealBytes(key: Bytes, plain: Bytes, bound: Bytes, random: Random): Promise<Bytes> {
  const iv = random(NONCE_BYTES);
  const how = { name: "AES-GCM", iv, additionalData: bound };
  return concat(iv, new Uint8Array(await crypto.subtle.encrypt(how, await aesKey(key), plain)));
}

/** Opens what `sealBytes` sealed. @throws envelope-shut */
export async function openBytes(key: Bytes, untrusted: Bytes, bound: Bytes): Promise<Bytes> {
  const how = { name: "AES-GCM", iv: untrusted.slice(0, NONCE_BYTES), additionalData: bound };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, await aesKey(key), untrusted.slice(NONCE_BYTES)));
  } catch {
    throw new Refusal("envelope-shut");
  }
}

/** The private half of a box. */
export interface Box {
  readonly public: Bytes;
  /** Opens what `sealToBox` sealed to this box under the same info. @throws letter-shut */
  open(untrusted: Bytes, info: Bytes): Promise<Bytes>;
}

/**
 * The box of a 32-byte seed, which SHAKE-256 expands. Never HPKE's DeriveKeyPair: libraries disagree
 * about it.
 *
 * @throws length-wrong
 */
export async function openBox(seed: Bytes): Promise<Box> {
  if (seed.length !== 32) throw new Refusal("length-wrong");
  const pair = await kem.generateKeyPairDerand(seed.slice());
  return {
    public: new Uint8Array(await kem.serializePublicKey(pair.publicKey)),
    async open(untrusted, info) {
      const enc = untrusted.slice(0, ENCAPSULATION_BYTES);
      try {
        const how = { recipientKey: pair.privateKey, enc, info };
        return new Uint8Array(await suite.open(how, untrusted.slice(ENCAPSULATION_BYTES)));
      } catch {
        throw new Refusal("letter-shut");
      }
    },
  };
}

/** Encapsulation (1,120), ciphertext, tag (16). Randomness is the library's own. @throws length-wrong, key-spelling */
export async function sealToBox(key: Bytes, plain: Bytes, info: Bytes): Promise<Bytes> {
  if (key.length !== kem.publicKeySize) throw new Refusal("length-wrong");
  try {
    const recipientPublicKey = await kem.deserializePublicKey(key.slice());
    const { enc, ct } = await suite.seal({ recipientPublicKey, info }, plain);
    return concat(new Uint8Array(enc), new Uint8Array(ct));
  } catch {
    throw new Refusal("key-spelling");
  }
}

/** PBKDF2-HMAC-SHA512, 600,000 rounds: 64 bytes. Native in every browser, with JIT off too. */
export async function stretch(entropy: Bytes, salt: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", entropy, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-512", salt, iterations: PHRASE_ROUNDS };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, 512));
}
