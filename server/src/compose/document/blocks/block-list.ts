/** A file as a list of blocks, brought from one text to the next: what an edit didn't touch stays as it is. */

import { detached } from '../../syntax/line-index';
import { areBracketsTooDeep, bracketWalk } from '../../yaml/nesting-limit';
import type { YamlProblem } from '../../yaml/parse-yaml';
import { type Block, createBlock, fitsBehind } from './block';
import { type ScannedBlock, type ScanState, scanFrom, stateAfter } from './scan-blocks';
import { replaced } from './splice';

export interface BlockList {
  readonly text: string;
  /** In the order of the file, without gaps from the first one on. */
  readonly blocks: readonly Block[];
  /** Offset of each block. */
  readonly starts: readonly number[];
  /** A key of the file or of `services` stands there twice. */
  readonly hasDuplicateKeys: boolean;
  /** Those that are no YAML by themselves. */
  readonly unsound: readonly Block[];
  /** Brackets nest deeper than the parser may be asked to follow. */
  readonly isTooDeep: boolean;
  /** Words that were looked for, and that no block has. */
  readonly absent: Set<string>;
  /** The number of each block's first line, once somebody asked for it. */
  readonly lines: { firsts?: readonly number[] };
  /** The declarations of the blocks are those of the list that it was made from. */
  readonly before: BlockList | undefined;
}

/** The blocks of `text`, which is often nearly that of `before`; undefined for a file that can't be parsed in blocks. */
export function listBlocks(text: string, before: BlockList | undefined): BlockList | undefined {
  return (before && relist(text, before)) ?? listAnew(text, before);
}

/** True where the blocks, each parsed on its own, are what the whole file is. */
export function isSound({ blocks, hasDuplicateKeys, unsound, isTooDeep }: BlockList): boolean {
  return !hasDuplicateKeys && !isTooDeep && blocks.length > 0 && unsound.length === 0;
}

export interface BlockError {
  readonly at: number;
  readonly problems: readonly YamlProblem[];
}

/**
 * The mistake of a file that is sound but for one block, as the parser reports it for the whole file; undefined where it
 * reaches out of the block.
 */
export function loneSyntaxError(blockList: BlockList): BlockError | undefined {
  const { blocks, starts, hasDuplicateKeys, unsound, isTooDeep } = blockList;
  const [block, ...more] = unsound;
  if (!block || hasDuplicateKeys || isTooDeep || more.length > 0) return undefined;
  const [at, ...others] = block.syntaxErrors;
  const end = block.lead + block.text.length;
  const isInside = block.problems.every((problem) => problem.start >= block.lead && problem.end < end);
  if (at === undefined || others.length > 0 || at >= end || !isInside) return undefined;
  const by = (starts[blocks.indexOf(block)] ?? 0) - block.lead;
  const problems = block.problems.map((each) => ({ ...each, start: each.start + by, end: each.end + by }));
  return { at: at + by, problems };
}

function listAnew(text: string, before: BlockList | undefined): BlockList | undefined {
  const scanned = scanFrom(text, 0, { at: 'lead' });
  if (!scanned) return undefined;
  const blocks = blocksOf({ text, scanned, end: text.length, next: 'end', known: before?.blocks ?? [] });
  const starts = scanned.map(({ start }) => start);
  return {
    text,
    blocks,
    starts,
    hasDuplicateKeys: hasDuplicateKeys(blocks),
    unsound: blocks.filter(isUnsound),
    isTooDeep: isTooDeep(text, blocks, starts),
    absent: new Set(),
    lines: {},
    before: undefined,
  };
}

/** Looks at the lines around the edit alone; undefined where more than the blocks around it changed. */
function relist(text: string, before: BlockList): BlockList | undefined {
  const { blocks, starts } = before;
  const same = commonPrefix(before.text, text);
  const tail = commonSuffix(before.text, text, same);
  const by = text.length - before.text.length;
  const first = firstTouched(before, same);
  const from = first === 0 ? 0 : (starts[first] ?? 0);
  const state = stateBefore(blocks, first);
  let rest = blocks.length;
  const scanned = scanFrom(text, from, state, (found) => {
    const place = countUpTo(starts, found.start - by) - 1;
    const known = blocks[place];
    const isBehind =
      found.start >= text.length - tail && place >= first && starts[place] === found.start - by;
    if (!isBehind || !known || known.kind !== found.kind || found.kind === 'head') return false;
    if (known.key !== found.key || known.column !== found.column) return false;
    rest = place;
    return true;
  });
  if (!scanned) return undefined;
  const isMet = rest < blocks.length;
  const own = isMet ? scanned.slice(0, -1) : scanned;
  const end = isMet ? (starts[rest] ?? 0) + by : text.length;
  const next = blocks[rest]?.kind ?? 'end';
  const known = blocks.slice(first, rest);
  // Each text of a file would be kept for the block that its edit made.
  const fresh = blocksOf({
    text,
    scanned: own,
    end,
    next,
    known,
    earlier: { blocks, first },
    part: detached,
  });
  // What follows may name anchors of the blocks that changed.
  if (!sameAnchors(known, fresh)) return undefined;
  const all = replaced(blocks, first, rest, fresh);
  const allStarts = replaced(
    starts,
    first,
    rest,
    own.map(({ start }) => start),
  );
  if (by !== 0)
    for (let i = first + own.length; i < allStarts.length; i++) allStarts[i] = (allStarts[i] ?? 0) + by;
  const isKeyed = sameKeys(blocks, first, rest, fresh);
  return {
    text,
    blocks: all,
    starts: allStarts,
    hasDuplicateKeys: isKeyed ? before.hasDuplicateKeys : hasDuplicateKeys(all),
    unsound: before.unsound.length > 0 || fresh.some(isUnsound) ? all.filter(isUnsound) : before.unsound,
    isTooDeep: (before.isTooDeep || !nestsAlike(known, fresh)) && isTooDeep(text, all, allStarts),
    absent: new Set([...before.absent].filter((word) => !fresh.some((block) => block.mentions(word)))),
    lines: first > 0 && sameLines(known, fresh) ? before.lines : {},
    before: isKeyed && declareAlike(blocks, first, fresh) ? before : undefined,
  };
}

function isUnsound({ isSound }: Block): boolean {
  return !isSound;
}

function isAnchored({ anchors }: Block): boolean {
  return anchors.size > 0;
}

function sameLines(known: readonly Block[], fresh: readonly Block[]): boolean {
  return (
    known.length === fresh.length &&
    known.every(({ lineCount }, index) => lineCount === fresh[index]?.lineCount)
  );
}

/** True where what is open behind `fresh` is what was open behind `known`, and in them no more is open at once. */
function nestsAlike(known: readonly Block[], fresh: readonly Block[]): boolean {
  const isClosed = ({ brackets: { end, least } }: Block) => end === 0 && least === 0;
  const most = (blocks: readonly Block[]) => Math.max(0, ...blocks.map(({ brackets }) => brackets.most));
  return known.every(isClosed) && fresh.every(isClosed) && most(fresh) <= most(known);
}

function isTooDeep(text: string, blocks: readonly Block[], starts: readonly number[]): boolean {
  return areBracketsTooDeep(bracketWalk(text.slice(0, starts[0])), blocks);
}

/** The block before the one in which the texts begin to differ: what follows it may be another one now. */
function firstTouched({ blocks, starts }: BlockList, at: number): number {
  let first = Math.max(0, countUpTo(starts, at) - 2);
  // A list of services is looked at from its head on, unless another service stands before.
  while (first > 0 && blocks[first]?.kind === 'service' && blocks[first - 1]?.kind !== 'service') first--;
  return first;
}

/** How many of `numbers`, which are sorted, aren't above `value`. */
export function countUpTo(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How the line of a block was looked at. */
function stateBefore(blocks: readonly Block[], index: number): ScanState {
  const block = blocks[index];
  if (index === 0 || !block) return { at: 'lead' };
  return block.kind === 'service' ? stateAfter(block) : { at: 'top' };
}

interface Making {
  readonly text: string;
  readonly scanned: readonly ScannedBlock[];
  /** Where the last one ends, and what follows. */
  readonly end: number;
  readonly next: Block['next'];
  /** Pieces of an earlier text, which may be among them. */
  readonly known: readonly Block[];
  /** The blocks before them: the first of some. */
  readonly earlier?: { readonly blocks: readonly Block[]; readonly first: number };
  /** Makes the text of a block from the part of `text` that it is. */
  readonly part?: (text: string) => string;
}

function blocksOf({ text, scanned, end, next, known, earlier, part = asItIs }: Making): Block[] {
  const byText = new Map(known.map((block) => [block.text, block]));
  const table = new Map<string, Block>();
  // Where nothing is named, it need not be known what could be.
  const [first, last] = [scanned[0]?.start ?? 0, end];
  if (earlier && text.slice(first, last).includes('*'))
    for (const block of earlier.blocks.slice(0, earlier.first)) addAnchors(table, block);
  return scanned.map((each, index) => {
    const after = scanned[index + 1];
    const own = text.slice(each.start, after?.start ?? end);
    const follows = after?.kind ?? next;
    const block = byText.get(own);
    const isSame =
      block?.kind === each.kind &&
      block.key === each.key &&
      block.column === each.column &&
      block.next === follows &&
      fitsBehind(block, table);
    const made = isSame ? block : createBlock({ ...each, key: part(each.key) }, part(own), follows, table);
    addAnchors(table, made);
    return made;
  });
}

function asItIs(text: string): string {
  return text;
}

function addAnchors(table: Map<string, Block>, block: Block): void {
  for (const name of block.anchors.keys()) table.set(name, block);
}

/** Where the text that each block is parsed as would begin in the file. */
export function originsOf({ blocks, starts }: BlockList): ReadonlyMap<object, number> {
  const origins = new Map<object, number>();
  for (let index = 0; index < blocks.length; index++) {
    const block = blocks[index];
    if (block) origins.set(block, (starts[index] ?? 0) - block.lead);
  }
  return origins;
}

/** Whether the same blocks have anchors, in the same order. */
function sameAnchors(before: readonly Block[], now: readonly Block[]): boolean {
  const [first, second] = [before, now].map((blocks) => blocks.filter(isAnchored));
  return (
    first?.length === second?.length && first?.every((block, index) => block === second?.[index]) === true
  );
}

function hasDuplicateKeys(blocks: readonly Block[]): boolean {
  const top = new Set<string>();
  const services = new Set<string>();
  return blocks.some(({ kind, key }) => {
    const keys = kind === 'service' ? services : top;
    const { size } = keys;
    return keys.add(key).size === size;
  });
}

function sameKeys(old: readonly Block[], first: number, rest: number, fresh: readonly Block[]): boolean {
  return (
    rest - first === fresh.length &&
    fresh.every(({ kind, key }, index) => {
      const before = old[first + index];
      return before?.kind === kind && before.key === key;
    })
  );
}

function declareAlike(old: readonly Block[], first: number, fresh: readonly Block[]): boolean {
  return fresh.every((block, index) => {
    const before = old[first + index];
    return (
      block === before ||
      (block.isSound && before?.isSound && block.declarations.mark === before.declarations.mark)
    );
  });
}

/** Characters that two texts begin with alike. Halves are compared as wholes: the engine does that in no time. */
function commonPrefix(a: string, b: string): number {
  let low = 0;
  let high = Math.min(a.length, b.length);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (a.slice(low, middle) === b.slice(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Characters that they end with alike, behind the first `from`. */
function commonSuffix(a: string, b: string, from: number): number {
  let low = 0;
  let high = Math.min(a.length, b.length) - from;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const same = a.slice(a.length - middle, a.length - low) === b.slice(b.length - middle, b.length - low);
    if (same) low = middle;
    else high = middle - 1;
  }
  return low;
}
