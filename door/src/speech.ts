// What the page says, in the language that was chosen; each language is downloaded when it is needed.
import type { Sentences } from "./keys.ts";
import { part } from "./sealed/part.ts";

type Key = keyof Sentences;
type Plain = { [K in Key]: Sentences[K] extends null ? K : never }[Key];
type Filled = Exclude<Key, Plain>;
export type PlainKey = Plain;
export type Locale = { readonly [K in Plain]: string } & { readonly [K in Filled]: (values: Sentences[K]) => string };

export type Language = "ru" | "en";
export const LANGUAGES: readonly Language[] = ["ru", "en"];
/** Each in its own words, whatever language the page is in. */
export const NAMES: Readonly<Record<Language, string>> = { ru: "Русский", en: "English" };

/** What comes with a language: its sentences, and the list its return phrases are made of. */
export interface Tongue {
  readonly sentences: Locale;
  /** Packed: docs/spec/phrase.md. */
  readonly words: string;
}

const load: Readonly<Record<Language, () => Promise<Tongue>>> = {
  ru: part("ru", () => import("./ru.ts")),
  en: part("en", () => import("./en.ts")),
};

let now: Language = "ru";
let locale: Locale;

export const language = (): Language => now;

/** The sentences and words of a language; downloaded once. @throws TypeError: it could not be loaded */
export const tongue = (wanted: Language): Promise<Tongue> => load[wanted]();

/** From here on the page speaks this language. @throws TypeError: it could not be loaded; nothing has changed */
export async function speak(wanted: Language): Promise<void> {
  ({ sentences: locale } = await tongue(wanted));
  now = wanted;
  document.documentElement.lang = wanted;
  document.title = t("page");
}

export function t(key: Plain): string;
export function t<K extends Filled>(key: K, values: Sentences[K]): string;
export function t(key: Key, values?: Readonly<Record<string, string | number>>): string {
  const said = locale[key];
  return typeof said === "string" ? said : (said as (given: unknown) => string)(values);
}

// Whoever reads one of these is likelier to read Russian than English.
const NEAR_RUSSIAN = ["ru", "be", "uk", "kk", "ky", "uz", "tg", "hy", "az", "ka", "tt", "ba", "cv", "ce"];

/** The language the browser asks for, the nearest of ours. */
export function wished(asked: readonly string[]): Language {
  const first = asked.map((each) => each.toLowerCase().split("-")[0] ?? "").find((each) => each === "en" || NEAR_RUSSIAN.includes(each));
  return first !== undefined && first !== "en" ? "ru" : "en";
}

/** The text of the language in use among [language, text] pairs of an organisation's own, else the first. */
export const pick = (texts: readonly (readonly [string, string])[]): string =>
  (texts.find(([each]) => each === now) ?? texts.find(([each]) => each === "en") ?? texts[0])?.[1] ?? "";
