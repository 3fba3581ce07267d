/** What a fuzzer is: inputs that come again with their seed, and a judge that says what is wrong with the answers. */
import type { Random } from '../pki/agreement/random';
import { stopwatch } from './stopwatch';

/** `crash`: thrown, rejected, or the process ended. `hang`: too slow for its size. `wrong`: an answer that isn't true. */
export interface Fault {
  readonly kind: 'crash' | 'hang' | 'wrong';
  /** The same for inputs with one cause, as far as can be told: finds are kept once for each. */
  readonly message: string;
}

/** One input; plain data that survives JSON, lone surrogates included. */
export interface FuzzInput {
  /** Decides what is asked about the input: positions, the fix to try. */
  readonly salt: number;
  /** By absolute path of the host in memory; bytes as base64 behind `base64:`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Messages to the server, for the fuzzer of the wire. */
  readonly messages?: readonly unknown[];
  /** What was done to material that is made anew in each run, so that no key is ever written down. */
  readonly recipe?: { readonly base: string; readonly seed: number };
}

export interface Fuzzer {
  generate(random: Random): FuzzInput;
  /** Takes an input that reached something new: later ones are made from it too. */
  keep?(input: FuzzInput): void;
  /** Undefined where all is well. Rejects only for what the code under test throws. */
  run(input: FuzzInput): Promise<Fault | undefined>;
  stop(): Promise<void>;
}

export type KindName = 'compose' | 'dotenv' | 'pem' | 'keys' | 'wire';

export const KINDS: readonly KindName[] = ['compose', 'dotenv', 'pem', 'keys', 'wire'];

/** Characters of the input, which is what its time is measured against. */
export function sizeOf({ files = {}, messages = [] }: FuzzInput): number {
  const texts = Object.values(files).reduce((sum, text) => sum + text.length, 0);
  return texts + (messages.length === 0 ? 0 : JSON.stringify(messages).length);
}

/** Milliseconds that an input of so many characters may take: a second per 100 KB, and never less than one. */
export function allowed(size: number): number {
  return 1000 * Math.max(1, size / 100_000);
}

/** Runs one input; what is thrown is a crash, a call that is slow even at its best of three more runs is a hang. */
export async function judge(fuzzer: Fuzzer, input: FuzzInput): Promise<Fault | undefined> {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 4; attempt++) {
    stopwatch.longest = 0;
    let fault: Fault | undefined;
    try {
      fault = await fuzzer.run(input);
    } catch (error) {
      fault = { kind: 'crash', message: `thrown: ${firstLines(error)}` };
    }
    if (fault) return fault;
    best = Math.min(best, stopwatch.longest);
    if (best <= allowed(sizeOf(input))) return undefined;
  }
  return { kind: 'hang', message: 'slower than a second per 100 KB' };
}

function firstLines(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text
    .split('\n')
    .slice(0, 3)
    .map((line) => line.trim())
    .join(' | ');
}
