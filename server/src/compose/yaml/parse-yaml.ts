/** YAML text to a tree with offsets: aliases and merge keys resolved on the way, syntax errors reported and survived. */
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
import { isNestedTooDeeply } from './nesting-limit';

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
  /** Where it came from another text by that, the mapping that the merge key names there. */
  readonly outer: YAMLMap | undefined;
}

/** Nodes of other texts that aliases name, by the names of their anchors. */
export type OuterAnchors = (name: string) => Node | undefined;

export interface YamlFile {
  readonly text: string;
  /** Offsets of syntax errors: around them the tree is the parser's guess. A key written twice is none. */
  readonly syntaxErrors: readonly number[];
  /** The roots of the file's documents, aliases followed. */
  readonly roots: readonly Node[];
  readonly problems: readonly YamlProblem[];
  /** Where keys stand that are in their mapping already. */
  readonly duplicateKeys: readonly number[];
  /** The last node of each anchor. */
  readonly anchors: ReadonlyMap<string, Node>;
  /** What aliases name in other texts, with the names of the anchors. */
  readonly outer: ReadonlyMap<Node, string>;
  /** Names of anchors that aliases look for in other texts, whether these have them or not. */
  readonly wanted: ReadonlySet<string>;
  /** Follows aliases, into other texts as well; undefined for what has no anchor, or for a circle. */
  resolve(node: unknown): Node | undefined;
  /** A mapping's entries, merge keys applied: the mapping's own keys win, then the earlier merge. */
  entries(map: YAMLMap): readonly Entry[];
}

const TOO_DEEP = 'The file is nested too deeply.';

/** Duplicate keys that are reported of one file. */
const MAX_REPORTED = 20;
/** Merge keys and aliases nest at most this deep; circles end here. */
const MAX_DEPTH = 50;
/** Entries that one mapping can gain through merge keys; more is an attack. */
const MAX_MERGED = 10_000;

/**
 * Parses `text`. Never throws. Only the first syntax error of a document is reported: the others follow from it. An alias
 * without an anchor before it is looked for in `outer`.
 */
export function parseYaml(text: string, outer: OuterAnchors = () => undefined): YamlFile {
  const problems: YamlProblem[] = [];
  const syntaxErrors: number[] = [];
  const duplicateKeys: number[] = [];
  let documents: Document.Parsed[] = [];
  const refuse = (message: string) => {
    syntaxErrors.push(0);
    problems.push({ message, start: 0, end: Math.min(1, text.length) });
  };
  if (isNestedTooDeeply(text)) refuse(TOO_DEEP);
  else {
    try {
      const parsed = parseAllDocuments(text, {
        prettyErrors: false,
        logLevel: 'silent',
        // The library compares each key with all before it: `duplicateKeysIn` finds the same in one pass.
        uniqueKeys: false,
        keepSourceTokens: false,
      });
      documents = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : [];
    } catch (error) {
      refuse(error instanceof RangeError ? TOO_DEEP : 'Not valid YAML.');
    }
  }
  const links = createLinks(outer);
  for (const document of documents) {
    const again = duplicateKeysIn(document.contents).map((start) => ({
      code: 'DUPLICATE_KEY' as const,
      message: 'Map keys must be unique',
      pos: [start, start + 1] as [number, number],
    }));
    const errors = [...document.errors, ...again].sort((a, b) => a.pos[0] - b.pos[0]);
    const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
    // What follows a syntax error follows from it.
    const reported = first ? errors.slice(0, errors.indexOf(first) + 1) : errors.slice(0, MAX_REPORTED);
    for (const { code, message, pos } of reported) problems.push(readableError(code, message, pos, text));
    if (first) syntaxErrors.push(Math.min(first.pos[0], text.length));
    for (const { pos } of again) duplicateKeys.push(pos[0]);
    try {
      const problem = /[&*]/.test(text) ? linkAliases(document, links) : undefined;
      if (problem && !first) {
        problems.push(problem);
        syntaxErrors.push(problem.start);
      }
    } catch {
      refuse(TOO_DEEP);
    }
  }
  const roots = documents.flatMap((document) => resolve(document.contents) ?? []);
  const { anchors, named, wanted } = links;
  return {
    text,
    syntaxErrors,
    duplicateKeys,
    roots,
    problems,
    anchors,
    outer: named,
    wanted,
    resolve,
    entries: (map) => collectEntries(map, named),
  };
}

/** Where keys stand that their mapping has already, by value; offsets. */
function duplicateKeysIn(node: unknown, found: number[] = []): readonly number[] {
  if (isSeq(node)) for (const item of node.items) duplicateKeysIn(item, found);
  else if (isPair(node)) {
    duplicateKeysIn(node.key, found);
    duplicateKeysIn(node.value, found);
  } else if (isMap(node)) {
    const seen = new Set<unknown>();
    for (const pair of node.items) {
      const { key } = pair;
      if (isScalar(key)) {
        if (seen.has(key.value)) found.push(key.range?.[0] ?? 0);
        seen.add(key.value);
      }
      duplicateKeysIn(pair, found);
    }
  }
  return found;
}

/** What each alias names; an alias is part of one text only. None is here that names nothing, or its surroundings. */
const targets = new WeakMap<Alias, Node>();

function resolve(node: unknown): Node | undefined {
  let current = node;
  for (let depth = 0; depth < MAX_DEPTH && isAlias(current); depth++) current = targets.get(current);
  return isScalar(current) || isMap(current) || isSeq(current) ? current : undefined;
}

interface Links {
  readonly anchors: Map<string, Node>;
  readonly outer: OuterAnchors;
  /** As `YamlFile.outer` and `YamlFile.wanted`. */
  readonly named: Map<Node, string>;
  readonly wanted: Set<string>;
}

function createLinks(outer: OuterAnchors): Links {
  return { anchors: new Map(), outer, named: new Map(), wanted: new Set() };
}

/**
 * Finds what the aliases of a document name: the nearest anchor before each. The first one that names nothing, or its
 * own surroundings, is a problem.
 */
function linkAliases(document: Document.Parsed, links: Links): YamlProblem | undefined {
  let problem: YamlProblem | undefined;
  visit(document, {
    Node(_key, node, path) {
      if (isAlias(node)) {
        const found = linkAlias(node, isMergedBy(path), links);
        problem ??= found;
      } else if ('anchor' in node && node.anchor) links.anchors.set(node.anchor, node as Node);
    },
  });
  return problem;
}

function linkAlias(alias: Alias, isMerged: boolean, links: Links): YamlProblem | undefined {
  const [start, end] = alias.range ?? [0, 0];
  const { source: name } = alias;
  const own = links.anchors.get(name);
  if (own && isInside(alias, own)) return { message: 'This alias is inside of its own anchor.', start, end };
  if (!own) links.wanted.add(name);
  const found = own ?? links.outer(name);
  if (!found || (!own && isMerged && !isMap(found)))
    return {
      message: 'Unknown alias: no anchor of that name before it.',
      start,
      end,
    };
  targets.set(alias, found);
  if (!own) links.named.set(found, name);
  return undefined;
}

/** True where an alias with this path from the root to it is what a merge key merges, or part of that. */
function isMergedBy(path: readonly unknown[]): boolean {
  const around = path.at(-1);
  const pair = isSeq(around) ? path.at(-2) : around;
  return isPair(pair) && isScalar(pair.key) && pair.key.value === '<<';
}

function isInside({ range }: Alias, { range: outer }: Node): boolean {
  return !!range && !!outer && outer[0] <= range[0] && range[1] <= outer[1];
}

function collectEntries(map: YAMLMap, outerNodes: ReadonlyMap<Node, string>): readonly Entry[] {
  const result = new Map<string, Entry>();
  let merges = 0;
  // A mapping that was walked before has nothing new to give: circles and repetitions end here.
  const walked = new Set<YAMLMap>();
  const walk = (from: YAMLMap, merged: boolean, outer: YAMLMap | undefined, depth: number) => {
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
      result.set(key, { key, keyNode, value: empty ? undefined : value, written, merged, outer });
    }
    if (depth >= MAX_DEPTH) return;
    for (const next of later) walk(next, true, outer ?? (outerNodes.has(next) ? next : undefined), depth + 1);
  };
  walk(map, false, undefined, 0);
  return [...result.values()];
}

/**
 * The parser's words for the mistakes people make most, so that they know what to do. After a colon the parser
 * quotes the text, which may be that of any file that a compose file names: that is left out.
 */
function readableError(
  code: string,
  words: string,
  pos: readonly [number, number],
  text: string,
): YamlProblem {
  const message = words.split(':', 1)[0] ?? words;
  const start = Math.min(pos[0], text.length);
  const end = Math.min(Math.max(pos[1], start + 1), Math.max(text.length, start));
  const own: Readonly<Record<string, string>> = {
    TAB_AS_INDENT: 'Tab in the indentation: YAML allows only spaces.',
    DUPLICATE_KEY: 'Duplicate key: Compose refuses it.',
    MISSING_CHAR: `Incomplete: ${message}`,
    BAD_INDENT: message.startsWith('Flow')
      ? 'Closing bracket missing, or not indented enough.'
      : 'Wrong indentation: this line differs from its neighbours.',
  };
  const sentence = own[code] ?? `Not valid YAML: ${message}`;
  return { message: /[.!?]$/.test(sentence) ? sentence : `${sentence}.`, start, end };
}
