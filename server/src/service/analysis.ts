/** From a file's text to its findings: the steps that the façade's verbs share. */

import { loadStack } from '../compose/load';
import type { ComposeProblem, Stack } from '../compose/model';
import { type LineIndex, lineIndex } from '../compose/text';
import type { Host } from '../host/host';
import { type Deployment, deploymentOf, recogniseRoles } from '../mender/deployment';
import { roles } from '../mender/layouts';
import { rules } from '../rules/index';
import type { DefaultSeverity, RuleContext, RuleFinding } from '../rules/rule';
import { type Suppressed, suppressions } from '../rules/suppression';

export interface Analysis {
  readonly file: string;
  readonly text: string;
  readonly lines: LineIndex;
  readonly deployment: Deployment;
  readonly suppressed: Suppressed;
  /** True when a Mender service was recognised. */
  readonly mender: boolean;
}

/** A rule's finding with its rule. */
export interface CodedFinding {
  readonly code: string;
  readonly defaultSeverity: DefaultSeverity;
  readonly finding: RuleFinding;
}

export interface AnalysisInput {
  readonly file: string;
  readonly text: string;
  /** The text of `.env` beside the file. */
  readonly dotenv: string | undefined;
}

/** Reads one compose file as a deployment. Pure but for the host's environment. */
export async function analyse({ file, text, dotenv }: AnalysisInput, host: Host): Promise<Analysis> {
  const stack = await loadStack({
    files: [file],
    projectDirectory: projectDirectoryOf(file, host),
    envFiles: undefined,
    environment: (name) => host.environment(name),
    paths: host.paths,
    homeDirectory: host.homeDirectory,
    read: async (wanted) =>
      wanted === file ? { text } : dotenv === undefined ? { missing: true } : { text: dotenv },
  });
  return analysisOf(file, text, stack, host);
}

/** A file that holds no text: one problem, no services. */
export function analyseUnreadable(file: string, message: string, host: Host): Analysis {
  const problems: ComposeProblem[] = [{ message, span: { file, start: 0, end: 0 } }];
  return analysisOf(
    file,
    '',
    {
      files: [],
      projectDirectory: undefined,
      services: new Map(),
      problems,
      dependencies: [file],
      incomplete: true,
    },
    host,
  );
}

function analysisOf(file: string, text: string, stack: Stack, host: Host): Analysis {
  const lines = lineIndex(text);
  const deployment = deploymentOf(stack, {
    release: undefined,
    join: (directory, name) => host.paths.join(directory, name),
  });
  return {
    file,
    text,
    lines,
    deployment,
    suppressed: suppressions(text, lines),
    mender: deployment.isMender,
  };
}

/** The directory of a file on disk; a document that has no path has none. */
export function projectDirectoryOf(file: string, host: Host): string | undefined {
  return host.paths.isAbsolute(file) ? host.paths.dirname(file) : undefined;
}

/** What all rules say, in their order; findings switched off by a comment are left out. */
export function findingsOf(analysis: Analysis, identities: RuleContext['identities']): CodedFinding[] {
  const { deployment, file, lines, suppressed } = analysis;
  const context: RuleContext = {
    deployment,
    problems: deployment.stack.problems,
    identities,
  };
  return rules
    .flatMap(({ code, severity, check }) =>
      check(context).map((finding) => ({ code, defaultSeverity: severity, finding })),
    )
    .filter(
      ({ code, finding }) =>
        finding.span.file === file && !suppressed(lines.positionAt(finding.span.start).line, code),
    )
    .sort(
      (a, b) =>
        a.finding.span.start - b.finding.span.start || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
    );
}

const CONVENTIONAL = /^(docker-)?compose([.-].*)?\.ya?ml$/i;

/** True for the names that Compose itself looks for, and their overlays. */
export function hasComposeName(file: string): boolean {
  return CONVENTIONAL.test(file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1));
}

/** A quick look that spares other YAML files the parse: no word of Mender, no Mender service. */
export function mightBeMender(text: string): boolean {
  const words = ['mender', ...roles.flatMap((role) => role.commonNames)];
  const lower = text.toLowerCase();
  return words.some((word) => lower.includes(word));
}

/**
 * Whether problems of a file without a recognised Mender service are told: not those of other software's files.
 * A file that can't be read can't be told from Mender's, so its name decides.
 */
export function isOurs(analysis: Analysis, isOpen: boolean): boolean {
  if (analysis.mender) return true;
  if (recogniseRoles(analysis.deployment.stack).size > 0) return true;
  const readable = analysis.deployment.stack.services.size > 0;
  if (readable) return mightBeMender(analysis.text);
  return !isOpen || hasComposeName(analysis.file) || mightBeMender(analysis.text);
}
