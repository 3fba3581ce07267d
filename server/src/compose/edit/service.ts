/** What is added to one service, or taken out of its mounts: in its own style, block or flow. */
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { type LineIndex, runAtEnd, type TextChange } from '../syntax/line-index';
import { type Answer, editEnvironment, flowVariable, type NewVariable } from './environment';
import {
  copyItems,
  type Editing,
  endOfContent,
  flowCopy,
  inheritedValue,
  insertIntoFlow,
  insertLines,
  isReset,
  lineBlock,
  overridden,
} from './insert-lines';
import type { NewMount } from './operations';
import { columnOf, type FileStyle, pairOf, type Quote } from './style';
import { fileMountStyle, flowMount, mountLines, mountStyle, removeItem } from './volumes';

/** What is wanted of one service. */
export interface ServiceChanges {
  readonly mounts: NewMount[];
  readonly environment: NewVariable[];
  readonly removed: { readonly start: number; readonly end: number }[];
}

/** The changes that carry out what is wanted; none where the service can't be edited the way it is written. */
export function editService(name: string, wanted: ServiceChanges, editing: Editing): TextChange[] {
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
    // Around a syntax error what is inside can stand to the left: that is nobody's habit.
    const step = key && first ? columnOf(first[0], lines) - columnOf(key[0], lines) : 0;
    if (step > 0) return step;
  }
  return style.step;
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
  if (isReset(value)) {
    if (wanted.mounts.length === 0) return { changes: [], added: [] };
    const items = wanted.mounts.map((mount) => flowMount(mount, fileMountStyle(style)));
    const lines = wanted.mounts.flatMap((mount) => mountLines(mount, dashColumn, fileMountStyle(style)));
    return { changes: overridden(value, `[${items.join(', ')}]`, lines, editing), added: [] };
  }
  if (isSeq(value) && !value.flow && value.items.length > 0 && value.range) {
    const column = columnOf(value.range[0], lines);
    const removed = wanted.removed.flatMap((span) => removeItem(value, span, editing));
    if (wanted.mounts.length === 0) return { changes: removed, added: [] };
    const added = wanted.mounts.flatMap((mount) => mountLines(mount, column, mountStyle(value, editing)));
    const insertion = insertLines(endOfContent(value, editing), added, editing);
    return { changes: withInsertion(removed, insertion, added, editing), added: [] };
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
    const lead = runAtEnd(text.slice(0, value.range[0]), /[ \t]/);
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

/** Where the last entry of a list goes, what is added takes its place: two changes may not touch one text. */
function withInsertion(
  removed: readonly TextChange[],
  insertion: TextChange,
  added: readonly string[],
  { eol }: Editing,
): readonly TextChange[] {
  const last = removed.find(({ start, end }) => start <= insertion.start && insertion.start <= end);
  if (!last) return [...removed, insertion];
  const block = added.join(eol);
  // An only entry is taken from its dash to the end of its line, any other with its lines.
  const newText = last.newText === '[]' ? block.trimStart() : `${block}${eol}`;
  return [...removed.filter((each) => each !== last), { ...last, newText }];
}

function editFlowService(service: YAMLMap, wanted: ServiceChanges, editing: Editing): TextChange[] {
  const changes: TextChange[] = [];
  const added: string[] = [];
  for (const key of ['volumes', 'environment'] as const) {
    const value = pairOf(service, key)?.value as Node | null | undefined;
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
        : wanted.environment.map((variable) => flowVariable(variable, mapping ? 'map' : 'list'));
    if (key === 'volumes' && isSeq(value)) {
      changes.push(...wanted.removed.flatMap((span) => removeItem(value, span, editing)));
    }
    if (items.length === 0) continue;
    if (isReset(value)) {
      const all = items.join(', ');
      changes.push(...overridden(value, mapping ? `{ ${all} }` : `[${all}]`, undefined, editing));
      continue;
    }
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
