/** Runs of questions: forwards, backwards, and by a detour. */
import { describe, expect, test } from 'vitest';
import { type Answer, askAll, type Detour, type Question } from '../../../client/src/ui/multi-step';

interface State {
  readonly a?: string;
  readonly b?: string;
  readonly c?: string;
  readonly more?: boolean;
}

type Given = string | { readonly detour: true };

/** Questions `a`, `b`, `c` in this order; `b` is asked only when the state says `more`. */
function play(answers: readonly Given[]) {
  const log: string[] = [];
  const left = [...answers];
  const question = (name: 'a' | 'b' | 'c', applies: (state: State) => boolean): Question<State> => ({
    applies,
    async ask(state, step): Promise<Answer<State> | Detour<State>> {
      log.push(`${name} ${step.number}/${step.total}${step.back ? ' <' : ''} ${state[name] ?? ''}`.trim());
      const next = left.shift();
      if (next === undefined) throw new Error('no more answers');
      if (typeof next !== 'string') return { value: { ...state, more: true }, goTo: questions[1] as never };
      return next === 'back' || next === 'cancel' ? next : { value: { ...state, [name]: next } };
    },
  });
  const questions: readonly Question<State>[] = [
    question('a', () => true),
    question('b', (state) => state.more === true),
    question('c', () => true),
  ];
  return { log, run: () => askAll(questions, {}) };
}

describe('a run of questions', () => {
  test('asks what applies, numbered, and hands back all answers', async () => {
    const { log, run } = play(['1', '2']);
    expect(await run()).toEqual({ a: '1', c: '2' });
    expect(log).toEqual(['a 1/2', 'c 2/2 <']);
  });

  test('goes back to the question before, which shows what was answered', async () => {
    const { log, run } = play(['1', 'back', '3', '4']);
    expect(await run()).toEqual({ a: '3', c: '4' });
    expect(log).toEqual(['a 1/2', 'c 2/2 <', 'a 1/2 1', 'c 2/2 <']);
  });

  test('takes a detour, from which back leads to where it began', async () => {
    const { log, run } = play(['1', { detour: true }, 'back', { detour: true }, '2', '3']);
    expect(await run()).toEqual({ a: '1', b: '2', c: '3', more: true });
    expect(log).toEqual(['a 1/2', 'c 2/2 <', 'b 2/3 <', 'c 3/3 <', 'b 2/3 <', 'c 3/3 <']);
  });

  test.each([[['cancel']], [['1', 'cancel']], [['back']]])(
    'given up by %j has no answers',
    async (answers) => {
      expect(await play(answers).run()).toBeUndefined();
    },
  );
});
