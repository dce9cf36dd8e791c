// Locales: Fluent in locales/*.ftl becomes plain JavaScript when the door is built, so that no reader of
// Fluent is downloaded. A message is a text, or a function of its variables.
import { parse } from "@fluent/syntax";
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "locales");
const WORDS = join(FOLDER, "..", "..", "src", "safeconduct", "sealed", "words");
const NBSP = "\u00a0";

/** What a typesetter does to a language: no line ends in a short word or begins with a dash. */
const TYPESET = {
  ru: (text) =>
    text
      .replace(/ —/g, `${NBSP}—`)
      .replace(/(?<![\p{L}\p{N}-])([авикосу]|во|до|за|из|ко|на|не|ни|но|об|от|по|со|для|без|или|\d+) (?=\S)/giu, `$1${NBSP}`)
      .replace(/ (бы|ли|же|ни)(?!\p{L})/gu, `${NBSP}$1`),
  en: (text) => text.replace(/(?<!\p{L})(I|a) (?=\S)/gu, `$1${NBSP}`),
};

/** What is written in a pattern, as JavaScript; `variables` collects the names it asks for, `number` is the one that is counted. */
function expression(pattern, typeset, rules, variables, number) {
  const parts = pattern.elements.map((element) => {
    if (element.type === "TextElement") return { text: element.value };
    const inner = element.expression;
    if (inner.type === "StringLiteral") return { text: inner.parse().value };
    if (inner.type === "VariableReference") {
      variables.add(inner.id.name);
      return { code: inner.id.name === number ? `n.format(v.${number})` : `v.${inner.id.name}` };
    }
    if (inner.type !== "SelectExpression") throw new Error(`a locale holds a ${inner.type}`);
    return { code: select(inner, typeset, rules, variables) };
  });
  // Typeset as a whole: a number that is filled in holds on to its noun.
  const whole = parts.map((part) => part.text ?? "\u0001").join("");
  const texts = typeset(whole).replace(/\u0001 /g, `\u0001${NBSP}`).split("\u0001");
  const codes = parts.filter((part) => part.code).map((part) => part.code);
  return texts.flatMap((text, i) => [...(text ? [JSON.stringify(text)] : []), ...(codes[i] ? [codes[i]] : [])]).join("+") || '""';
}

/** A choice of plural forms. */
function select({ selector, variants }, typeset, rules, variables) {
  const name = selector.id.name;
  variables.add(name);
  const named = variants.map(({ key }) => key.name);
  const missing = rules.filter((rule) => rule !== "other" && !named.includes(rule));
  const last = variants.find((variant) => variant.default);
  if (missing.some((rule) => rule !== last.key.name)) throw new Error(`a choice by $${name} has no form for ${missing}`);
  const forms = variants.map(({ key, value }) => `${key.name}:${expression(value, typeset, rules, variables, name)}`);
  return `p(v.${name},{${forms.join()}},"${last.key.name}")`;
}

/** Every message of a language: its JavaScript, and the names of its variables. */
function read(language) {
  const source = readFileSync(join(FOLDER, `${language}.ftl`), "utf8");
  // Whole numbers only: "other" of Russian is for fractions.
  const rules = [...new Set(Array.from({ length: 130 }, (_, n) => new Intl.PluralRules(language).select(n)))];
  const messages = new Map();
  for (const entry of parse(source, {}).body) {
    if (entry.type === "Junk") throw new Error(`${language}.ftl: ${entry.annotations[0].message}: ${entry.content.slice(0, 60)}`);
    if (entry.type !== "Message") continue;
    if (messages.has(entry.id.name)) throw new Error(`${language}.ftl has ${entry.id.name} twice`);
    const variables = new Set();
    const code = expression(entry.value, TYPESET[language], rules, variables);
    messages.set(entry.id.name, { code, variables: [...variables].sort() });
  }
  return messages;
}

const languages = () => readdirSync(FOLDER).map((name) => basename(name, ".ftl")).sort();

/** All languages; throws if one lacks what another has. */
export function readAll() {
  const all = new Map(languages().map((language) => [language, read(language)]));
  const [[first, reference], ...others] = all;
  for (const [language, messages] of others) {
    for (const key of new Set([...reference.keys(), ...messages.keys()])) {
      if (!messages.has(key)) throw new Error(`${language}.ftl has no ${key}`);
      if (!reference.has(key)) throw new Error(`${first}.ftl has no ${key}`);
      const [here, there] = [messages, reference].map((each) => each.get(key).variables.join());
      if (here !== there) throw new Error(`${key}: $${here} in ${language}.ftl, $${there} in ${first}.ftl`);
    }
  }
  return all;
}

/** The module of one language. */
export function compile(language) {
  const messages = [...readAll().get(language)].map(
    ([key, { code, variables }]) => `${JSON.stringify(key)}:${variables.length ? `v=>${code}` : code}`,
  );
  return `const r=new Intl.PluralRules("${language}");
const n=new Intl.NumberFormat("${language}");
const p=(n,f,o)=>{const k=r.select(n);return k in f?f[k]:f[o]};
export default {${messages.join(",\n")}};`;
}

/** src/keys.ts: the type of every key with its variables, so that a sentence nobody wrote does not compile. */
export function keys() {
  const lines = [...[...readAll().values()][0]].map(([key, { variables }]) => {
    const fields = variables.map((name) => `${name}: string | number`).join("; ");
    return `  "${key}": ${fields ? `{ ${fields} }` : "null"};`;
  });
  return `// Written by build.mjs from locales/: every sentence, and what is filled in.
export interface Sentences {
${lines.join("\n")}
}
`;
}

/** The module of a language's list of words, packed as docs/spec/phrase.md says: letters shared with the word before, then the rest. */
export function pack(language) {
  const words = readFileSync(join(WORDS, `${language}.txt`), "utf8").trim().split("\n");
  const shared = (word, before) => [...word].findIndex((letter, i) => letter !== before[i]);
  const parts = words.map((word, i) => {
    const kept = shared(word, words[i - 1] ?? "");
    return `${kept}${word.slice(kept)}`;
  });
  return `export default ${JSON.stringify(parts.join(""))};`;
}
