/** How the author of a compose file writes: indentation, list style, quotes. Looked up where it is needed. */
import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { LineIndex } from '../syntax/line-index';

export type Quote = '' | '"' | "'";

export interface FileStyle {
  /** Spaces between a key and what is nested under it. */
  readonly step: number;
  /** Spaces between a key and the dash of its list: 0 for lists flush with their key. */
  readonly dash: number;
  readonly volumeSyntax: 'short' | 'long';
  readonly environment: 'map' | 'list';
  readonly volumeQuote: Quote;
}

export function columnOf(offset: number, lines: LineIndex): number {
  return lines.positionAt(offset).character;
}

export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return (map.items as Pair[]).find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

/** The habits seen in `services`; where none is seen, those of Mender's documentation. */
export function fileStyle(
  services: YAMLMap | undefined,
  servicesColumn: number,
  lines: LineIndex,
): FileStyle {
  const steps: number[] = [];
  const dashes: number[] = [];
  const quotes: Quote[] = [];
  let [short, long, map, list] = [0, 0, 0, 0];
  for (const pair of services?.items ?? []) {
    const column = columnOfKey(pair as Pair, lines);
    if (column !== undefined) steps.push(column - servicesColumn);
    const service = (pair as Pair).value;
    if (!isMap(service) || service.flow) continue;
    for (const field of service.items as Pair[]) {
      const key = String((field.key as { value?: unknown } | null)?.value ?? '');
      const value = field.value as Node | null;
      const fieldColumn = columnOfKey(field, lines);
      if (isSeq(value) && !value.flow && value.range && fieldColumn !== undefined) {
        // Around a syntax error a list can stand left of its key: that is nobody's habit.
        const dash = columnOf(value.range[0], lines) - fieldColumn;
        if (dash >= 0) dashes.push(dash);
      }
      if (key === 'volumes' && isSeq(value)) {
        for (const item of value.items) {
          if (isMap(item)) long++;
          else short++;
        }
        quotes.push(...quotesOf(value));
      }
      if (key === 'environment') {
        if (isMap(value)) map++;
        if (isSeq(value)) list++;
      }
    }
  }
  const step = steps.find((width) => width > 0) ?? 2;
  return {
    step,
    dash: mostCommon(dashes) ?? step,
    volumeSyntax: long > short ? 'long' : 'short',
    environment: map > list ? 'map' : 'list',
    volumeQuote: mostCommon(quotes) ?? '',
  };
}

function columnOfKey(pair: Pair, lines: LineIndex): number | undefined {
  const range = (pair.key as Node | null)?.range;
  return range ? columnOf(range[0], lines) : undefined;
}

/** The quotes around the items of a list. */
export function quotesOf(list: YAMLSeq): Quote[] {
  return list.items.flatMap((item) => (isScalar(item) ? [quoteOf(item.type)] : []));
}

export function quoteOf(type: string | undefined): Quote {
  return type === 'QUOTE_DOUBLE' ? '"' : type === 'QUOTE_SINGLE' ? "'" : '';
}

export function mostCommon<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** A string as a YAML scalar in the wanted quotes, or in double quotes where plain would be read as something else. */
export function scalarText(value: string, quote: Quote, inFlow = false): string {
  if (quote === "'" && !/[\r\n]/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  if (quote === '' && isPlainSafe(value, inFlow)) return value;
  return JSON.stringify(value);
}

/** A value in which nothing is a variable. */
export function literal(value: string): string {
  return value.replaceAll('$', '$$$$');
}

function isPlainSafe(value: string, inFlow: boolean): boolean {
  if (value === '' || value.trim() !== value || /[\r\n\t]/.test(value)) return false;
  if (/^[-?:,[\]{}#&*!|>'"%@`]/.test(value) || /: | #|:$/.test(value)) return false;
  if (/^(true|false|null|yes|no|on|off|~|[-+.]?\d[\d._eExXoO:]*)$/i.test(value)) return false;
  return !(inFlow && /[,[\]{}]/.test(value));
}
