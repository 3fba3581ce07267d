/** Mender's own compose files (`../shared/corpus`), which aren't part of this repository, loaded and judged. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { loadStack } from '../../server/src/compose/loader/load-project';
import type { Stack } from '../../server/src/compose/types';
import { deploymentOf } from '../../server/src/mender/deployment';
import type { Deployment } from '../../server/src/mender/model/deployment';
import { rules } from '../../server/src/rules/index';
import type { RuleFinding } from '../../server/src/rules/support/rule';

const root = join(import.meta.dirname, '../../../shared/corpus/mender');

export interface CorpusStack {
  readonly release: string;
  readonly name: string;
  readonly files: readonly string[];
  readonly complete?: boolean;
}

/** Empty where the folder isn't there: what needs it says that it was skipped. */
export const corpus: readonly CorpusStack[] = existsSync(join(root, 'stacks.json'))
  ? JSON.parse(readFileSync(join(root, 'stacks.json'), 'utf8'))
  : [];

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
export function corpusText(release: string, file: string): string | undefined {
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
  { release, files }: CorpusStack,
  changed: ReadonlyMap<string, string> = new Map(),
): Promise<Judged> {
  return judge({
    files: files.map((file) => posix.join(PROJECT, file)),
    read: (file) => changed.get(file) ?? corpusText(release, file),
  });
}

/** One line a finding: code, service, container path. */
export function lineOf({ code, finding }: Coded): string {
  return `${code} ${finding.service ?? '-'} ${finding.target ?? '-'}`;
}
