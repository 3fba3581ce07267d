import type { MenderService } from '../../language-service/api/index';
import { isEmpty } from '../apply/print-plan';
import {
  allFindings,
  exactDisplayer,
  exitCode,
  filesToFix,
  type Gathered,
  gather,
} from '../check/check-files';
import { filesOf, stacksOf } from '../check/stacks';
import { type Context, EXIT, UsageError } from '../core/context';
import { styleFor } from '../core/style';
import { FORMATS } from '../formats';
import { isCompose } from '../formats/excerpt';
import type { Remedies, Report } from '../formats/format';
import { CHECK_OPTIONS } from '../options/options';
import { choice, type Parsed, parseArguments } from '../options/parse';
import { readSettings } from '../options/settings';

/** `mender-compose check`: says what is wrong and writes nothing. */
export async function check(args: readonly string[], context: Context): Promise<number> {
  const { engine, host, streams } = context;
  const parsed = parseArguments(args, 'check', CHECK_OPTIONS);
  const format = FORMATS[choice(parsed, 'format', ['text', 'json'], 'text')];
  const rules = engine.listRules();
  if (parsed.switches.has('list-rules')) {
    if (parsed.paths.length > 0) throw new UsageError('--list-rules takes no path.');
    streams.stdout.write(format.rules(rules));
    return EXIT.clean;
  }
  const service = engine.createService(host);
  const settings = readSettings(parsed, context);
  service.configure(settings);
  const gathered = await gather({ paths: parsed.paths, stack: settings.stacks?.[0] }, service, context);
  sayNotes(gathered, parsed, context);
  const findings = allFindings(gathered.reports);
  const says = findings.length > 0 || gathered.reports.some(({ mender }) => mender);
  if (says || isJson(parsed)) {
    streams.stdout.write(format.findings(await makeReport(gathered, parsed, service, context)));
  }
  return exitCode(findings, gathered.problems);
}

/** Writes what could not be read and what is good to know to standard error. */
export function sayNotes({ notes, problems }: Gathered, parsed: Parsed, { streams }: Context): void {
  for (const problem of problems) streams.stderr.write(`mender-compose: ${problem}\n`);
  if (parsed.switches.has('quiet')) return;
  for (const note of notes) streams.stderr.write(`${note}\n`);
}

/** What `fix` would do about the findings. */
async function remedies(gathered: Gathered, service: MenderService): Promise<Remedies> {
  let edits = false;
  const creates = new Set<string>();
  for (const file of filesToFix(gathered.reports)) {
    const sure = await service.planAll(file, { generate: false });
    edits ||= !isEmpty(sure);
    const all = await service.planAll(file, { generate: true });
    for (const { path } of all.create) creates.add(path);
  }
  return { edits, creates: creates.size };
}

/** What the formatters need. With `--quiet` only what is wrong at error level. */
export async function makeReport(
  gathered: Gathered,
  parsed: Parsed,
  service: MenderService,
  context: Context,
): Promise<Report> {
  const quiet = parsed.switches.has('quiet');
  const findings = allFindings(gathered.reports).filter(({ severity }) => !quiet || severity === 'error');
  const texts = new Map<string, string>();
  const loaded = new Set(filesOf(gathered.reports));
  for (const file of new Set(findings.map((finding) => finding.file))) {
    if (!loaded.has(file)) continue;
    const bytes = await context.host.files.read(file, LARGEST);
    const text = bytes.ok ? decode(bytes.value) : undefined;
    if (text !== undefined && isCompose(text)) texts.set(file, text);
  }
  return {
    findings,
    files: filesOf(gathered.reports).length,
    stacks: stacksOf(gathered.reports),
    texts,
    display: exactDisplayer(context),
    style: styleFor(context.streams.stdout, context.host, colourOption(parsed)),
    quiet,
    remedies: quiet || isJson(parsed) ? undefined : await remedies(gathered, service),
    paths: sameFilesAgain(parsed),
  };
}

function isJson({ values }: Parsed): boolean {
  return values.get('format')?.[0] === 'json';
}

/** Text with its byte order mark, which positions count; undefined for what is no text, and so can't be shown. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes of a file that excerpts are taken from; no compose file comes near. */
const LARGEST = 16 * 1024 * 1024;

/** What `--color` or `--no-color` asks for. */
export function colourOption({ switches }: Parsed): 'color' | 'no-color' | undefined {
  if (switches.has('no-color')) return 'no-color';
  return switches.has('color') ? 'color' : undefined;
}

/** The part of the command line that says what is looked at. */
function sameFilesAgain({ paths, values }: Parsed): string {
  const options = ['file', 'project-directory', 'env-file', 'release'].flatMap((name) =>
    (values.get(name) ?? []).map((value) => `${name === 'file' ? '-f' : `--${name}`} ${quotePath(value)}`),
  );
  return [...options, ...paths.map(quotePath)].join(' ');
}

/** A path as it can be pasted into a shell. */
function quotePath(path: string): string {
  return /^[\w./:@%+=,\\-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
