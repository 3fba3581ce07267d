/**
 * Our loader against compose-go, the reference: on our own fixtures, on every stack that Mender publishes, and on
 * generated ones. The reference's answers for the fixtures are kept beside them, so that much runs without Go.
 *
 * CONFORMANCE_SEED and CONFORMANCE_COUNT choose the generated stacks; CONFORMANCE_UPDATE=1 writes the kept answers.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { needsShared } from '../shared';
import { type Answer, renamed } from './answer';
import { type Case, corpusCases, fixtureCases, HOME, hasCorpus, ownCases, writtenCase } from './cases';
import { CHOSEN, type Chosen, compare } from './compare';
import { generateStacks } from './generate';
import { load, type Ours } from './ours';
import { buildReference } from './reference';

const seed = Number(process.env.CONFORMANCE_SEED ?? 20_240_229);
const count = Number(process.env.CONFORMANCE_COUNT ?? 2000);
const update = process.env.CONFORMANCE_UPDATE === '1';

const built = buildReference();
const reference = 'missing' in built ? undefined : built;
const lines: string[] = [];

afterAll(() => {
  reference?.dispose();
  if ('missing' in built) lines.push(`conformance: the reference is not at hand, ${built.missing}`);
  // Said once, at the end, where it is seen.
  console.log(lines.join('\n'));
});

interface Result {
  /** What differs, by the stack's name; problems that we tell of a stack that the reference loads are differences too. */
  readonly differences: readonly string[];
  readonly rejected: number;
  /** Rejected stacks of which we tell a problem. */
  readonly told: number;
  readonly chosen: ReadonlyMap<Chosen, number>;
}

function judge(cases: readonly Case[], answers: readonly Answer[], ours: readonly Ours[]): Result {
  const differences: string[] = [];
  const chosen = new Map<Chosen, number>();
  let rejected = 0;
  let told = 0;
  for (const [index, { name, directory }] of cases.entries()) {
    const [answer, own] = [answers[index], ours[index]];
    if (!answer || !own) throw new Error(`${name} was not answered`);
    if (answer.error !== undefined) {
      rejected++;
      if (own.problems.length > 0) told++;
      continue;
    }
    const found = compare(answer, own.answer);
    for (const each of found.chosen) chosen.set(each, (chosen.get(each) ?? 0) + 1);
    const all = [...found.differences, ...own.problems.map(({ message }) => `told as a problem: ${message}`)];
    differences.push(...all.map((text) => `${name} (${directory}): ${text}`));
  }
  return { differences, rejected, told, chosen };
}

function report(what: string, stacks: number, { differences, rejected, told, chosen }: Result): void {
  lines.push(
    `conformance with compose-go, ${what}: ${stacks} stacks, ${differences.length} differences, ` +
      `${rejected} rejected by the reference (a problem is told of ${told})`,
  );
  for (const [each, times] of chosen) lines.push(`  chosen difference in ${times} stacks: ${CHOSEN[each]}`);
}

const loadAll = async (cases: readonly Case[]): Promise<Ours[]> => {
  const result: Ours[] = [];
  for (const each of cases) result.push(await load(each));
  return result;
};

describe('our own fixtures', () => {
  const releases = ownCases();
  const cases = [...fixtureCases(), ...releases];
  const kept = (each: Case) =>
    releases.includes(each)
      ? join(dirname(each.directory), 'answers', `${each.name.replaceAll(' ', '-')}.json`)
      : join(each.directory, 'expected.json');
  const neutral = (answer: Answer, { directory }: Case) =>
    renamed(answer, [
      [directory, '<stack>'],
      [dirname(directory), '<above>'],
      [HOME, '<home>'],
    ]);

  it('are answered as the reference did when its answers were kept', async () => {
    if (update && reference) {
      const answers = await reference.ask(cases);
      for (const [index, each] of cases.entries())
        writeFileSync(kept(each), `${JSON.stringify(neutral(answers[index] ?? {}, each), null, 2)}\n`);
    }
    const answers = cases.map((each) => JSON.parse(readFileSync(kept(each), 'utf8')) as Answer);
    const ours = await loadAll(cases);
    const result = judge(
      cases,
      answers,
      ours.map((own, index) => ({ ...own, answer: neutral(own.answer, cases[index] as Case) })),
    );
    report('fixtures', cases.length, result);
    expect(result.differences).toEqual([]);
    expect(result.told).toBe(result.rejected);
    expect(cases.length).toBeGreaterThanOrEqual(25);
  });

  it.skipIf(!reference)('are answered by the reference as it did then', async () => {
    const answers = (await reference?.ask(cases)) ?? [];
    for (const [index, each] of cases.entries()) {
      const answer = neutral(answers[index] ?? {}, each);
      const before = JSON.parse(readFileSync(kept(each), 'utf8')) as Answer;
      // Which of several mistakes it meets first is chance.
      if (before.error === undefined) expect(answer, each.name).toEqual(before);
      else expect(answer.error, each.name).toBeDefined();
    }
  });
});

const corpusTitle = `Mender's own stacks${needsShared('corpus/mender/stacks.json', "Mender's own compose files")}`;
describe.skipIf(!reference || !hasCorpus)(corpusTitle, () => {
  it('are loaded as the reference loads them', async () => {
    const cases = corpusCases();
    const [answers, ours] = await Promise.all([reference?.ask(cases) ?? [], loadAll(cases)]);
    const result = judge(cases, answers, ours);
    report('corpus', cases.length, result);
    expect(result.differences).toEqual([]);
    // Those that it rejects are real all the same: every service is there, and can be judged.
    for (const { stack } of ours) {
      expect(stack.services.size).toBeGreaterThan(4);
      expect([...stack.services.values()].filter(({ partial }) => partial)).toEqual([]);
    }
  });
});

describe.skipIf(!reference)('generated stacks', () => {
  it('are loaded as the reference loads them', { timeout: 600_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mender-compose-stacks-'));
    const cases = generateStacks(seed, count).map(({ files, call }, index) =>
      writtenCase(`stack ${index}`, join(directory, String(index)), files, call),
    );
    const [answers, ours] = await Promise.all([reference?.ask(cases) ?? [], loadAll(cases)]);
    const result = judge(cases, answers, ours);
    report(`generated from seed ${seed}`, cases.length, result);
    // What differs is left to be looked at.
    if (result.differences.length === 0) rmSync(directory, { recursive: true, force: true });
    expect(result.differences.slice(0, 20)).toEqual([]);
    expect(result.rejected).toBeLessThan(count / 3);
  });
});
