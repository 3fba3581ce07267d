import type { Finding, MenderService, Severity } from '../service/service';
import { type Candidate, COMPOSE_NAMES, findFiles } from './find-files';
import { type Context, EXIT, Interrupted } from './terminal';

/** A file that was checked. */
export interface FileReport {
  /** absolute */
  readonly file: string;
  readonly mender: boolean;
  readonly findings: readonly Finding[];
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
 * Checks what the paths of a command line stand for, `.` when there are none.
 * @throws Interrupted on Ctrl-C.
 */
export async function gather(
  paths: readonly string[],
  service: MenderService,
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
      notes.push(`${display(report.file)}: no Mender service here, so there is nothing to check.`);
    }
  }
  const named = search.candidates.some(({ reason }) => reason === 'named');
  if (reports.length === 0 && problems.length === 0) {
    const places = given.join(', ');
    problems.push(
      `${places}: no compose file here. Looked for ${COMPOSE_NAMES}, and other .yml and .yaml files with Mender services.`,
    );
  } else if (
    !named &&
    reports.length > 0 &&
    reports.every(({ mender, findings }) => !mender && findings.length === 0)
  ) {
    const files = reports.map(({ file }) => display(file)).join(', ');
    notes.push(`No Mender service in ${files}, so there is nothing to check.`);
  }
  return { reports, problems, notes };
}

async function checkOne(
  { file, reason }: Candidate,
  service: MenderService,
  context: Context,
  problems: string[],
): Promise<FileReport | undefined> {
  const answer = await service.check(file, context.streams.signal, { fixes: true });
  if (answer === undefined) throw new Interrupted();
  if ('problem' in answer) {
    // A YAML file that only happened to lie there is not worth a complaint.
    if (reason !== 'yaml') problems.push(`${displayer(context)(file)} ${answer.problem}`);
    return undefined;
  }
  if (reason === 'yaml' && !answer.mender) return undefined;
  return { file, mender: answer.mender, findings: answer.findings };
}

/** How a path is shown: relative to the working directory inside it, else absolute. */
export function displayer({ host, streams }: Context): (path: string) => string {
  return (path) => {
    if (!host.paths.isAbsolute(path)) return path;
    const relative = host.paths.relative(streams.cwd, path);
    const outside =
      relative === '..' || relative.startsWith(`..${host.paths.sep}`) || host.paths.isAbsolute(relative);
    return outside ? path : relative || '.';
  };
}

/** The exit code that a check of these files gives. */
export function exitCode(findings: readonly Finding[], problems: readonly string[]): number {
  if (problems.length > 0) return EXIT.trouble;
  return findings.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.clean;
}

/** Each finding once: two files of one stack may report the same. Sorted by place, as the service has them. */
export function allFindings(reports: readonly FileReport[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const { findings } of reports) {
    for (const finding of findings) {
      const { code, file, range, service, target } = finding;
      seen.set(JSON.stringify([code, file, range, service, target]), finding);
    }
  }
  return [...seen.values()];
}

/** Severities, worst first. */
export const SEVERITY_ORDER: readonly Severity[] = ['error', 'warning', 'information', 'hint'];
