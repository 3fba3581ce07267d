/**
 * The smallest text change that adds or corrects an entry of a compose file, written the way the file's author
 * writes. The file is never printed back through the YAML library, so nothing else moves.
 */
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import {
  copyItems,
  type Editing,
  endOfContent,
  flowCopy,
  insertIntoFlow,
  insertLines,
  lineBlock,
} from './edit-insert';
import {
  fileMountStyle,
  flowMount,
  makeReadOnly,
  mountLines,
  mountStyle,
  type NewMount,
  removeItem,
} from './edit-mounts';
import {
  columnOf,
  type FileStyle,
  fileStyle,
  mostCommon,
  pairOf,
  type Quote,
  quoteOf,
  quotesOf,
  scalarText,
} from './edit-style';
import { applyChanges, type LineIndex, lineEndOf, lineIndex, type TextChange } from './text';
import { parseYaml, type YamlFile } from './yaml-document';

export type { NewMount };

export type EditOperation =
  | { readonly op: 'add-mount'; readonly service: string; readonly mount: NewMount }
  | {
      readonly op: 'set-environment';
      readonly service: string;
      readonly name: string;
      readonly value: string;
    }
  /** Replaces part of a scalar; offsets into the text. */
  | { readonly op: 'replace'; readonly start: number; readonly end: number; readonly text: string }
  /** Adds a line at the end, for `.env` files. */
  | { readonly op: 'append-line'; readonly text: string }
  /** Makes the volume entry at these offsets read-only. */
  | { readonly op: 'make-read-only'; readonly start: number; readonly end: number }
  /** Takes the volume entry at these offsets out of its list. */
  | { readonly op: 'remove-mount'; readonly service: string; readonly start: number; readonly end: number };

/**
 * The changes that carry out all operations at once, not overlapping. What no longer applies is left out, and so is
 * what would make a text that is YAML none.
 */
export function editCompose(text: string, operations: readonly EditOperation[]): TextChange[] {
  const yaml = parseYaml(text);
  const all = changesOf(yaml, operations);
  const isEnvironment = operations.every(({ op }) => op === 'append-line');
  const breaks = (changes: readonly TextChange[]) => {
    const after = parseYaml(applyChanges(text, changes));
    return after.damage.length > 0 || after.twice.length > yaml.twice.length;
  };
  if (isEnvironment || yaml.damage.length > 0 || !breaks(all)) return all;
  const sound: EditOperation[] = [];
  for (const operation of operations)
    if (!breaks(changesOf(yaml, [...sound, operation]))) sound.push(operation);
  return changesOf(yaml, sound);
}

function changesOf(yaml: YamlFile, operations: readonly EditOperation[]): TextChange[] {
  const { text } = yaml;
  const lines = lineIndex(text);
  const root = yaml.roots[0];
  const pair = isMap(root) ? pairOf(root, 'services') : undefined;
  const services = isMap(pair?.value) ? pair.value : undefined;
  const keyRange = (pair?.key as Node | undefined)?.range;
  const editing: Editing = {
    text,
    lines,
    eol: lineEndOf(text),
    yaml,
    services,
    style: fileStyle(services, keyRange ? columnOf(keyRange[0], lines) : 0, lines),
  };
  const changes: TextChange[] = [];
  const byService = new Map<string, ServiceChanges>();
  const forService = (name: string) => {
    const known = byService.get(name) ?? { mounts: [], environment: [], removed: [] };
    byService.set(name, known);
    return known;
  };
  for (const operation of operations) {
    if (operation.op === 'replace')
      changes.push({ start: operation.start, end: operation.end, newText: operation.text });
    else if (operation.op === 'append-line') changes.push(appendLine(operation.text, editing));
    else if (operation.op === 'make-read-only') changes.push(...makeReadOnly(operation, editing));
    else if (operation.op === 'add-mount') forService(operation.service).mounts.push(operation.mount);
    else if (operation.op === 'set-environment') forService(operation.service).environment.push(operation);
    else forService(operation.service).removed.push(operation);
  }
  for (const [name, wanted] of byService) changes.push(...editService(name, wanted, editing));
  return mergeInsertions(changes);
}

function appendLine(line: string, { text, eol }: Editing): TextChange {
  const lead = text === '' || /[\r\n]$/.test(text) ? '' : eol;
  return { start: text.length, end: text.length, newText: `${lead}${line}${eol}` };
}

interface ServiceChanges {
  readonly mounts: NewMount[];
  readonly environment: { readonly name: string; readonly value: string }[];
  readonly removed: { readonly start: number; readonly end: number }[];
}

/** Insertions at one place become one, in order, so that no client can shuffle them. */
function mergeInsertions(changes: readonly TextChange[]): TextChange[] {
  const result: TextChange[] = [];
  for (const change of [...changes].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = result.at(-1);
    if (last && last.start === last.end && change.start === change.end && last.start === change.start) {
      result[result.length - 1] = { ...last, newText: last.newText + change.newText };
    } else if (!last || change.start >= last.end) {
      result.push(change);
    }
  }
  return result;
}

function editService(name: string, wanted: ServiceChanges, editing: Editing): TextChange[] {
  const { services, lines, style } = editing;
  const pair = services && pairOf(services, name);
  const key = pair?.key as Node | undefined;
  if (!services || !pair || !key?.range) return [];
  const service = pair.value as Node | null;
  if (isMap(service) && service.flow) return editFlowService(service, wanted, editing);
  if (service !== null && !isMap(service) && !(isScalar(service) && service.value === null)) return [];
  // `? name` without a colon has no place where a value could go.
  if (service === null && !/^[^\S\r\n]*:/.test(editing.text.slice(key.range[1]))) return [];
  const block = isMap(service) && service.items.length > 0 ? service : undefined;
  // What is added after a `?` without a key becomes that key.
  if (block?.items.some(({ key }) => isEmpty(key as Node | null))) return [];
  const first = block?.items[0]?.key as Node | undefined;
  const column = first?.range
    ? columnOf(first.range[0], lines)
    : columnOf(key.range[0], lines) + childStep(services, lines, style);
  const end = block ? endOfContent(block, editing) : lines.lineEnd(lines.positionAt(key.range[1]).line);
  const changes: TextChange[] = [];
  const added: string[] = [];
  if (wanted.mounts.length > 0 || wanted.removed.length > 0) {
    const answer = editVolumes(block, wanted, column, editing);
    changes.push(...answer.changes);
    added.push(...answer.added);
  }
  if (wanted.environment.length > 0) {
    const answer = editEnvironment(block, wanted.environment, column, editing);
    changes.push(...answer.changes);
    added.push(...answer.added);
  }
  if (added.length > 0) changes.push(insertLines(end, added, editing));
  return changes;
}

function isEmpty(node: Node | null): boolean {
  return !node?.range || node.range[0] === node.range[1];
}

/** How far other services indent what is inside them. */
function childStep(services: YAMLMap, lines: LineIndex, style: FileStyle): number {
  for (const pair of services.items as Pair[]) {
    const key = (pair.key as Node | null)?.range;
    const first =
      isMap(pair.value) && !pair.value.flow ? (pair.value.items[0]?.key as Node | null)?.range : undefined;
    // In damaged text what is inside can stand to the left: that is nobody's habit.
    const step = key && first ? columnOf(first[0], lines) - columnOf(key[0], lines) : 0;
    if (step > 0) return step;
  }
  return style.step;
}

interface Answer {
  readonly changes: readonly TextChange[];
  /** Lines to add at the end of the service. */
  readonly added: readonly string[];
}

function editVolumes(
  block: YAMLMap | undefined,
  wanted: ServiceChanges,
  column: number,
  editing: Editing,
): Answer {
  const { lines, style, text } = editing;
  const pair = block && pairOf(block, 'volumes');
  const value = (pair?.value ?? undefined) as Node | undefined;
  const dashColumn = column + style.dash;
  if (isSeq(value) && !value.flow && value.items.length > 0 && value.range) {
    const column = columnOf(value.range[0], lines);
    const removed = wanted.removed.flatMap((span) => removeItem(value, span, editing));
    if (wanted.mounts.length === 0) return { changes: removed, added: [] };
    const added = wanted.mounts.flatMap((mount) => mountLines(mount, column, mountStyle(value, editing)));
    return { changes: [...removed, insertLines(endOfContent(value, editing), added, editing)], added: [] };
  }
  if (isSeq(value) && value.flow) {
    const removed = wanted.removed.flatMap((span) => removeItem(value, span, editing));
    const items = wanted.mounts.map((mount) => flowMount(mount, mountStyle(value, editing)));
    return { changes: [...removed, ...insertIntoFlow(value, items, editing)], added: [] };
  }
  if (wanted.mounts.length === 0) return { changes: [], added: [] };
  const entries = wanted.mounts.flatMap((mount) => mountLines(mount, dashColumn, fileMountStyle(style)));
  const key = (pair?.key as Node | undefined)?.range;
  if (key && isAlias(value) && value.range) {
    // An alias can't be added to: the list that it names is shared. Its entries are copied, the alias goes.
    const shared = editing.yaml.resolve(value);
    const copied = isSeq(shared) ? copyItems(shared, dashColumn, editing) : [];
    const lead = text.slice(0, value.range[0]).replace(/[ \t]+$/, '').length;
    return {
      changes: [{ start: lead, end: value.range[1], newText: lineBlock([...copied, ...entries], editing) }],
      added: [],
    };
  }
  if (key)
    return {
      changes: [insertLines(lines.lineEnd(lines.positionAt(key[1]).line), entries, editing)],
      added: [],
    };
  const inherited = block && inheritedValue(block, 'volumes', editing);
  const copied = isSeq(inherited) ? copyItems(inherited, dashColumn, editing) : [];
  return { changes: [], added: [`${' '.repeat(column)}volumes:`, ...copied, ...entries] };
}

function editEnvironment(
  block: YAMLMap | undefined,
  all: ServiceChanges['environment'],
  column: number,
  editing: Editing,
): Answer {
  const { lines, style, text } = editing;
  const pair = block && pairOf(block, 'environment');
  const value = (pair?.value ?? undefined) as Node | undefined;
  const replaced = all.map((variable) => replaceVariable(value, variable, editing));
  const wanted = all.filter((_, index) => replaced[index] === undefined);
  const changes = replaced.filter((change) => change !== undefined);
  if (wanted.length === 0) return { changes, added: [] };
  const key = (pair?.key as Node | undefined)?.range;
  if ((isMap(value) || isSeq(value)) && value.flow) {
    const items = wanted.map(({ name, value: text }) =>
      isMap(value) ? `${name}: ${scalarText(text, '', true)}` : scalarText(`${name}=${text}`, '', true),
    );
    return { changes: [...changes, ...insertIntoFlow(value, items, editing)], added: [] };
  }
  if (isMap(value) && value.items.length > 0 && value.range) {
    const at = columnOf(value.range[0], lines);
    const quotes = (value.items as Pair[]).flatMap(({ value }) =>
      isScalar(value) ? [quoteOf(value.type)] : [],
    );
    const added = environmentLines(wanted, 'map', at, mostCommon(quotes) ?? '');
    return { changes: [...changes, insertLines(endOfContent(value, editing), added, editing)], added: [] };
  }
  if (isSeq(value) && value.items.length > 0 && value.range) {
    const at = columnOf(value.range[0], lines);
    const added = environmentLines(wanted, 'list', at, mostCommon(quotesOf(value)) ?? '');
    return { changes: [...changes, insertLines(endOfContent(value, editing), added, editing)], added: [] };
  }
  const at = (kind: 'map' | 'list') => column + (kind === 'map' ? style.step : style.dash);
  if (key && isAlias(value) && value.range) {
    const shared = editing.yaml.resolve(value);
    const kind = isSeq(shared) ? 'list' : 'map';
    const kept = isSeq(shared)
      ? copyItems(shared, at('list'), editing)
      : [`${' '.repeat(at('map'))}<<: *${value.source}`];
    const lead = text.slice(0, value.range[0]).replace(/[ \t]+$/, '').length;
    const block = lineBlock([...kept, ...environmentLines(wanted, kind, at(kind), '')], editing);
    return { changes: [{ start: lead, end: value.range[1], newText: block }], added: [] };
  }
  const inherited = key ? undefined : block && inheritedValue(block, 'environment', editing);
  const kind = isSeq(inherited) ? 'list' : isMap(inherited) ? 'map' : style.environment;
  const copied = inherited ? copyItems(inherited, at(kind), editing) : [];
  const entries = [...copied, ...environmentLines(wanted, kind, at(kind), '')];
  if (key)
    return {
      changes: [insertLines(lines.lineEnd(lines.positionAt(key[1]).line), entries, editing)],
      added: [],
    };
  return { changes: [], added: [`${' '.repeat(column)}environment:`, ...entries] };
}

/** The change of a variable that the service's own `environment` has already; undefined when it hasn't. */
function replaceVariable(
  environment: Node | undefined,
  { name, value }: ServiceChanges['environment'][number],
  { text, lines }: Editing,
): TextChange | undefined {
  if (isMap(environment)) {
    const pair = pairOf(environment, name);
    const key = (pair?.key as Node | undefined)?.range;
    if (!key) return undefined;
    const written = pair?.value as Node | null | undefined;
    const flow = environment.flow ?? false;
    if (isScalar(written) && written.range && written.range[1] > written.range[0]) {
      return {
        start: written.range[0],
        end: written.range[1],
        newText: scalarText(value, quoteOf(written.type), flow),
      };
    }
    const colon = text.indexOf(':', key[1]);
    const end =
      colon < 0 || lines.positionAt(colon).line !== lines.positionAt(key[1]).line ? key[1] : colon + 1;
    return { start: end, end, newText: `${end === key[1] ? ':' : ''} ${scalarText(value, '', flow)}` };
  }
  if (!isSeq(environment)) return undefined;
  const item = environment.items.find(
    (entry) => isScalar(entry) && String(entry.value).split('=', 1)[0] === name,
  );
  if (!isScalar(item) || !item.range) return undefined;
  const newText = scalarText(`${name}=${value}`, quoteOf(item.type), environment.flow);
  return { start: item.range[0], end: item.range[1], newText };
}

function environmentLines(
  wanted: ServiceChanges['environment'],
  kind: 'map' | 'list',
  column: number,
  quote: Quote,
): string[] {
  const indent = ' '.repeat(column);
  return wanted.map(({ name, value }) =>
    kind === 'map'
      ? `${indent}${name}: ${scalarText(value, quote)}`
      : `${indent}- ${scalarText(`${name}=${value}`, quote)}`,
  );
}

function editFlowService(service: YAMLMap, wanted: ServiceChanges, editing: Editing): TextChange[] {
  const changes: TextChange[] = [];
  const added: string[] = [];
  for (const key of ['volumes', 'environment'] as const) {
    const value = pairOf(service, key)?.value;
    const style = isSeq(value)
      ? mountStyle(value, editing)
      : { ...fileMountStyle(editing.style), quote: '' as Quote };
    const mapping =
      key === 'environment' &&
      (isMap(inherits(service, key, editing)) ||
        (inherits(service, key, editing) === undefined && editing.style.environment === 'map'));
    const items =
      key === 'volumes'
        ? wanted.mounts.map((mount) => flowMount(mount, style))
        : wanted.environment.map(({ name, value: text }) =>
            mapping ? `${name}: ${scalarText(text, '', true)}` : scalarText(`${name}=${text}`, '', true),
          );
    if (key === 'volumes' && isSeq(value)) {
      changes.push(...wanted.removed.flatMap((span) => removeItem(value, span, editing)));
    }
    if (items.length === 0) continue;
    if (isSeq(value) || isMap(value)) {
      changes.push(...insertIntoFlow(value, items, editing));
      continue;
    }
    const shared = isAlias(value) ? editing.yaml.resolve(value) : inheritedValue(service, key, editing);
    const copied = shared ? flowCopy(shared, editing) : [];
    // A list that can't be written in brackets as it is stays; writing the key anew would hide it.
    if (copied === undefined || (shared && isSeq(shared) === mapping)) continue;
    const all = [...copied, ...items].join(', ');
    const whole = mapping ? `{ ${all} }` : `[${all}]`;
    if (isAlias(value) && value.range)
      changes.push({ start: value.range[0], end: value.range[1], newText: whole });
    else added.push(`${key}: ${whole}`);
  }
  return added.length > 0 ? [...changes, ...insertIntoFlow(service, added, editing)] : changes;
}

/** A field of a service as Compose sees it: aliases followed, merge keys applied. */
function inherits(service: YAMLMap, key: string, editing: Editing): Node | undefined {
  return editing.yaml.entries(service).find((entry) => entry.key === key)?.value;
}

/** A field that the service gets through a merge key: writing the key anew hides it, so it must be copied. */
function inheritedValue(block: YAMLMap, key: string, editing: Editing): Node | undefined {
  return editing.yaml.entries(block).find((entry) => entry.key === key && entry.merged)?.value;
}
