/**
 * Compares a service that lives through many edits with a new one on the same texts: findings with their fixes, hovers,
 * plans; and a file that is read in blocks with the same text read as a whole.
 */

import {
  type ParsedFile,
  type ParseState,
  parseFile,
  parseWhole,
} from '../../server/src/compose/document/document';
import type { Tree } from '../../server/src/compose/node/node';
import type { Lookup } from '../../server/src/compose/syntax/interpolation';
import type { LanguageService, Position } from '../../server/src/language-service/api/index';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { type MemoryHost, memoryHost } from '../platform/memory-host';
import { type Random, randomEdit, randomOf } from './random-edits';

/** Files of a project by their paths below its root. */
export interface Project {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** Those that are edited. */
  readonly edited: readonly string[];
}

export interface Outcome {
  readonly edits: number;
  /** Comparisons of answers that were made. */
  readonly compared: number;
  readonly differences: readonly string[];
}

const ROOT = '/p';
const at = (file: string) => `${ROOT}/${file}`;

/** As `compareAnswers`, of what is read of the edited file alone, which takes a hundredth of the time. */
export function compareReadings(
  projects: readonly Project[],
  { edits, seed }: { readonly edits: number; readonly seed: number },
): Outcome {
  const random = randomOf(seed);
  let done = 0;
  while (done < edits) {
    const project = random.of(projects);
    let text = project.files[project.edited[0] as string] ?? '';
    let state: ParseState | undefined;
    const earlier: string[] = [];
    for (let i = 0; i < 40 && done < edits; i++) {
      done++;
      const next =
        earlier.length > 0 && random.chance(35) ? (earlier.pop() as string) : randomEdit(text, random);
      if (next !== text) earlier.push(text);
      const before = text;
      text = next;
      state = parseFile(text, state);
      const difference = differenceOfReadings(state.parsed, parseWhole(text), text);
      if (difference === undefined) continue;
      const texts = JSON.stringify([before, text], null, 1);
      const where = `seed ${seed}, edit ${done}, ${project.title}`;
      return { edits: done, compared: done, differences: [`${where}\n${difference}\n${texts}`] };
    }
  }
  return { edits: done, compared: done, differences: [] };
}

interface Question {
  readonly what: string;
  ask(service: LanguageService): Promise<unknown>;
}

/** Makes `edits` random edits over `projects`, with answers compared after each. Stops at the first difference. */
export async function compareAnswers(
  projects: readonly Project[],
  { edits, seed }: { readonly edits: number; readonly seed: number },
): Promise<Outcome> {
  const random = randomOf(seed);
  let done = 0;
  let compared = 0;
  while (done < edits) {
    const session = openSession(random.of(projects));
    const length = Math.min(edits - done, 10 + random.number(50));
    for (let i = 0; i < length; i++) {
      done++;
      const file = random.chance(85)
        ? (session.project.edited[0] as string)
        : random.of(session.project.edited);
      const before = new Map(session.texts);
      session.change(file, nextText(session, file, random));
      const asked = questions(session, file, random);
      compared += asked.length + 1;
      const difference = (await differenceOf(session, asked)) ?? session.readingDifference(file);
      if (difference === undefined) continue;
      const story = await shrunk(session.project, before, session.texts, asked);
      const where = `seed ${seed}, edit ${done}, ${session.project.title}, ${file}`;
      return { edits: done, compared, differences: [`${where}\n${difference}\n${story}`] };
    }
  }
  return { edits: done, compared, differences: [] };
}

function nextText(session: Session, file: string, random: Random): string {
  const text = session.texts.get(file) ?? '';
  const earlier = session.history.get(file) ?? [];
  // Undone often: a file that is broken for good compares nothing but its first error.
  if (earlier.length > 0 && random.chance(35)) return earlier.pop() as string;
  let next = randomEdit(text, random);
  for (let more = random.number(100); more > 85; more -= 5) next = randomEdit(next, random);
  session.history.set(file, [...earlier, text].slice(-20));
  return next;
}

interface Session {
  readonly project: Project;
  readonly texts: Map<string, string>;
  readonly history: Map<string, string[]>;
  readonly service: LanguageService;
  readonly host: MemoryHost;
  change(file: string, text: string): void;
  /** What differs in the trees between reading in blocks and as a whole. */
  readingDifference(file: string): string | undefined;
}

function openSession(project: Project): Session {
  const texts = new Map(Object.entries(project.files));
  const host = hostOf(texts);
  const service = serviceOf(host, project, texts);
  const states = new Map<string, ParseState>();
  let version = 1;
  return {
    project,
    texts,
    history: new Map(),
    service,
    host,
    change(file, text) {
      texts.set(file, text);
      if (isDocument(file)) service.open(at(file), text, ++version);
      else {
        host.put(at(file), text);
        service.changed([at(file)]);
      }
      states.set(file, parseFile(text, states.get(file)));
    },
    readingDifference(file) {
      const state = states.get(file);
      const text = texts.get(file) ?? '';
      return state && differenceOfReadings(state.parsed, parseWhole(text), text);
    },
  };
}

function isDocument(file: string): boolean {
  return /\.ya?ml$/.test(file);
}

function hostOf(texts: ReadonlyMap<string, string>): MemoryHost {
  return memoryHost({ files: Object.fromEntries([...texts].map(([file, text]) => [at(file), text])) });
}

function serviceOf(
  host: MemoryHost,
  { edited }: Project,
  texts: ReadonlyMap<string, string>,
): LanguageService {
  const service = createLanguageService(host);
  service.configure({ rules: {}, trusted: true, folders: [ROOT] });
  for (const file of edited) if (isDocument(file)) service.open(at(file), texts.get(file) ?? '', 1);
  return service;
}

function questions({ texts, project }: Session, file: string, random: Random): Question[] {
  const asked = isDocument(file) ? file : (project.edited[0] as string);
  const text = texts.get(asked) ?? '';
  const fixes = random.chance(25);
  const result: Question[] = [
    { what: `check ${asked}`, ask: (service) => service.check(at(asked), undefined, { fixes }) },
  ];
  const lines = text.split(/\r\n|\r|\n/);
  const mounts = lines.flatMap((line, index) => (line.includes(':/') ? [index] : []));
  for (let i = 0; i < 2; i++) {
    const line = random.chance(70) ? (random.of(mounts) ?? 0) : random.number(lines.length + 1);
    const position: Position = { line, character: random.number((lines[line]?.length ?? 0) + 1) };
    result.push({
      what: `hover ${asked} ${position.line}:${position.character}`,
      ask: (service) => service.describe(at(asked), position),
    });
  }
  if (random.chance(10)) {
    const generate = random.chance(50);
    result.push({
      what: `plan ${asked} ${generate ? 'with' : 'without'} keys`,
      ask: (service) => service.planAll(at(asked), { generate }),
    });
  }
  const other = random.of(project.edited);
  if (random.chance(20) && isDocument(other))
    result.push({ what: `check ${other}`, ask: (service) => service.check(at(other)) });
  return result;
}

async function differenceOf(session: Session, asked: readonly Question[]): Promise<string | undefined> {
  const fresh = serviceOf(hostOf(session.texts), session.project, session.texts);
  for (const { what, ask } of asked) {
    const [ours, theirs] = [shown(await ask(session.service)), shown(await ask(fresh))];
    if (ours !== theirs) return `${what}\n${parted(ours, theirs)}`;
  }
  return undefined;
}

function shown(answer: unknown): string {
  return JSON.stringify(answer, (_key, value) => (value instanceof Map ? [...value] : value)) ?? 'undefined';
}

/** The edit alone, on as few lines as show the difference; or where that doesn't show it, the texts as they are. */
async function shrunk(
  project: Project,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  asked: readonly Question[],
): Promise<string> {
  const changed = [...after.keys()].filter((file) => before.get(file) !== after.get(file));
  const [file] = changed;
  if (file === undefined) return 'The text did not change.';
  const differs = async (from: string, to: string) => {
    const session = openSession({ ...project, files: { ...Object.fromEntries(before), [file]: from } });
    for (const { ask } of asked) await ask(session.service);
    session.change(file, from);
    session.change(file, to);
    return ((await differenceOf(session, asked)) ?? session.readingDifference(file)) !== undefined;
  };
  let [from, to] = [before.get(file) ?? '', after.get(file) ?? ''];
  if (!(await differs(from, to))) return `The edit alone does not show it. Now:\n${to}`;
  for (let size = 32; size >= 1; size >>= 1) {
    for (let line = 0; line < from.split('\n').length; ) {
      const [a, b] = [without(from, line, size), without(to, line, size)];
      const [c, d] = [from, withoutFromEnd(to, from, line, size)];
      if (a !== from && b !== to && (await differs(a, b))) [from, to] = [a, b];
      else if (a !== c && d !== to && (await differs(a, d))) [from, to] = [a, d];
      else line++;
    }
  }
  return `before: ${JSON.stringify(from)}\nafter:  ${JSON.stringify(to)}`;
}

function without(text: string, line: number, count: number): string {
  const lines = text.split('\n');
  lines.splice(line, count);
  return lines.join('\n');
}

/** The same lines counted from the end, as they stand behind the edit. */
function withoutFromEnd(text: string, other: string, line: number, count: number): string {
  const by = text.split('\n').length - other.split('\n').length;
  return line + by < 0 ? text : without(text, line + by, count);
}

const lookup: Lookup = (name) => (name === 'VAR' ? 'value' : undefined);

function differenceOfReadings(blocks: ParsedFile, whole: ParsedFile, text: string): string | undefined {
  const [ours, theirs] = [readingOf(blocks, text), readingOf(whole, text)];
  if (ours === theirs) return undefined;
  return `reading in blocks\n${parted(ours, theirs)}`;
}

/** Where two answers part. */
function parted(ours: string, theirs: string): string {
  let at = 0;
  while (ours[at] === theirs[at]) at++;
  const part = (answer: string) => answer.slice(Math.max(0, at - 200), at + 200);
  return `  got:  …${part(ours)}\n  anew: …${part(theirs)}`;
}

function readingOf(parsed: ParsedFile, text: string): string {
  const { syntaxErrors, problems, duplicateKeys, declarations, lines } = parsed;
  const { services, whole, needs, includes, extended } = declarations;
  const places = [0, 1, text.length >> 1, text.length - 1, text.length, text.length + 5];
  const reading = [
    syntaxErrors,
    problems,
    duplicateKeys,
    [[...services], [...whole], [...needs], includes, extended],
    lines.lineCount,
    places.map((place) => lines.positionAt(place)),
    [-1, 0, 1, lines.lineCount >> 1, lines.lineCount - 1, lines.lineCount].map((line) => [
      lines.lineStart(line),
      lines.lineEnd(line),
      lines.offsetAt(line, 3),
    ]),
    parsed
      .trees('/p/a.yml', '/p', lookup)
      .map(({ root, resets, errors }) => [treeShown(root), resets, errors]),
  ];
  return JSON.stringify(reading, (_key, value) =>
    typeof value === 'object' && value !== null && 'block' in value ? parsed.locate(value) : value,
  );
}

/** Aliases can make a tree far larger than its file: what is deeper than compose files are isn't shown. */
const MAX_DEPTH = 9;

function treeShown(tree: Tree, depth = 0): unknown {
  if (depth > MAX_DEPTH) return tree.kind;
  const { kind, span, directory } = tree;
  const place = [kind, span, directory];
  switch (tree.kind) {
    case 'map':
      return [
        place,
        tree.isPartial,
        [...tree.entries].map(([key, each]) => [key, each.key, treeShown(each.value, depth + 1)]),
      ];
    case 'list':
      return [place, tree.items.map((item) => treeShown(item, depth + 1))];
    case 'scalar': {
      const { value, raw, unresolved, errors } = tree.text;
      const parts = [tree.text.text(0, value.length), tree.text.spanOf(1, 2), tree.text.rawOf(0, 2)];
      return [place, tree.type, value, raw, unresolved, errors, parts];
    }
    case 'pair':
      return [place, tree.name, tree.entry.key, treeShown(tree.entry.value, depth + 1)];
    case 'null':
      return place;
  }
}
