// The return phrase: nine words, and what a person types of them. docs/spec/phrase.md.
import { type Code, Refusal, codeOf } from "./codes.ts";
import { type Bytes, type Random, digest } from "./framing.ts";

/** A language's 2,048 words in order, and every spelling that means one of them as it stands. */
export interface WordList {
  readonly language: string;
  readonly words: readonly string[];
  readonly spellings: ReadonlyMap<string, number>;
  readonly letters: readonly string[];
}

/** What was typed, understood. With repaired places (from 0) it is an offer: show all nine words, and ask. */
export interface Reading {
  readonly words: readonly string[];
  readonly language: string;
  readonly entropy: Bytes;
  readonly repaired: readonly number[];
}

const LENGTH = 9;
const WORD_BITS = 11n;
const CHECK_BITS = 7n;
const RANDOM_BITS = BigInt(LENGTH) * WORD_BITS - CHECK_BITS;
const BEGINNING = 4;
const REPAIRED_MOST = 2;
// Letters of the longest word, and one slip more.
const TYPED_MOST = 9;

// The same keys on the two layouts; behind the blank those that are signs on one of them, plain and with Shift.
const QWERTY = "qwertyuiopasdfghjklzxcvbnm" + "[];',.`" + '{}:"<>~';
const JCUKEN = "йцукенгшщзфывапролдячсмить" + "хъжэбюе" + "хъжэбюе";
const LETTER_KEYS = 26;

// What a refused attempt got to, least first: of several attempts the person is told the furthest.
const FURTHEST: readonly Code[] = ["phrase-length", "word-unknown", "phrase-check"];

/** A list as it comes to the page: of each word how many letters it shares with the one before, then the rest. */
export function unpack(packed: string): string[] {
  let before = "";
  return (packed.match(/\d\D+/g) ?? []).map((part) => (before = before.slice(0, Number(part[0])) + part.slice(1)));
}

export const wordList = (language: string, words: readonly string[]): WordList => ({
  language,
  words,
  spellings: new Map(words.flatMap((word, number) => [[word.slice(0, BEGINNING), number] as const, [word, number] as const])),
  letters: [...new Set(words.join(""))],
});

/** A new phrase from 92 of the 96 random bits it draws. */
export async function makePhrase({ words }: WordList, random: Random): Promise<string[]> {
  const bits = toNumber(random(12)) % 2n ** RANDOM_BITS;
  let left = bits * 2n ** CHECK_BITS + (await checkOf(bits));
  const phrase: string[] = [];
  while (phrase.length < LENGTH) {
    phrase.unshift(words[Number(left % 2n ** WORD_BITS)] ?? "");
    left >>= WORD_BITS;
  }
  return phrase;
}

/** What the key is derived from: 13 bytes. The words are whole. @throws phrase-length, word-unknown, phrase-check */
export async function phraseEntropy(phrase: readonly string[], { words }: WordList): Promise<Bytes> {
  if (phrase.length !== LENGTH) throw new Refusal("phrase-length");
  const numbers = phrase.map((word) => words.indexOf(word));
  if (numbers.includes(-1)) throw new Refusal("word-unknown");
  return entropyOf(numbers);
}

/**
 * What somebody typed, in any of these languages, with at most two words repaired by one slip each.
 *
 * @throws phrase-length, word-unknown, phrase-check, phrase-ambiguous
 */
export async function readPhrase(untrusted: string, lists: readonly WordList[]): Promise<Reading> {
  const readings: Reading[] = [];
  const refusals: Code[] = [];
  for (const list of lists)
    for (const typed of splits(fold(untrusted), list.language))
      try {
        readings.push(...(await match(typed, list)));
      } catch (error) {
        const code = codeOf(error);
        if (!code) throw error;
        refusals.push(code);
      }
  const whole = readings.filter(({ repaired }) => !repaired.length);
  const [first, ...others] = whole.length ? whole : readings;
  if (!first) throw new Refusal(FURTHEST[Math.max(...refusals.map((code) => FURTHEST.indexOf(code)))] ?? "phrase-length");
  const key = ({ language, words }: Reading): string => [language, ...words].join();
  if (others.some((other) => key(other) !== key(first))) throw new Refusal("phrase-ambiguous");
  return first;
}

/** Lower case, ё as е, without accents and invisible characters. */
const fold = (untrusted: string): string =>
  untrusted
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]/g, "")
    .replace(/ё/g, "е");

/** The words that may have been typed, on this language's layout or on the other. */
function splits(folded: string, language: string): string[][] {
  const letters = folded.match(/[a-z\u00c0-\u024f\u0400-\u04ff]+/g) ?? [];
  if (language !== "ru") return [letters.map((word) => translate(word, JCUKEN.slice(0, LETTER_KEYS), QWERTY))];
  // Six Russian letters lie on keys that are signs: only a second look can tell a comma from a `б`.
  const unnumbered = folded.replace(/[0-9]+[.,:)]*/g, " ");
  const signs = (unnumbered.match(/[a-z[\];',.`{}:"<>~]+/g) ?? []).filter((word) => /[a-z]/.test(word));
  return [letters, signs].map((typed) => typed.map((word) => translate(word, QWERTY, JCUKEN)));
}

const translate = (word: string, from: string, to: string): string =>
  Array.from(word, (letter) => to[from.indexOf(letter)] ?? letter).join("");

/** Every phrase that these words can be read as. @throws phrase-length, word-unknown, phrase-check */
async function match(typed: readonly string[], list: WordList): Promise<Reading[]> {
  if (typed.length !== LENGTH) throw new Refusal("phrase-length");
  const repaired = typed.flatMap((word, place) => (list.spellings.has(word) ? [] : [place]));
  if (repaired.length > REPAIRED_MOST) throw new Refusal("word-unknown");
  const readings: Reading[] = [];
  for (const numbers of combine(typed.map((word) => meant(word, list)))) {
    const entropy = await entropyOf(numbers).catch(() => null);
    const words = numbers.map((number) => list.words[number] ?? "");
    if (entropy) readings.push({ words, language: list.language, entropy, repaired });
  }
  if (!readings.length) throw new Refusal(repaired.length ? "word-unknown" : "phrase-check");
  return readings;
}

/** The word of this spelling, or all with a spelling one slip away. */
function meant(word: string, { spellings, letters }: WordList): number[] {
  const number = spellings.get(word);
  if (number !== undefined) return [number];
  if (word.length > TYPED_MOST) return [];
  const near = slips(word, letters).flatMap((spelling) => spellings.get(spelling) ?? []);
  return [...new Set(near)];
}

function slips(word: string, letters: readonly string[]): string[] {
  return Array.from({ length: word.length + 1 }, (_, place) => {
    const [head, tail] = [word.slice(0, place), word.slice(place)];
    const swapped = head + tail.slice(1, 2) + tail.slice(0, 1) + tail.slice(2);
    const others = letters.flatMap((letter) => [head + letter + tail, head + letter + tail.slice(1)]);
    return [head + tail.slice(1), swapped, ...others];
  }).flat();
}

/** Every way to take one of each. */
const combine = (choices: readonly (readonly number[])[]): number[][] =>
  choices.reduce<number[][]>((taken, next) => taken.flatMap((row) => next.map((each) => [...row, each])), [[]]);

/** The 99 bits in 13 bytes. @throws phrase-check: the last seven do not fit the others */
async function entropyOf(numbers: readonly number[]): Promise<Bytes> {
  const bits = numbers.reduce((higher, number) => higher * 2n ** WORD_BITS + BigInt(number), 0n);
  if ((await checkOf(bits >> CHECK_BITS)) !== bits % 2n ** CHECK_BITS) throw new Refusal("phrase-check");
  return toBytes(bits, 13);
}

async function checkOf(random: bigint): Promise<bigint> {
  const [first = 0] = await digest("phrase check", toBytes(random, 12));
  return BigInt(first >> 1);
}

const toNumber = (bytes: Bytes): bigint => bytes.reduce((higher, byte) => higher * 256n + BigInt(byte), 0n);

const toBytes = (number: bigint, length: number): Bytes =>
  Uint8Array.from({ length }, (_, place) => Number((number >> BigInt(8 * (length - 1 - place))) & 255n));
