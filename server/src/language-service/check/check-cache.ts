/** The judgement of a file, kept until something changes, so that what an editor asks at each keystroke is judged once. */
import { isGivenUp } from '../../platform/pace';
import type { Judged, Judgement } from './check-file';

export interface LastJudgement {
  /** Judges anew, and keeps the answer for `stacks`. Rejects where `signal` fires meanwhile: `isGivenUp`. */
  anew(file: string, signal?: AbortSignal): Promise<Judgement | undefined>;
  /** The stacks as they were judged since the last change; judged now where they weren't. */
  stacks(file: string): Promise<readonly Judged[]>;
  /** A text, a file or a setting changed. */
  forget(): void;
}

/** Files whose judgement is kept: as many as somebody has open. */
const MAX_KEPT = 64;

export function createLastJudgement(
  judge: (file: string, signal?: AbortSignal) => Promise<Judgement | undefined>,
): LastJudgement {
  const kept = new Map<string, Promise<Judgement | undefined>>();

  function anew(file: string, signal?: AbortSignal): Promise<Judgement | undefined> {
    const judging = judge(file, signal);
    kept.delete(file);
    kept.set(file, judging);
    judging.catch(() => {
      if (kept.get(file) === judging) kept.delete(file);
    });
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return judging;
  }

  /** Who asks for what somebody else gave up asks anew. */
  async function current(file: string): Promise<Judgement | undefined> {
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
      const judgement = await current(file);
      return judgement && 'stacks' in judgement ? judgement.stacks : [];
    },
    forget: () => kept.clear(),
  };
}
