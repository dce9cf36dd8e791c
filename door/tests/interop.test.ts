// The page and the desk, in TypeScript and Python: what one seals the other opens, and both refuse alike.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { codeOf } from "../src/sealed/codes.ts";
import { openEnvelope, sealEnvelope } from "../src/sealed/envelope.ts";
import { PAYLOAD, type Payload } from "../src/sealed/event.ts";
import { type Bytes, concat, utf8 } from "../src/sealed/framing.ts";
import { type Kind, decode, encode } from "../src/sealed/json.ts";
import { CONTACT_LETTER, ONWARD_LETTER, openLetter, sealLetter } from "../src/sealed/letter.ts";
import { makePhrase, phraseEntropy, readPhrase, wordList } from "../src/sealed/phrase.ts";
import { openBox } from "../src/sealed/sealing.ts";
import { signingKey } from "../src/sealed/signing.ts";
import { openContact, openStream } from "../src/sealed/stream.ts";
import { Peer, hex, numbers, unhex } from "./peer.ts";

const peer = new Peer("peer.py");
after(() => peer.close());

const draw = numbers(20_251_125);
const bytes = (length: number): Bytes => Uint8Array.from({ length }, () => draw(256));

async function verdictOf(tried: () => unknown): Promise<string> {
  try {
    await tried();
    return "ok";
  } catch (error) {
    const code = codeOf(error);
    if (!code) throw error;
    return code;
  }
}

describe("letters and envelopes", () => {
  const info = utf8("info");
  const contact = { r: bytes(32), seeker: bytes(32), serial: 7 };
  const onward = { secret: bytes(32), erase: null };

  test("the desk opens the page's letter", async () => {
    const seed = bytes(32);
    const sealed = await sealLetter((await openBox(seed)).public, info, CONTACT_LETTER, contact);
    const asked = { op: "open-letter", letter: "contact", seed: hex(seed), info: hex(info), sealed: hex(sealed) };
    assert.deepEqual(await peer.ask(asked), { verdict: "ok", content: hex(encode(CONTACT_LETTER, contact)) });
  });

  test("the page opens the desk's letter", async () => {
    const [seed, content] = [bytes(32), hex(encode(ONWARD_LETTER, onward))];
    const { letter } = await peer.ask({ op: "seal-letter", letter: "onward", seed: hex(seed), info: hex(info), content });
    assert.deepEqual(await openLetter(await openBox(seed), info, ONWARD_LETTER, unhex(letter)), onward);
  });

  for (const size of [0, 1, 3_968, 3_969, 16_256, 262_016])
    test(`both seal ${size} bytes into the same envelope, and open it`, async () => {
      const [secret, writer, nonce, payload] = [bytes(32), bytes(32), bytes(12), bytes(size)];
      const stream = await openStream(secret);
      const key = await signingKey(writer);
      const sealed = await sealEnvelope(stream, key, payload, () => nonce);
      const asked = { secret: hex(secret), writer: hex(writer), nonce: hex(nonce), payload: hex(payload) };
      assert.equal((await peer.ask({ op: "seal-envelope", ...asked }))["sealed"], hex(sealed));
      const opened = { writer: hex(key.public), payload: hex(payload) };
      assert.deepEqual(await peer.ask({ op: "open-envelope", ...asked, sealed: hex(sealed) }), { verdict: "ok", ...opened });
      assert.deepEqual(await openEnvelope(stream, sealed), { writer: key.public, payload });
    });

  test("both derive the same contact", async () => {
    const [r, seeker] = [bytes(32), bytes(32)];
    const { id } = await peer.ask({ op: "contact", r: hex(r), seeker: hex(seeker) });
    assert.equal(hex((await openContact(r, seeker)).id), id);
  });
});

describe("one fate", () => {
  const payload: Payload = {
    me: [bytes(8), 3],
    seen: null,
    event: { kind: "answered", form: bytes(32), answers: [["whom", "меня"], ["how", "«Саша», \\ \"\n😀"]] },
  };
  const schemas: readonly (readonly [string, Kind<unknown>, Bytes])[] = [
    ["payload", PAYLOAD, encode(PAYLOAD, payload)],
    ["onward", ONWARD_LETTER, encode(ONWARD_LETTER, { secret: bytes(32), erase: bytes(32) })],
  ];
  const scraps = ['"', "\\", "{", "[", "]", "}", ",", ":", "0", "1", "-", ".", "e", " ", "\n", "null", "true", '"a"', "\\u0041"]
    .concat(['"kind":"said"', '"me":1,', "\\ud83d", "\\ude00", "\ufeff", "é", "[[[[[[[[", "4294967296", "=", "+", "_"])
    .map(utf8)
    .concat([new Uint8Array([0xff]), new Uint8Array([0xed, 0xa0, 0x80]), new Uint8Array([0]), new Uint8Array([0xc0, 0x80])]);

  for (const [schema, kind, good] of schemas)
    test(`2,000 torn ${schema}s are refused with the same code`, async () => {
      const seen = new Map<string, number>();
      for (let i = 0; i < 2_000; i += 1) {
        let torn = good;
        for (let cuts = 1 + draw(2); cuts > 0; cuts -= 1) {
          const at = draw(torn.length + 1);
          const scrap = draw(4) ? (scraps[draw(scraps.length)] ?? good) : torn.slice(draw(torn.length), draw(torn.length));
          torn = concat(torn.subarray(0, at), scrap, torn.subarray(Math.min(torn.length, at + draw(4))));
        }
        const ours = await verdictOf(() => decode(kind, torn));
        const { verdict } = await peer.ask({ op: "decode", schema, bytes: hex(torn) });
        assert.equal(ours, verdict, new TextDecoder().decode(torn));
        seen.set(ours, (seen.get(ours) ?? 0) + 1);
      }
      for (const code of ["json-broken", "json-spelling", "field-wrong"]) assert.ok(seen.get(code), code);
    });
});

describe("the return phrase", () => {
  const lists = ["ru", "en"].map((language) => {
    const words = readFileSync(`../src/safeconduct/sealed/words/${language}.txt`, "utf8").trimEnd().split("\n");
    return wordList(language, words);
  });

  for (const list of lists)
    test(`made and spelt alike: ${list.language}`, async () => {
      for (let i = 0; i < 200; i += 1) {
        const drawn = bytes(12);
        const words = await makePhrase(list, () => drawn);
        const entropy = hex(await phraseEntropy(words, list));
        const made = await peer.ask({ op: "make-phrase", drawn: hex(drawn), language: list.language });
        assert.deepEqual(made, { verdict: "ok", words, entropy });
      }
    });

  const [QWERTY, JCUKEN] = ["qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё"];
  const otherLayout = (text: string): string =>
    Array.from(text, (letter) => {
      const place = Math.max(QWERTY.indexOf(letter), JCUKEN.indexOf(letter));
      return place < 0 ? letter : ((QWERTY.includes(letter) ? JCUKEN : QWERTY)[place] ?? letter);
    }).join("");

  /** One slip somewhere in a word. */
  const slip = (word: string, letters: readonly string[]): string => {
    const at = draw(word.length);
    const letter = letters[draw(letters.length)] ?? "";
    const [head, tail] = [word.slice(0, at), word.slice(at)];
    return [head + tail.slice(1), head + letter + tail, head + letter + tail.slice(1), head + tail.slice(1, 2) + tail.slice(0, 1) + tail.slice(2)][draw(4)] ?? word;
  };

  /** Some of the ways in which a phrase is typed. */
  const typed = (words: readonly string[], letters: readonly string[]): string => {
    let text = words.map((word) => (draw(5) ? word : word.slice(0, 4)));
    for (let slips = draw(4); slips > 0; slips -= 1) {
      const place = draw(text.length);
      text = text.map((word, i) => (i === place ? slip(word, letters) : word));
    }
    if (draw(12) === 0) text = text.slice(1);
    if (draw(12) === 0) text = [...text.slice(1), text[0] ?? ""];
    let whole = text.join([" ", ", ", "\n", " - ", "1. ", "  "][draw(6)]);
    if (draw(3) === 0) whole = otherLayout(whole);
    if (draw(4) === 0) whole = whole.toUpperCase();
    if (draw(6) === 0) whole = whole.replace(/е/g, "ё").normalize("NFD");
    return draw(8) ? whole : `1. ${whole}.`;
  };

  for (const list of lists)
    test(`1,000 typed phrases are understood alike: ${list.language}`, async () => {
      const seen = new Map<string, number>();
      for (let i = 0; i < 1_000; i += 1) {
        const text = typed(await makePhrase(list, bytes), list.letters);
        const languages = draw(2) ? lists : [list];
        const asked = { op: "read-phrase", typed: text, languages: languages.map(({ language }) => language) };
        let ours: object;
        try {
          const { entropy, ...reading } = await readPhrase(text, languages);
          ours = { verdict: "ok", ...reading, entropy: hex(entropy) };
        } catch (error) {
          ours = { verdict: codeOf(error) };
        }
        const theirs = await peer.ask(asked);
        assert.deepEqual(ours, theirs, text);
        seen.set(String(theirs["verdict"]), (seen.get(String(theirs["verdict"])) ?? 0) + 1);
      }
      for (const verdict of ["ok", "phrase-length", "word-unknown", "phrase-check"]) assert.ok(seen.get(verdict), verdict);
    });
});
