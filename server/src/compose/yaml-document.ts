/** YAML text to a tree with offsets: aliases and merge keys resolved on the way, damage told and survived. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { isNestedTooDeeply } from './nesting';

export type { Scalar, YAMLMap, YAMLSeq };

export interface YamlProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** One key and its value, as the reader of a mapping sees it. */
export interface Entry {
  readonly key: string;
  readonly keyNode: Scalar;
  /** The value with aliases followed; undefined for an empty value. */
  readonly value: Node | undefined;
  /** The value as written: an alias stays one. */
  readonly written: Node | undefined;
  /** True when it came through a merge key (`<<`). */
  readonly merged: boolean;
}

export interface YamlFile {
  readonly text: string;
  /** Offsets of syntax errors: around them the tree is the parser's guess. A key written twice is none. */
  readonly damage: readonly number[];
  /** The roots of the file's documents, aliases followed. */
  readonly roots: readonly Node[];
  readonly problems: readonly YamlProblem[];
  /** Where keys stand that are in their mapping already. */
  readonly twice: readonly number[];
  /** Follows aliases; undefined for what has no anchor, or for a circle. */
  resolve(node: unknown): Node | undefined;
  /** A mapping's entries, merge keys applied: the mapping's own keys win, then the earlier merge. */
  entries(map: YAMLMap): readonly Entry[];
}

const TOO_DEEP = 'The file is nested too deeply to be read.';

/** Keys written twice that are told of one file. */
const MAX_TOLD = 20;
/** Merge keys and aliases nest at most this deep; circles end here. */
const MAX_DEPTH = 50;
/** Entries that one mapping can gain through merge keys; more is an attack. */
const MAX_MERGED = 10_000;

/** Parses `text`. Never throws. Only the first syntax error of a document is told: the others follow from it. */
export function parseYaml(text: string): YamlFile {
  const problems: YamlProblem[] = [];
  const damage: number[] = [];
  const twice: number[] = [];
  let documents: Document.Parsed[] = [];
  const refuse = (message: string) => {
    damage.push(0);
    problems.push({ message, start: 0, end: Math.min(1, text.length) });
  };
  if (isNestedTooDeeply(text)) refuse(TOO_DEEP);
  else {
    try {
      const parsed = parseAllDocuments(text, {
        prettyErrors: false,
        logLevel: 'silent',
        uniqueKeys: true,
        keepSourceTokens: false,
      });
      documents = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : [];
    } catch (error) {
      refuse(error instanceof RangeError ? TOO_DEEP : 'The file is not YAML.');
    }
  }
  const anchors: Anchors = new Map();
  for (const document of documents) {
    const errors = [...document.errors].sort((a, b) => a.pos[0] - b.pos[0]);
    const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
    // What follows a syntax error follows from it.
    const told = first ? errors.slice(0, errors.indexOf(first) + 1) : errors.slice(0, MAX_TOLD);
    for (const { code, message, pos } of told) problems.push(readableError(code, message, pos, text));
    if (first) damage.push(Math.min(first.pos[0], text.length));
    twice.push(...errors.filter(({ code }) => code === 'DUPLICATE_KEY').map(({ pos }) => pos[0]));
    try {
      const problem = /[&*]/.test(text) ? collectAnchors(document, anchors) : undefined;
      if (problem && !first) {
        problems.push(problem);
        damage.push(problem.start);
      }
    } catch {
      refuse(TOO_DEEP);
    }
  }
  const resolve = (node: unknown): Node | undefined => {
    let current = node;
    for (let depth = 0; depth < MAX_DEPTH && isAlias(current); depth++) {
      const named = target(current, anchors);
      // All circles go through an alias inside of what it names: others name what stands whole before them.
      current = named && isInside(current, named) ? undefined : named;
    }
    return isScalar(current) || isMap(current) || isSeq(current) ? current : undefined;
  };
  const roots = documents.flatMap((document) => resolve(document.contents) ?? []);
  return { text, damage, twice, roots, problems, resolve, entries: (map) => collectEntries(map, resolve) };
}

type Anchors = Map<string, { start: number; node: Node }[]>;

/** Gathers the anchors of a document; the first alias that names none, or its own surroundings, is a problem. */
function collectAnchors(document: Document.Parsed, anchors: Anchors): YamlProblem | undefined {
  let problem: YamlProblem | undefined;
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        problem ??= aliasProblem(node, anchors);
      } else if ('anchor' in node && node.anchor) {
        const list = anchors.get(node.anchor) ?? [];
        list.push({ start: node.range?.[0] ?? 0, node: node as Node });
        anchors.set(node.anchor, list);
      }
    },
  });
  return problem;
}

function aliasProblem(alias: Alias, anchors: Anchors): YamlProblem | undefined {
  const [start, end] = alias.range ?? [0, 0];
  const named = target(alias, anchors);
  if (named === undefined) {
    return {
      message: `The alias *${alias.source} names nothing: no anchor &${alias.source} stands before it.`,
      start,
      end,
    };
  }
  return isInside(alias, named)
    ? { message: `The alias *${alias.source} stands inside what it names.`, start, end }
    : undefined;
}

function isInside({ range }: Alias, { range: outer }: Node): boolean {
  return !!range && !!outer && outer[0] <= range[0] && range[1] <= outer[1];
}

/** The node that an alias names: the nearest anchor of that name before it. */
function target(alias: Alias, anchors: Anchors): Node | undefined {
  const at = alias.range?.[0] ?? 0;
  let found: Node | undefined;
  for (const { start, node } of anchors.get(alias.source) ?? []) if (start < at) found = node;
  return found;
}

function collectEntries(map: YAMLMap, resolve: (node: unknown) => Node | undefined): readonly Entry[] {
  const result = new Map<string, Entry>();
  let merges = 0;
  // A mapping that was walked before has nothing new to give: circles and repetitions end here.
  const walked = new Set<YAMLMap>();
  const walk = (from: YAMLMap, merged: boolean, depth: number) => {
    if (walked.has(from)) return;
    walked.add(from);
    const later: YAMLMap[] = [];
    for (const pair of from.items as Pair[]) {
      if (!isPair(pair)) continue;
      const keyNode = resolve(pair.key);
      if (!isScalar(keyNode)) continue;
      const key = String(keyNode.value ?? '');
      if (key === '<<' && keyNode.type === 'PLAIN') {
        const source = resolve(pair.value);
        for (const item of isSeq(source) ? source.items : [source]) {
          const mergedMap = resolve(item);
          if (isMap(mergedMap)) later.push(mergedMap);
        }
        continue;
      }
      if (result.has(key)) continue;
      if (merged && ++merges > MAX_MERGED) return;
      const written = (pair.value ?? undefined) as Node | undefined;
      const value = resolve(written);
      const empty = isScalar(value) && value.value === null;
      result.set(key, { key, keyNode, value: empty ? undefined : value, written, merged });
    }
    if (depth < MAX_DEPTH) for (const next of later) walk(next, true, depth + 1);
  };
  walk(map, false, 0);
  return [...result.values()];
}

/** The parser's words for the mistakes people make most, told so that they know what to do. */
function readableError(
  code: string,
  message: string,
  pos: readonly [number, number],
  text: string,
): YamlProblem {
  const start = Math.min(pos[0], text.length);
  const end = Math.min(Math.max(pos[1], start + 1), Math.max(text.length, start));
  const own: Readonly<Record<string, string>> = {
    TAB_AS_INDENT: 'YAML is indented with spaces; this line has a tab.',
    DUPLICATE_KEY: 'This key is in the mapping already; Compose refuses a key that is written twice.',
    MISSING_CHAR: `This is not finished: ${message}`,
    BAD_INDENT: message.startsWith('Flow')
      ? 'This list or mapping in brackets is not closed, or its end is not indented enough.'
      : 'This line is indented differently from its neighbours.',
  };
  const sentence = own[code] ?? `Not valid YAML: ${message}`;
  return { message: /[.!?]$/.test(sentence) ? sentence : `${sentence}.`, start, end };
}
