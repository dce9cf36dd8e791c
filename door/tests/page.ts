// What a browser runs of the vectors: tests/browser/test_vectors.py calls it.
import { type Vector, isDoors, runVector, sameOutput, useWords } from "./runner.ts";

declare global {
  var useList: (list: { language: string; lines: string }) => void;
  var runTopic: (topic: { section: string; vectors: Vector[] }) => Promise<{ run: number; failed: string[] }>;
}

globalThis.useList = ({ language, lines }) => void useWords(language, lines);

globalThis.runTopic = async ({ section, vectors }) => {
  const failed: string[] = [];
  const run = vectors.filter((vector) => isDoors(section, vector));
  for (const vector of run) {
    const found = await runVector(section, vector).catch((error: unknown) => ({ verdict: String(error), output: {} }));
    if (found.verdict !== vector.verdict || !sameOutput(found.output, vector.output))
      failed.push(`${vector.name}: ${found.verdict}, not ${vector.verdict}`);
  }
  return { run: run.length, failed };
};
