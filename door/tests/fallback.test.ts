// Every vector, where WebCrypto has no Ed25519 and the one loaded on demand serves.
import "./refused.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { everyVector } from "./every.ts";

test("WebCrypto refuses Ed25519 and nothing else", async () => {
  const ed25519 = () => crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  await assert.rejects(ed25519, { name: "NotSupportedError" });
  await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
});

everyVector();
