/** One kind of input for a while: workers are started, watched, and replaced when they end. */
import { type ChildProcess, fork } from 'node:child_process';
import type { Fault, FuzzInput, KindName } from './kind';
import type { WorkerNews, WorkerOrder } from './worker';

export interface Find {
  readonly kind: KindName;
  readonly fault: Fault;
  readonly input: FuzzInput;
}

export interface Tally {
  readonly kind: KindName;
  inputs: number;
  /** Blocks of our sources that ran, and inputs that were kept: those of the worker with most. */
  blocks: number;
  kept: number;
  readonly counts: Record<Fault['kind'], number>;
  /** The first find of each fault. */
  readonly finds: Find[];
}

/** A worker that says nothing for so long hangs: the slowest honest input takes a tenth of it. */
const SILENCE_MS = 60_000;

/** Runs for `seconds`. `program` is started with `--worker ORDER` and a channel. */
export async function campaign(program: string, order: WorkerOrder): Promise<Tally> {
  const tally: Tally = {
    kind: order.kind,
    inputs: 0,
    blocks: 0,
    kept: 0,
    counts: { crash: 0, hang: 0, wrong: 0 },
    finds: [],
  };
  const known = new Set<string>();
  const add = (fault: Fault, input: FuzzInput) => {
    tally.counts[fault.kind]++;
    const name = `${fault.kind} ${fault.message}`;
    if (known.has(name)) return;
    known.add(name);
    tally.finds.push({ kind: order.kind, fault, input });
  };
  const end = performance.now() + order.seconds * 1000;
  const left = () => (order.inputs === undefined ? {} : { inputs: order.inputs - tally.inputs });
  const more = () => performance.now() < end && (left().inputs ?? 1) > 0;
  for (let round = 0; more() && round < 100; round++) {
    const seconds = (end - performance.now()) / 1000;
    const next = { ...order, ...left(), seed: order.seed + round * 7919, seconds, known: [...known] };
    const lost = await oneWorker(program, next, tally, add);
    if (lost === undefined) break;
    add(lost.fault, lost.input);
  }
  return tally;
}

/** The input that the worker ended with, when it didn't end by itself. */
function oneWorker(
  program: string,
  order: WorkerOrder,
  tally: Tally,
  add: (fault: Fault, input: FuzzInput) => void,
): Promise<{ readonly fault: Fault; readonly input: FuzzInput } | undefined> {
  return new Promise((resolve) => {
    const child: ChildProcess = fork(program, ['--worker', JSON.stringify(order)], {
      serialization: 'advanced',
    });
    let current: FuzzInput = { salt: 0 };
    let silent = false;
    const watch = () => setTimeout(() => (silent = child.kill('SIGKILL')), SILENCE_MS);
    let timer = watch();
    child.on('message', (news: WorkerNews) => {
      clearTimeout(timer);
      timer = watch();
      if ('begun' in news) {
        current = news.begun;
        tally.inputs++;
      } else if ('found' in news) add(news.found, news.input);
      else if ('blocks' in news && news.blocks >= tally.blocks) Object.assign(tally, news);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(undefined);
      const fault: Fault = silent
        ? { kind: 'hang', message: 'no end' }
        : { kind: 'crash', message: `the process ended with ${signal ?? code}` };
      resolve({ fault, input: current });
    });
  });
}
