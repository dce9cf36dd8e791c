// Programs in Python beside the tests: one JSON question a line in, one answer a line out.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { type Interface, createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

export type Answer = Readonly<Record<string, unknown>>;

export class Peer {
  private readonly process: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;

  /** One of tests/door/. Tests run in door/, and the environment is the checkout's. */
  constructor(program: string) {
    this.process = spawn("../.venv/bin/python", [`../tests/door/${program}`], { stdio: ["pipe", "pipe", "inherit"] });
    this.reader = createInterface({ input: this.process.stdout });
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  /** One question at a time. */
  async ask(asked: Readonly<Record<string, unknown>>): Promise<Answer> {
    this.process.stdin.write(`${JSON.stringify(asked)}\n`);
    return this.next();
  }

  /** What it says by itself. */
  async next(): Promise<Answer> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error("the peer has ended");
    return JSON.parse(value) as Answer;
  }

  close(): void {
    this.process.stdin.end();
    this.reader.close();
  }
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const unhex = (text: unknown): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(String(text), "hex"));

/** Numbers that are the same in every run (xorshift), from 0 to below `most`. */
export function numbers(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % most;
  };
}
