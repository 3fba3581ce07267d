/** Makes an input smaller as long as it shows the same fault. */
import { type Fault, type Fuzzer, type FuzzInput, judge } from './kind';

/** Tries at most so many inputs; each costs a run. */
const MAX_TRIES = 1500;

/** The smallest that `milliseconds` of trying found; `tell` is called before each try. */
export async function minimise(
  fuzzer: Fuzzer,
  input: FuzzInput,
  fault: Fault,
  milliseconds: number,
  tell: () => void,
): Promise<FuzzInput> {
  // Each try of a hang takes as long as the hang.
  if (fault.kind === 'hang') return input;
  const end = performance.now() + milliseconds;
  let tries = 0;
  const same = async (smaller: FuzzInput) => {
    if (++tries > MAX_TRIES || performance.now() > end) return false;
    tell();
    const found = await judge(fuzzer, smaller);
    return found?.kind === fault.kind && found.message === fault.message;
  };
  let best = input;
  const { messages } = best;
  if (messages) {
    const kept = await shorter(messages, (left) => same({ ...best, messages: left }));
    best = { ...best, messages: kept };
  }
  for (const name of Object.keys(best.files ?? {})) {
    const { [name]: text = '', ...others } = best.files ?? {};
    if (await same({ ...best, files: others })) {
      best = { ...best, files: others };
      continue;
    }
    const withText = (part: string): FuzzInput => ({ ...best, files: { ...best.files, [name]: part } });
    const lines = await shorter(text.split(/(?<=\n)/), (left) => same(withText(left.join(''))));
    best = withText(lines.join(''));
    if (lines.join('').length > 4000) continue;
    const characters = await shorter([...lines.join('')], (left) => same(withText(left.join(''))));
    best = withText(characters.join(''));
  }
  return best;
}

/** Leaves out parts, halves first, as long as `fits` holds. */
async function shorter<T>(
  all: readonly T[],
  fits: (left: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let left = all;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length; ) {
      const without = [...left.slice(0, at), ...left.slice(at + size)];
      if (without.length < left.length && (await fits(without))) left = without;
      else at += size;
    }
  }
  return left;
}
