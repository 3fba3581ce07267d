/** The last check of a file, kept until something changes, so that what an editor asks at each keystroke is checked once. */
import { isGivenUp } from '../../platform/pace';
import type { CheckedStack, CheckResult } from './check-file';

export interface LastCheck {
  /** Checks anew, and keeps the answer for `stacks`. Rejects where `signal` fires meanwhile: `isGivenUp`. */
  anew(file: string, signal?: AbortSignal): Promise<CheckResult | undefined>;
  /** The stacks as they were checked since the last change; checked now where they weren't. */
  stacks(file: string): Promise<readonly CheckedStack[]>;
  /** A text, a file or a setting changed. */
  forget(): void;
}

/** Files whose check is kept: as many as somebody has open. */
const MAX_KEPT = 64;

export function createLastCheck(
  check: (file: string, signal?: AbortSignal) => Promise<CheckResult | undefined>,
): LastCheck {
  const kept = new Map<string, Promise<CheckResult | undefined>>();

  function anew(file: string, signal?: AbortSignal): Promise<CheckResult | undefined> {
    const checking = check(file, signal);
    kept.delete(file);
    kept.set(file, checking);
    checking.catch(() => {
      if (kept.get(file) === checking) kept.delete(file);
    });
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return checking;
  }

  /** Who asks for what somebody else gave up asks anew. */
  async function current(file: string): Promise<CheckResult | undefined> {
    try {
      return await (kept.get(file) ?? anew(file));
    } catch (error) {
      if (!isGivenUp(error)) throw error;
      return current(file);
    }
  }

  return {
    anew,
    async stacks(file) {
      const result = await current(file);
      return result && 'stacks' in result ? result.stacks : [];
    },
    forget: () => kept.clear(),
  };
}
