/**
 * Stacks of all releases, loaded and judged: our own (`test/fixtures/mender`), and Mender's (`../shared/corpus`), which
 * aren't part of this repository.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { loadStack } from '../../server/src/compose/loader/load-project';
import type { Stack } from '../../server/src/compose/types';
import { deploymentOf } from '../../server/src/mender/deployment';
import type { Deployment } from '../../server/src/mender/model/deployment';
import { rules } from '../../server/src/rules/index';
import type { RuleFinding } from '../../server/src/rules/support/rule';
import { sharedPath } from '../shared';

const ownRoot = join(import.meta.dirname, '../fixtures/mender');
const menderRoot = sharedPath('corpus/mender');

export interface CorpusStack {
  /** Absolute; below it a folder for each release. */
  readonly root: string;
  readonly release: string;
  readonly name: string;
  readonly files: readonly string[];
  readonly complete?: boolean;
}

function stacksBelow(root: string): readonly CorpusStack[] {
  const list = join(root, 'stacks.json');
  if (!existsSync(list)) return [];
  const stacks: readonly Omit<CorpusStack, 'root'>[] = JSON.parse(readFileSync(list, 'utf8'));
  return stacks.map((stack) => ({ ...stack, root }));
}

/** Our own, shorter ones, of each way that a release wants its files. */
export const ownStacks = stacksBelow(ownRoot);
/** Empty where the folder isn't there: what needs it says that it was skipped. */
export const corpus = stacksBelow(menderRoot);
export const allStacks: readonly CorpusStack[] = [...ownStacks, ...corpus];

/** For the name of a test. */
export function titleOf({ root, release, name }: CorpusStack): string {
  return `${root === ownRoot ? 'our' : 'Mender’s'} ${release} ${name}`;
}

/** Every file of a stack's release, by its path in the release's folder. */
export function releaseFiles({ root, release }: Pick<CorpusStack, 'root' | 'release'>): Map<string, Buffer> {
  const directory = join(root, release);
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(directory, path).replaceAll('\\', '/'), readFileSync(path)]),
  );
}

export interface Coded {
  readonly code: string;
  readonly finding: RuleFinding;
}

export interface Judged {
  readonly stack: Stack;
  readonly deployment: Deployment;
  readonly findings: readonly Coded[];
}

/** The directory that a corpus stack is loaded in. */
export const PROJECT = '/mender';

/** A corpus file's text by its path in `PROJECT`; undefined where there is none. */
export function corpusText(
  { root, release }: Pick<CorpusStack, 'root' | 'release'>,
  file: string,
): string | undefined {
  const path = join(root, release, posix.relative(PROJECT, file));
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

export interface JudgeOptions {
  /** Ids in merge order. */
  readonly files: readonly string[];
  readonly read: (file: string) => string | undefined;
  readonly release?: string | undefined;
}

/** Loads files as one stack and lets every rule look at it. Two keys are the same where their paths are. */
export async function judge({ files, read, release }: JudgeOptions): Promise<Judged> {
  const stack = await loadStack({
    files,
    projectDirectory: PROJECT,
    envFiles: undefined,
    environment: () => undefined,
    paths: posix,
    homeDirectory: '/home/user',
    read: async (file) => {
      const text = read(file);
      return text === undefined ? { missing: true } : { text };
    },
  });
  const deployment = deploymentOf(stack, { release, join: posix.join });
  const context = {
    deployment,
    problems: stack.problems,
    file: () => undefined,
    now: 0,
    expiresSoonDays: 30,
    identities: (file: string) => [`path:${file}`],
  };
  const findings = rules.flatMap(({ code, check }) => check(context).map((finding) => ({ code, finding })));
  return { stack, deployment, findings };
}

/** A corpus stack with some of its files changed. */
export function judgeCorpus(
  stack: CorpusStack,
  changed: ReadonlyMap<string, string> = new Map(),
): Promise<Judged> {
  return judge({
    files: stack.files.map((file) => posix.join(PROJECT, file)),
    read: (file) => changed.get(file) ?? corpusText(stack, file),
  });
}

/** One line a finding: code, service, container path. */
export function lineOf({ code, finding }: Coded): string {
  return `${code} ${finding.service ?? '-'} ${finding.target ?? '-'}`;
}
