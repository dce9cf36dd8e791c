// node build.mjs DIR: makes of src/ what is served, the same bytes on every machine.
// node build.mjs --keys: writes src/keys.ts after a change of the locales.
//
// main.ts becomes main.js. A module that is loaded on demand, `import("./name.ts")`, becomes a file of
// its own, name.js, complete in itself: what it shares with main.js it carries twice, so that loading it
// is one request and not two. Names never depend on contents; freshness is the server's affair (ETag).
import { build } from "esbuild";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compile, keys, pack, readAll } from "./locale.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
if (process.argv.length !== 3) throw new Error("usage: node build.mjs DIR | --keys");
if (process.argv[2] === "--keys") {
  writeFileSync(join(source, "keys.ts"), keys());
  process.exit();
}
const target = resolve(process.argv[2]);
checkSentences();

/** Leaves our on-demand modules out of the file that asks for them, and remembers to build them. */
const onDemand = (found) => ({
  name: "on-demand",
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.(ts|json)$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      found.push(join(resolveDir, path));
      return { path: `./${basename(path, extname(path))}.js`, external: true };
    });
  },
});

/** Gives `import sentences from "locale:ru"` the sentences of that language, and "words:ru" its words. */
const tongues = {
  name: "tongues",
  setup({ onResolve, onLoad }) {
    for (const [namespace, make] of [["locale", compile], ["words", pack]]) {
      onResolve({ filter: new RegExp(`^${namespace}:`) }, ({ path }) => ({ path: path.split(":")[1], namespace }));
      onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: make(path), loader: "js" }));
    }
  },
};

/** Sentences that the code names and no locale has, or the other way round: either stops the build. */
function checkSentences() {
  if (readFileSync(join(source, "keys.ts"), "utf8") !== keys())
    throw new Error("src/keys.ts is not of these locales: node build.mjs --keys");
  const code = readdirSync(source)
    .filter((name) => name.endsWith(".ts") && name !== "keys.ts")
    .map((name) => readFileSync(join(source, name), "utf8"))
    .join("\n");
  const known = [...readAll().get("en").keys()];
  for (const [, key] of code.matchAll(/\bt\(\s*"([^"]+)"/g)) if (!known.includes(key)) throw new Error(`no locale has ${key}`);
  // A family of keys, t(`urgency-${...}`), counts as used by its beginning.
  const families = [...code.matchAll(/`([a-z-]+-)\$\{/g)].map(([, beginning]) => beginning);
  const used = (key) => code.includes(`"${key}"`) || families.some((beginning) => key.startsWith(beginning));
  const idle = known.filter((key) => !used(key));
  if (idle.length) throw new Error(`sentences that nobody says: ${idle.join(", ")}`);
}

/** Builds one file and returns the paths of all sources in it. */
async function make(entry, name, found) {
  const { metafile } = await build({
    absWorkingDir: here,
    bundle: true,
    charset: "utf8",
    entryPoints: [entry],
    format: "esm",
    // The page's licences, whole, are in licences.txt.
    legalComments: "none",
    loader: { ".txt": "text" },
    logLevel: "warning",
    metafile: true,
    minify: true,
    outfile: join(target, name),
    plugins: [tongues, onDemand(found)],
    target: extname(entry) === ".css" ? ["chrome80", "firefox74", "safari14"] : "es2020",
    treeShaking: true,
  });
  return Object.keys(metafile.inputs);
}

/** The licence of every package that any built file contains. */
function licences(inputs) {
  const packages = inputs.flatMap((path) => path.match(/^node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? []);
  return [...new Set(packages)].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
    const file = readdirSync(join(here, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`no licence in ${folder}`);
    return `${name} ${version}\n\n${readFileSync(join(here, folder, file), "utf8").trim()}\n`;
  });
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });

const inputs = [];
const wanted = [join(source, "main.ts")];
const made = new Map();
for (const entry of wanted) {
  const name = `${basename(entry, extname(entry))}.js`;
  if (made.has(name) && made.get(name) !== entry) throw new Error(`two modules want the name ${name}`);
  if (made.has(name)) continue;
  made.set(name, entry);
  inputs.push(...(await make(entry, name, wanted)));
}
for (const name of readdirSync(source).sort()) {
  if (extname(name) === ".css") await make(join(source, name), name, wanted);
  if ([".html", ".svg", ".png"].includes(extname(name))) cpSync(join(source, name), join(target, name));
}
// The lists of words have sources with licences of their own.
const words = readFileSync(join(here, "..", "src", "safeconduct", "sealed", "words", "SOURCES.md"), "utf8");
writeFileSync(join(target, "licences.txt"), [...licences(inputs), words].join(`\n${"-".repeat(80)}\n\n`));
