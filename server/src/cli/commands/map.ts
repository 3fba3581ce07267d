import type { StackMap } from '../../language-service/api/key-map';
import { exactDisplayer, type Gathered, gather } from '../check/check-files';
import { CommandError, type Context, EXIT, UsageError } from '../core/context';
import { isOneOf, readDrawing } from '../drawing/drawing-file';
import { mapJson } from '../drawing/map-json';
import { print } from '../formats/json';
import { COMMON, HELP, STACK } from '../options/options';
import { choice, type Parsed } from '../options/parse';
import { readSettings } from '../options/settings';
import { type Command, FILES_USAGE } from './command';

export const map: Command = {
  name: 'map',
  group: 'checking',
  usage: FILES_USAGE,
  summary: 'Draw which service uses which certificate and key.',
  details: `Draws each deployment: its services, the files that they mount, their status, which private keys are
shared, and how long certificates are valid. No key is shown.

Exit code: 0, or 2 for wrong usage, unreadable input or nothing to draw.`,
  options: [
    ...STACK,
    { name: 'format', value: 'svg|mermaid|json', help: 'What to draw. The default is svg.' },
    { name: 'theme', value: 'light|dark', help: 'The colours of svg. The default is light.' },
    { name: 'output', short: 'o', value: 'FILE', help: 'Write here. The default is standard output.' },
    { name: 'force', help: 'Replace the drawing that --output names. Other files are never replaced.' },
    ...COMMON.filter(({ name }) => name === 'release' || name === 'rule'),
    HELP,
  ],
  run: drawMap,
};

async function drawMap(parsed: Parsed, context: Context): Promise<number> {
  const { engine, host, streams } = context;
  const format = choice(parsed, 'format', ['svg', 'mermaid', 'json'], 'svg');
  const theme = choice(parsed, 'theme', ['light', 'dark'], 'light');
  const output = parsed.values.get('output')?.[0];
  if (parsed.switches.has('force') && output === undefined)
    throw new UsageError('Pass --force only with --output.');
  if (parsed.values.has('theme') && format !== 'svg')
    throw new UsageError('Pass --theme only with --format svg.');
  const service = engine.createLanguageService(host);
  const settings = readSettings(parsed, context);
  service.configure(settings);
  const gathered = await gather({ paths: parsed.paths, stack: settings.stacks?.[0] }, service, context);
  for (const problem of gathered.problems) streams.stderr.write(`mender-compose: ${problem}\n`);
  const maps = await mapsOf(gathered, (file) => service.map(file));
  if (maps.length === 0) return printNothing(gathered, context);
  const text =
    format === 'json' ? print(mapJson(maps, exactDisplayer(context))) : await draw(maps, format, theme);
  if (output === undefined) streams.stdout.write(text);
  else await write(text, output, parsed, maps, context);
  return gathered.problems.length > 0 ? EXIT.trouble : EXIT.clean;
}

async function draw(
  maps: readonly StackMap[],
  format: 'svg' | 'mermaid',
  theme: 'light' | 'dark',
): Promise<string> {
  const { drawMermaid, drawSvg, modelOf } = await import('../../key-map/index');
  const model = modelOf(maps);
  return format === 'svg' ? drawSvg(model, { theme }) : drawMermaid(model);
}

/** Each deployment once: every file of a stack leads to the whole. */
async function mapsOf(
  { reports }: Gathered,
  ask: (file: string) => Promise<readonly StackMap[]>,
): Promise<StackMap[]> {
  const found = new Map<string, StackMap>();
  for (const { file } of reports) {
    for (const each of await ask(file)) found.set(JSON.stringify([each.name, each.composeFiles]), each);
  }
  return [...found.values()];
}

function printNothing({ notes, problems }: Gathered, { streams }: Context): number {
  for (const note of notes) streams.stderr.write(`${note}\n`);
  if (notes.length + problems.length === 0)
    streams.stderr.write('No Mender service here, so nothing to draw.\n');
  return EXIT.trouble;
}

/**
 * Creates the file, or replaces a drawing of ours with `--force`, and nothing else.
 * @throws CommandError where it can't, or mustn't.
 */
async function write(
  text: string,
  output: string,
  parsed: Parsed,
  maps: readonly StackMap[],
  { host, streams }: Context,
): Promise<void> {
  const path = host.paths.resolve(streams.cwd, output);
  const kind = await host.writer.nameKind(path);
  if (kind === 'missing') {
    const answer = await host.writer.createFile(path, new TextEncoder().encode(text), 0o644);
    if (!answer.ok) throw new CommandError(answer.message);
    return;
  }
  if (kind !== 'file') throw new CommandError(`${output} already exists, and is not a regular file.`);
  if (!parsed.switches.has('force'))
    throw new CommandError(`${output} already exists. Pass --force to replace it.`);
  const inputs = maps.flatMap(({ composeFiles, files }) => [
    ...composeFiles,
    ...files.flatMap((file) => [file.path ?? [], file.leadsTo ?? []].flat()),
  ]);
  const before = await readDrawing(path, host);
  if (before === undefined || (await isOneOf(path, inputs, host)))
    throw new CommandError(`${output} is not replaced: it is not a drawing of mender-compose.`);
  const answer = await host.writer.rewrite(path, new TextEncoder().encode(text), before);
  if (!answer.ok) throw new CommandError(answer.message);
}
