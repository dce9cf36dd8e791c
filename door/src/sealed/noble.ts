// Ed25519 where WebCrypto has none; a file of its own, loaded on demand (docs/spec/signing.md, step 6).
import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, same } from "./framing.ts";
import type { Ed25519 } from "./signing.ts";

const { Point } = ed25519;

const number = (littleEndian: Uint8Array): bigint => {
  const bytes = [...littleEndian].reverse();
  return BigInt(`0x${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`);
};

export const noble: Ed25519 = {
  key: (seed) =>
    Promise.resolve({
      public: new Uint8Array(ed25519.getPublicKey(seed)),
      sign: (signed) => Promise.resolve(new Uint8Array(ed25519.sign(signed, seed))),
    }),
  // noble's equation has the cofactor in it, libsodium's and the browsers' has not: for keys with a part of
  // small order they disagree. So R is computed anew, as libsodium does, and must be the same bytes.
  async verify(key, signed, signature) {
    if (!ed25519.verify(signature, signed, key, { zip215: false })) return false;
    const r = signature.slice(0, 32);
    const hash = await crypto.subtle.digest("SHA-512", concat(r, key, signed));
    const k = number(new Uint8Array(hash)) % Point.Fn.ORDER;
    const sB = Point.BASE.multiplyUnsafe(number(signature.slice(32)));
    return same(sB.subtract(Point.fromBytes(key).multiplyUnsafe(k)).toBytes(), r);
  },
};
