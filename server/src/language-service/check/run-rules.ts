/** From compose files to findings: the steps that the façade's methods share. */

import type { ParseCache } from '../../compose/document/document-cache';
import { loadStack, type StackInput } from '../../compose/loader/load-project';
import { type LineIndex, lineIndex } from '../../compose/syntax/line-index';
import type { ComposeProblem, FileText, Stack } from '../../compose/types';
import { deploymentOf } from '../../mender/deployment';
import type { Deployment } from '../../mender/model/deployment';
import type { Pace } from '../../platform/pace';
import type { Host } from '../../platform/platform';
import { rules } from '../../rules/index';
import type { DefaultSeverity, RuleContext, RuleFinding } from '../../rules/support/rule';
import { SUPPRESSION_WORD, type Suppressed, suppressions } from '../../rules/support/suppression';
import type { StackFiles } from '../api/index';
import type { Reading } from '../files/allowed-files';

/** A stack as it was read, with the texts that it was read from. */
export interface Analysis {
  readonly deployment: Deployment;
  /** The text of each file that was read, compose files and `.env` alike. */
  readonly texts: ReadonlyMap<string, string>;
  /** True where a file may not be read, so that nothing can be said about what is not there. */
  readonly withheld: boolean;
  /** What was loaded, as it was then; undefined where nothing could be. */
  readonly input: StackInput | undefined;
  lines(file: string): LineIndex;
  /** What comments of a file switch off; undefined where there are none. */
  suppressions(file: string): Suppressed | undefined;
}

/** A rule's finding with its rule, and the deployment that it was found in. */
export interface CodedFinding {
  readonly code: string;
  readonly defaultSeverity: DefaultSeverity;
  readonly finding: RuleFinding;
  readonly analysis: Analysis;
}

/** Reads a stack. Never rejects for what its files hold, but where `pace` says that it was given up. */
export async function analyse(
  { files, projectDirectory, envFiles }: StackFiles,
  release: string | undefined,
  reading: Reading,
  host: Host,
  pace: Pace,
): Promise<Analysis> {
  const texts = new Map<string, string>();
  const answers = new Map<string, FileText>();
  let withheld = false;
  const input: StackInput = {
    files,
    projectDirectory,
    envFiles,
    environment: (name) => host.environment(name),
    paths: host.paths,
    homeDirectory: host.homeDirectory,
    cache: reading.cache,
    async read(file) {
      const answer = await reading.read(file);
      answers.set(file, answer);
      if ('text' in answer) texts.set(file, answer.text);
      if ('withheld' in answer) withheld = true;
      return answer;
    },
  };
  const stack = await loadStack(input, pace);
  await pace.turn();
  const again: StackInput = {
    ...input,
    read: async (file) => answers.get(file) ?? { missing: true },
  };
  return analysisOf(stack, { texts, withheld, input: again }, release, host, reading.cache);
}

/** A file that holds no text: one problem, no services. */
export function analyseUnreadable(file: string, message: string, host: Host): Analysis {
  const problems: ComposeProblem[] = [{ message, span: { file, start: 0, end: 0 } }];
  const stack: Stack = {
    files: [],
    projectDirectory: undefined,
    services: new Map(),
    elements: () => [],
    problems,
    dependencies: [file],
    incomplete: true,
  };
  return analysisOf(stack, { texts: new Map(), withheld: true, input: undefined }, undefined, host);
}

function analysisOf(
  stack: Stack,
  { texts, withheld, input }: Pick<Analysis, 'texts' | 'withheld' | 'input'>,
  release: string | undefined,
  host: Host,
  cache?: ParseCache,
): Analysis {
  const indexes = new Map<string, LineIndex>();
  const comments = new Map<string, Suppressed | undefined>();
  const analysis: Analysis = {
    deployment: deploymentOf(stack, {
      release,
      join: (directory, name) => host.paths.join(directory, name),
    }),
    texts,
    withheld,
    input,
    lines(file) {
      const text = texts.get(file) ?? '';
      const known = indexes.get(file) ?? cache?.lines(file, text) ?? lineIndex(text);
      indexes.set(file, known);
      return known;
    },
    suppressions(file) {
      if (!comments.has(file)) {
        const text = texts.get(file) ?? '';
        const isThere = cache?.mentions(file, text, SUPPRESSION_WORD) ?? text.includes(SUPPRESSION_WORD);
        comments.set(file, isThere ? suppressions(text, analysis.lines(file)) : undefined);
      }
      return comments.get(file);
    },
  };
  return analysis;
}

/** What rules need beside the deployment: the files behind its mounts, and the time. */
export type Inside = Omit<RuleContext, 'deployment' | 'problems' | 'once'>;

/** Where nothing is known of the files: what the compose files alone tell. */
export const NOTHING_INSIDE: Inside = {
  file: () => undefined,
  now: 0,
  expiresSoonDays: 0,
  identities: () => [],
};

/**
 * What all rules say, or those of `codes`, by file and place; findings switched off by a comment are left out. Rejects
 * only where `pace` says that it was given up.
 */
export async function findingsOf(
  analysis: Analysis,
  inside: Inside,
  pace: Pace,
  codes?: ReadonlySet<string>,
): Promise<CodedFinding[]> {
  const { deployment } = analysis;
  const context: RuleContext = {
    deployment,
    problems: deployment.stack.problems,
    ...inside,
    once: lookOnce(() => context),
  };
  const suppressed = (code: string, { file, start }: RuleFinding['span']) =>
    analysis.suppressions(file)?.(analysis.lines(file).positionAt(start).line, code) === true;
  const order = deployment.stack.files.map(({ file }) => file);
  const found: CodedFinding[] = [];
  for (const { code, severity, check } of rules) {
    if (codes && !codes.has(code)) continue;
    await pace.turn();
    for (const finding of check(context)) found.push({ code, defaultSeverity: severity, finding, analysis });
  }
  return found
    .filter(({ code, finding }) => !suppressed(code, finding.span))
    .sort(
      (a, b) =>
        (a.finding.span.file !== b.finding.span.file &&
          order.indexOf(a.finding.span.file) - order.indexOf(b.finding.span.file)) ||
        a.finding.span.start - b.finding.span.start ||
        (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
    );
}

/** Keeps what the rules of one run look for together. */
function lookOnce(context: () => RuleContext): NonNullable<RuleContext['once']> {
  const seen = new Map<unknown, unknown>();
  return <T>(look: (context: RuleContext) => T): T => {
    if (!seen.has(look)) seen.set(look, look(context()));
    return seen.get(look) as T;
  };
}
