/** What a check reports, as the formats need it. */
import type { LanguageService, Plan } from '../../language-service/api/index';
import { allFindings, exactDisplayer, filesToFix, type Gathered } from '../check/check-files';
import { filesOf, stacksOf } from '../check/stacks';
import type { Context } from '../core/context';
import { styleFor } from '../core/style';
import type { Parsed } from '../options/parse';
import { colourOption } from '../options/settings';
import { isCompose } from './excerpt';
import type { Remedies, Report } from './format';

/** Writes what could not be read and what is good to know to standard error. */
export function printNotes({ notes, problems }: Gathered, parsed: Parsed, { streams }: Context): void {
  for (const problem of problems) streams.stderr.write(`mender-compose: ${problem}\n`);
  if (parsed.switches.has('quiet')) return;
  for (const note of notes) streams.stderr.write(`${note}\n`);
}

/** What `fix` would do about the findings. */
async function remedies(gathered: Gathered, service: LanguageService): Promise<Remedies> {
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

/**
 * What the formats need. With `--quiet` only what is wrong at error level; what `fix` would do only `withRemedies`, as it
 * is planned for that.
 */
export async function makeReport(
  gathered: Gathered,
  parsed: Parsed,
  service: LanguageService,
  context: Context,
  withRemedies: boolean,
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
    remedies: withRemedies && !quiet ? await remedies(gathered, service) : undefined,
    paths: sameFilesAgain(parsed),
  };
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

/** True when carrying the plan out would change nothing. */
export function isEmpty({ create, edits, modes }: Plan): boolean {
  return create.length === 0 && modes.length === 0 && edits.every((file) => file.edits.length === 0);
}

/** The part of the command line that names what is checked. */
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
