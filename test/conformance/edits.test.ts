/**
 * Every fix, the plans for all, and every task that is allowed over our fixtures, Mender's own stacks and generated
 * ones: after the edit compose-go loads the files as before, and its model differs in what the plan names: mounts at
 * Mender's targets and variables of the services that it is for. Where Go isn't there, our own loader is asked.
 *
 * CONFORMANCE_EDITS says for how many generated stacks; `npm run conformance` has it for all.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { needsShared } from '../shared';
import type { Answer } from './answer';
import { type Case, corpusCases, fixtureCases, hasCorpus, root as repository, writtenCase } from './cases';
import { differences, editedStack, type Stack } from './edited';
import { generateStacks } from './generate';
import { makeMaterial, STATES } from './key-tasks';
import { load } from './ours';
import { buildReference } from './reference';

const seed = Number(process.env.CONFORMANCE_SEED ?? 20_240_229);
const count = Number(process.env.CONFORMANCE_EDITS ?? 20);
const isSample = count <= 20;
const root = mkdtempSync(join(tmpdir(), 'mender-compose-edits-'));
const built = isSample ? { missing: 'a sample asks our own loader' } : buildReference();
const reference = 'missing' in built ? undefined : built;
const material = makeMaterial();
const lines: string[] = [];

afterAll(() => {
  reference?.dispose();
  rmSync(root, { recursive: true, force: true });
  console.log(lines.join('\n'));
});

/** What our own loader says; it forgives what Compose refuses, such as a network that nobody declares. */
async function ourAnswer(each: Case): Promise<Answer> {
  const { answer, problems } = await load(each);
  return problems.length > 0 ? { error: problems[0]?.message ?? '' } : answer;
}

/** The answers for stacks before and after; where the reference refuses one before, our own loader's. */
async function ask(stacks: readonly Stack[]): Promise<ReadonlyMap<Case, Answer>> {
  const casesOf = ({ before, edited }: Stack) => [before, ...edited.map(({ after }) => after)];
  const all = stacks.flatMap(casesOf);
  const answers = (await reference?.ask(all)) ?? [];
  const answered = new Map(all.map((each, index) => [each, answers[index] ?? { error: 'not asked' }]));
  for (const stack of stacks) {
    if (answered.get(stack.before)?.error === undefined) continue;
    for (const each of casesOf(stack)) answered.set(each, await ourAnswer(each));
  }
  return answered;
}

async function prove(what: string, cases: readonly Case[]): Promise<void> {
  const stacks: Stack[] = [];
  for (const [index, each] of cases.entries()) {
    if (isSample && index % 4 > 0) continue;
    const states = isSample ? STATES.slice(index % 3, (index % 3) + 1) : STATES;
    stacks.push(await editedStack(each, join(root, what, String(index)), await material, states));
  }
  const answered = await ask(stacks);
  const of = (each: Case) => answered.get(each) ?? {};
  const wrong = stacks.flatMap(({ before, edited }) =>
    edited.flatMap((each) =>
      differences(each, before, of(before), of(each.after)).map((text) => `${each.after.name}: ${text}`),
    ),
  );
  const refused = stacks.filter(({ before }) => of(before).error !== undefined);
  const judge = reference ? 'compose-go, else our loader' : 'our loader';
  const sum = (lists: readonly (readonly unknown[])[]) =>
    lists.reduce((total, { length }) => total + length, 0);
  lines.push(
    `edits, ${what}, by ${judge}: ${stacks.length} stacks, ${refused.length} of them (${sum(refused.map(({ edited }) => edited))} plans) refused before as well, ${sum(stacks.map(({ planned }) => planned))} plans, ${sum(stacks.map(({ edited }) => edited))} of different edits applied, ${wrong.length} with more than they name`,
    `  planned: ${counted(stacks.flatMap(({ planned }) => planned))}`,
    `  applied: ${counted(stacks.flatMap(({ edited }) => edited.map(({ kind }) => kind)))}`,
  );
  rmSync(join(root, what), { recursive: true, force: true });
  expect(wrong.slice(0, 20)).toEqual([]);
}

function counted(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, times]) => `${word} ${times}`).join(', ');
}

/** Each compose file of the rules' fixtures, what becomes of it too, alone in a directory. */
function ruleCases(directory: string): Case[] {
  const fixtures = join(repository, 'test/fixtures/rules');
  return readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(fixtures, name), 'utf8');
      return writtenCase(name, join(directory, name), { 'compose.yml': text }, {});
    });
}

async function proveWritten(what: string, casesOf: (directory: string) => readonly Case[]): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mender-compose-edited-'));
  try {
    await prove(what, casesOf(directory));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

it('our own fixtures', { timeout: 600_000 }, () => prove('fixtures', fixtureCases()));

it('the fixtures of the rules', { timeout: 600_000 }, () => proveWritten('rules', ruleCases));

it.skipIf(!hasCorpus || isSample)(
  `Mender's own stacks${needsShared('corpus/mender/stacks.json', "Mender's own compose files")}`,
  { timeout: 600_000 },
  () => prove('corpus', corpusCases()),
);

/** Every service is one of Mender's, and mounts where it looks, so that there is something to do. */
const MENDERS: readonly (readonly [image: string, target: string])[] = [
  ['mendersoftware/useradm', '/etc/useradm/rsa/private.pem'],
  ['mendersoftware/deviceauth', '/etc/deviceauth/rsa/private.pem'],
  ['mendersoftware/api-gateway', '/var/www/mendersoftware/cert/cert.crt'],
  ['mendersoftware/api-gateway', '/var/www/mendersoftware/cert/private.key'],
];

/** All of one kind, or mixed, by the stack's number. */
function withMenders(text: string, number: number): string {
  const own = [MENDERS, MENDERS.slice(0, 1), MENDERS.slice(1, 2), MENDERS.slice(2)][number % 4] ?? MENDERS;
  let [images, targets] = [0, 0];
  return text
    .replaceAll(/\bimg\b/g, () => own[images++ % own.length]?.[0] ?? '')
    .replaceAll(/:\/[a-l]\b(?![/.])|(?<=target: )\/[a-l]\b(?![/.])/g, (target) =>
      target.replace(/\/.*/, own[targets++ % own.length]?.[1] ?? ''),
    );
}

it('generated stacks', { timeout: 3_600_000 }, () =>
  proveWritten(`generated from seed ${seed}`, (directory) =>
    generateStacks(seed, count).map(({ files, call }, index) => {
      const ours = Object.entries(files).map(([path, text]) => [path, withMenders(text, index)]);
      return writtenCase(`stack ${index}`, join(directory, String(index)), Object.fromEntries(ours), call);
    }),
  ),
);
