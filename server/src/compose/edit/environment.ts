/** Variables added to a service's `environment`, or corrected in it. */
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { runAtEnd, type TextChange } from '../syntax/line-index';
import {
  copyItems,
  type Editing,
  endOfContent,
  inheritedValue,
  insertIntoFlow,
  insertLines,
  isReset,
  lineBlock,
  overridden,
} from './insert-lines';
import { columnOf, mostCommon, pairOf, type Quote, quoteOf, quotesOf, scalarText } from './style';

/** A variable to be written. */
export interface NewVariable {
  readonly name: string;
  readonly value: string;
}

/** What adding to one field of a service comes to. */
export interface Answer {
  readonly changes: readonly TextChange[];
  /** Lines to add at the end of the service. */
  readonly added: readonly string[];
}

/** Adds variables to the service whose mapping is `block`, or corrects them; `column`: of the service's keys. */
export function editEnvironment(
  block: YAMLMap | undefined,
  all: readonly NewVariable[],
  column: number,
  editing: Editing,
): Answer {
  const { lines, style, text } = editing;
  const pair = block && pairOf(block, 'environment');
  const value = (pair?.value ?? undefined) as Node | undefined;
  if (isReset(value)) {
    const kind = style.environment;
    const [open, close] = kind === 'map' ? ['{ ', ' }'] : ['[', ']'];
    const items = all.map((variable) => flowVariable(variable, kind));
    const lines = environmentLines(all, kind, column + (kind === 'map' ? style.step : style.dash), '');
    return { changes: overridden(value, `${open}${items.join(', ')}${close}`, lines, editing), added: [] };
  }
  const replaced = all.map((variable) => replaceVariable(value, variable, editing));
  const wanted = all.filter((_, index) => replaced[index] === undefined);
  const changes = replaced.filter((change) => change !== undefined);
  if (wanted.length === 0) return { changes, added: [] };
  const key = (pair?.key as Node | undefined)?.range;
  if ((isMap(value) || isSeq(value)) && value.flow) {
    const items = wanted.map((variable) => flowVariable(variable, isMap(value) ? 'map' : 'list'));
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
    const lead = runAtEnd(text.slice(0, value.range[0]), /[ \t]/);
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
  { name, value }: NewVariable,
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

/** A variable as an item of a collection in brackets. */
export function flowVariable({ name, value }: NewVariable, kind: 'map' | 'list'): string {
  return kind === 'map'
    ? `${name}: ${scalarText(value, '', true)}`
    : scalarText(`${name}=${value}`, '', true);
}

function environmentLines(
  wanted: readonly NewVariable[],
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
