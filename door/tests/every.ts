// Every vector of vectors/ as a test, in Node.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { type Vector, isDoors, runVector, useWords } from "./runner.ts";

interface Topic {
  readonly section: string;
  readonly vectors: readonly Vector[];
}

// Tests run in door/.
const WORDS = join(process.cwd(), "..", "src", "safeconduct", "sealed", "words");
const VECTORS = join(process.cwd(), "..", "vectors");

export function everyVector(): void {
  const files = readdirSync(VECTORS, { recursive: true, encoding: "utf8" });
  const topics = files.filter((path) => path.endsWith(".json")).sort();
  for (const language of ["ru", "en"]) useWords(language, readFileSync(join(WORDS, `${language}.txt`), "utf8"));
  test("there are vectors", () => assert.ok(topics.length > 0));
  for (const path of topics) {
    const { section, vectors } = JSON.parse(readFileSync(join(VECTORS, path), "utf8")) as Topic;
    describe(path, () => {
      for (const vector of vectors.filter((each) => isDoors(section, each)))
        test(vector.name, async () => {
          const { verdict, output } = vector;
          assert.deepEqual(await runVector(section, vector), { verdict, output });
        });
    });
  }
}
