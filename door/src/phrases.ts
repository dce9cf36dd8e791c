// Return phrases as the pages need them: drawn, asked back, entered.
import { codeOf } from "./sealed/codes.ts";
import type { Random } from "./sealed/framing.ts";
import type { Line, SeekerKeys } from "./sealed/line.ts";
import { type Reading as Read, type WordList, makePhrase, phraseEntropy, readPhrase, unpack, wordList } from "./sealed/phrase.ts";
import { LANGUAGES, type Language, language, tongue } from "./speech.ts";
import type { Phrase, Reading } from "./visit.ts";

const LENGTH = 9;
const BEGINNING = 4;
const OFFERED_FROM = 3;
const OFFERED_MOST = 4;

const lists = new Map<Language, WordList>();

async function listOf(wanted: Language): Promise<WordList> {
  const known = lists.get(wanted) ?? wordList(wanted, unpack((await tongue(wanted)).words));
  lists.set(wanted, known);
  return known;
}

/** A new phrase in the language in use. Its keys are begun at once: that takes as long as writing it down. */
export async function drawPhrase(line: Line, random: Random): Promise<Phrase> {
  const list = await listOf(language());
  const words = await makePhrase(list, random);
  const entropy = await phraseEntropy(words, list);
  const keys = once(() => line.stretch(entropy));
  // What fails now is asked for again when it is needed.
  keys().catch(() => undefined);
  return { words, language: language(), keys, tested: twoPlaces(random) };
}

/** Made once; made again only after a failure. */
function once(make: () => Promise<SeekerKeys>): () => Promise<SeekerKeys> {
  let made: Promise<SeekerKeys> | null = null;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    }));
}

/** Two different places in a phrase, in their order. */
function twoPlaces(random: Random): readonly [number, number] {
  const [first = 0, second = 0] = random(2);
  const one = first % LENGTH;
  const other = (one + 1 + (second % (LENGTH - 1))) % LENGTH;
  return one < other ? [one, other] : [other, one];
}

/** Whether what was entered means this word: four letters are enough, ё is е, case does not matter. */
export function sameWord(word: string, entered: string): boolean {
  const typed = folded(entered);
  return typed === word || typed.slice(0, BEGINNING) === word.slice(0, BEGINNING);
}

const folded = (entered: string): string => entered.trim().toLowerCase().replace(/ё/g, "е");

/** What was entered, word by word. */
export const tokens = (entered: string): readonly string[] => entered.split(/[\s\d.,;:()]+/).filter((token) => /\p{L}/u.test(token));

/** The words that an unfinished last one may become, when it is long enough to tell; of the language in use. */
export function complete(entered: string): readonly string[] {
  const last = folded(/\S*$/.exec(entered)?.[0] ?? "");
  if (last.length < OFFERED_FROM) return [];
  const words = lists.get(language())?.words ?? [];
  return words.filter((word) => word.startsWith(last) && word !== last).slice(0, OFFERED_MOST);
}

/** So that words can be completed. */
export const prepareWords = async (): Promise<void> => void (await listOf(language()));

/**
 * What was entered, understood; in the language in use, and if that is not it, in any.
 *
 * @throws phrase-length, word-unknown, phrase-check, phrase-ambiguous; TypeError: a list could not be loaded
 */
export async function readEntered(entered: string): Promise<Reading> {
  const reading = await readHere(entered);
  const language = LANGUAGES.find((each) => each === reading.language) ?? "ru";
  const typed = tokens(entered);
  return { ...reading, language, entered: typed.length === LENGTH ? typed : reading.words };
}

async function readHere(entered: string): Promise<Read> {
  const here = await readPhrase(entered, [await listOf(language())]).catch((error: unknown) => {
    if (codeOf(error)) return null;
    throw error;
  });
  if (here && !here.repaired.length) return here;
  return readPhrase(entered, await Promise.all(LANGUAGES.map(listOf)));
}
