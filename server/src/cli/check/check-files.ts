import type {
  Finding,
  LanguageService,
  Severity,
  StackInfo,
  StackSetting,
} from '../../language-service/api/index';
import { relativeWithin } from '../../platform/is-within';
import { type Context, EXIT, Interrupted } from '../core/context';
import { printable } from '../core/style';
import { type Candidate, COMPOSE_NAMES, findFiles, problemText } from './find-files';

/** A file that was checked. */
export interface FileReport {
  /** absolute */
  readonly file: string;
  readonly mender: boolean;
  /** In this file and in the others of its stacks. */
  readonly findings: readonly Finding[];
  readonly stacks: readonly StackInfo[];
}

/** What to look at: what paths stand for, or one stack. */
export interface Asked {
  readonly paths: readonly string[];
  readonly stack?: StackSetting;
}

/** What a check of some paths found. */
export interface Gathered {
  readonly reports: readonly FileReport[];
  /** What could not be read; not empty means exit code 2. */
  readonly problems: readonly string[];
  /** Good to know, nothing wrong. */
  readonly notes: readonly string[];
}

/**
 * Checks what a command line asks for: its stack, else what its paths stand for, `.` when there are none.
 * @throws Interrupted on Ctrl-C.
 */
export function gather(asked: Asked, service: LanguageService, context: Context): Promise<Gathered> {
  return asked.stack === undefined
    ? gatherPaths(asked.paths, service, context)
    : gatherStack(asked.stack, service, context);
}

/** The stack is checked once, through its first file; not at all when a part is missing, which others may rest on. */
async function gatherStack(
  stack: StackSetting,
  service: LanguageService,
  context: Context,
): Promise<Gathered> {
  const { host } = context;
  const display = displayer(context);
  const problems: string[] = [];
  const wanted = [...stack.files, ...(stack.envFiles ?? [])].map((path) => ({ path, kind: 'file' }));
  if (stack.projectDirectory !== undefined) wanted.push({ path: stack.projectDirectory, kind: 'directory' });
  for (const { path, kind } of wanted) {
    const status = await host.files.status(path);
    if (!status.ok) problems.push(problemText(display(path), status.problem));
    else if (status.value.kind === kind) continue;
    else if (kind === 'directory') problems.push(`${display(path)} is a file, not a directory.`);
    else
      problems.push(
        problemText(display(path), status.value.kind === 'directory' ? 'directory' : 'not-a-file'),
      );
  }
  const [first] = stack.files;
  if (problems.length > 0 || first === undefined) return { reports: [], problems, notes: [] };
  const report = await checkOne({ file: first, reason: 'named' }, service, context, problems);
  if (report === undefined) return { reports: [], problems, notes: [] };
  const idle = !report.mender && report.findings.length === 0;
  const files = stack.files.map(display).join(', ');
  const notes = idle ? [`No Mender service in ${files}: nothing to check.`] : [];
  return { reports: [report], problems, notes };
}

async function gatherPaths(
  paths: readonly string[],
  service: LanguageService,
  context: Context,
): Promise<Gathered> {
  const { host, streams } = context;
  const display = displayer(context);
  const given = paths.length > 0 ? paths : ['.'];
  const absolute = [...new Set(given.map((path) => host.paths.resolve(streams.cwd, path)))];
  const search = await findFiles(absolute, host, display, streams.signal);
  const problems = [...search.problems];
  const notes: string[] = [];
  const reports: FileReport[] = [];
  for (const candidate of search.candidates) {
    const report = await checkOne(candidate, service, context, problems);
    if (report === undefined) continue;
    reports.push(report);
    if (candidate.reason === 'named' && !report.mender && report.findings.length === 0) {
      notes.push(`${display(report.file)}: no Mender service: nothing to check.`);
    }
  }
  const named = search.candidates.some(({ reason }) => reason === 'named');
  if (reports.length === 0 && problems.length === 0) {
    const places = given.join(', ');
    problems.push(
      `${places}: no compose file found. Looked for ${COMPOSE_NAMES}, and for other .yml and .yaml files with Mender services.`,
    );
  } else if (
    !named &&
    reports.length > 0 &&
    reports.every(({ mender, findings }) => !mender && findings.length === 0)
  ) {
    const files = reports.map(({ file }) => display(file)).join(', ');
    notes.push(`No Mender service in ${files}: nothing to check.`);
  }
  return { reports, problems, notes };
}

async function checkOne(
  { file, reason }: Candidate,
  service: LanguageService,
  context: Context,
  problems: string[],
): Promise<FileReport | undefined> {
  const answer = await service.check(file, context.streams.signal, { fixes: true });
  if (answer === undefined) throw new Interrupted();
  if ('problem' in answer) {
    // A YAML file that only happened to lie there is not worth a complaint.
    if (reason !== 'yaml') problems.push(`${displayer(context)(file)} ${printable(answer.problem)}`);
    return undefined;
  }
  if (reason === 'yaml' && !answer.mender) return undefined;
  return { file, mender: answer.mender, findings: answer.findings, stacks: answer.stacks };
}

/** How a path is shown to people: relative to the working directory inside it, else absolute. */
export function displayer(context: Pick<Context, 'host' | 'streams'>): (path: string) => string {
  const exact = exactDisplayer(context);
  return (path) => printable(exact(path));
}

/** The same with every character as it is, for formats that programs read. */
export function exactDisplayer({
  host,
  streams,
}: Pick<Context, 'host' | 'streams'>): (path: string) => string {
  return (path) => {
    if (!host.paths.isAbsolute(path)) return path;
    const relative = relativeWithin(host.paths, streams.cwd, path);
    return relative === undefined ? path : relative || '.';
  };
}

/** The exit code that a check of these files gives. */
export function exitCode(findings: readonly Finding[], problems: readonly string[]): number {
  if (problems.length > 0) return EXIT.trouble;
  return findings.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.clean;
}

/** The files to plan for: those that were checked and have findings around, then those that findings lie in. */
export function filesToFix(reports: readonly FileReport[]): string[] {
  const broken = reports.filter(({ findings }) => findings.length > 0);
  const places = broken.flatMap(({ findings }) => findings.map(({ file }) => file));
  return [...new Set([...broken.map(({ file }) => file), ...places])];
}

/** Each finding once: two files of one stack report the same. File by file, and by place within each. */
export function allFindings(reports: readonly FileReport[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const { findings } of reports) {
    for (const finding of findings) {
      const { code, file, range, service, target } = finding;
      seen.set(JSON.stringify([code, file, range, service, target]), finding);
    }
  }
  const byFile = new Map<string, Finding[]>();
  for (const finding of seen.values())
    byFile.set(finding.file, [...(byFile.get(finding.file) ?? []), finding]);
  return [...byFile.values()].flatMap((findings) =>
    findings.sort(
      ({ range: { start: a } }, { range: { start: b } }) => a.line - b.line || a.character - b.character,
    ),
  );
}

/** Severities, worst first. */
export const SEVERITY_ORDER: readonly Severity[] = ['error', 'warning', 'information', 'hint'];
