// node test.mjs: bundles every tests/*.test.ts and lets Node's own runner run them, with door/ as their folder.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const made = join(here, "node_modules", ".tests");
const tests = readdirSync(join(here, "tests")).filter((name) => name.endsWith(".test.ts"));
if (!tests.length) throw new Error("no tests/*.test.ts");

rmSync(made, { recursive: true, force: true });
await build({
  bundle: true,
  entryPoints: tests.map((name) => join(here, "tests", name)),
  format: "esm",
  loader: { ".txt": "text" },
  logLevel: "warning",
  outdir: made,
  outExtension: { ".js": ".mjs" },
  packages: "external",
  platform: "node",
  sourcemap: "inline",
});
const files = tests.map((name) => join(made, name.replace(/\.ts$/, ".mjs")));
const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-reporter=spec", ...files], { cwd: here, stdio: "inherit" });
process.exit(run.status ?? 1);
