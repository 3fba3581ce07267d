/** The process that runs inputs: it may crash or hang, so another one watches it. */
import { seeded } from '../pki/agreement/random';
import { createCoverage, programCounters } from './coverage';
import { createFuzzer } from './fuzzers';
import { type Fault, type FuzzInput, judge, type KindName } from './kind';
import { minimise } from './minimise';

/** What the worker tells: each input before it is run, so that it is known when the process ends; then how it went. */
export type WorkerNews =
  | { readonly begun: FuzzInput }
  | { readonly done: true }
  /** At the end: how many blocks of our sources ran, and how many inputs were kept. */
  | { readonly blocks: number; readonly kept: number }
  | { readonly found: Fault; readonly input: FuzzInput };

export interface WorkerOrder {
  readonly kind: KindName;
  readonly seed: number;
  readonly seconds: number;
  /** Inputs at most; as many as there is time for without it. */
  readonly inputs?: number;
  readonly root: string;
  readonly server: string;
  /** Whether inputs that reach something new are kept, to make others from. */
  readonly guided: boolean;
  /** Faults that are known already, `kind message`. */
  readonly known: readonly string[];
}

const MINIMISE_MS = 8000;

/** Runs inputs until the time is over. */
export async function work(order: WorkerOrder, tell: (news: WorkerNews) => void): Promise<void> {
  const fuzzer = await createFuzzer(order.kind, order.root, order.server);
  const random = seeded(order.seed);
  const known = new Set(order.known);
  const coverage = createCoverage(programCounters());
  let kept = 0;
  let made = 0;
  let end = performance.now() + order.seconds * 1000;
  while (performance.now() < end && made < (order.inputs ?? Number.POSITIVE_INFINITY)) {
    made++;
    const input = fuzzer.generate(random);
    tell({ begun: input });
    const fault = await judge(fuzzer, input);
    if (fault) {
      const name = `${fault.kind} ${fault.message}`;
      const start = performance.now();
      const smallest = known.has(name)
        ? input
        : await minimise(fuzzer, input, fault, MINIMISE_MS, () => tell({ done: true }));
      // Time spent on a find isn't taken from the search.
      end += performance.now() - start;
      known.add(name);
      tell({ found: fault, input: smallest });
      coverage.news();
    } else {
      if (coverage.news() && order.guided && fuzzer.keep) {
        fuzzer.keep(input);
        kept++;
      }
      tell({ done: true });
    }
    // So that news get out, and timers of the code under test run.
    await new Promise((resolve) => setImmediate(resolve));
  }
  tell({ blocks: coverage.blocks(), kept });
  await fuzzer.stop();
}
