/** Questions one after the other, each with a way back to the one before. Knows neither VS Code nor keys. */

/** Where in a run of questions somebody is. */
export interface Step {
  /** From 1. */
  readonly number: number;
  /** As far as it can be known by now. */
  readonly total: number;
  /** Whether there is a question before to go back to. */
  readonly back: boolean;
}

export type Answer<T> = { readonly value: T } | 'back' | 'cancel';

/** An answer after which another question comes than the next one. */
export interface Detour<S> {
  readonly value: S;
  /** One of the same run; it is asked if it applies, else the next that does. */
  readonly goTo: Question<S>;
}

/** One question; its answer becomes part of the state `S`, from which it also takes what it shows at first. */
export interface Question<S> {
  /** False when the answers so far make it needless. */
  applies(state: S): boolean;
  ask(state: S, step: Step): Promise<Answer<S> | Detour<S>>;
}

/**
 * Asks all questions that apply, in order, and hands back the state after the last; undefined when the user gave up.
 * What was answered stays in the state when the user goes back.
 */
export async function askAll<S>(questions: readonly Question<S>[], start: S): Promise<S | undefined> {
  let state = start;
  /** Indexes of the questions that were answered, in the order in which they were. */
  const answered: number[] = [];
  let at = nextOf(questions, state, 0);
  for (let question = questions[at]; question !== undefined; question = questions[at]) {
    const answer = await question.ask(state, stepOf(questions, state, at, answered.length > 0));
    if (answer === 'cancel') return undefined;
    if (answer === 'back') {
      const before = answered.pop();
      if (before === undefined) return undefined;
      at = before;
      continue;
    }
    answered.push(at);
    state = answer.value;
    at = nextOf(questions, state, 'goTo' in answer ? questions.indexOf(answer.goTo) : at + 1);
  }
  return state;
}

function nextOf<S>(questions: readonly Question<S>[], state: S, from: number): number {
  let next = from;
  while (next < questions.length && questions[next]?.applies(state) !== true) next++;
  return next;
}

function stepOf<S>(questions: readonly Question<S>[], state: S, at: number, back: boolean): Step {
  const applying = questions.map((_question, index) => index).filter((i) => questions[i]?.applies(state));
  return { number: applying.indexOf(at) + 1, total: applying.length, back };
}
