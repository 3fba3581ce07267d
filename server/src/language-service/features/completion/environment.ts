/** Variables that decide about certificates and keys, with their values. */
import { scalarText } from '../../../compose/edit/style';
import { missingStorageBackendCert } from '../../../rules/missing-storage-backend-cert';
import { withCode } from '../../../text/markdown';
import { type KnownVariable, variablesOf } from '../shared/known-variables';
import type { EntryCursor } from './cursor/types';
import type { EntryContext, Proposal } from './types';

export function environmentProposals({
  cursor,
  mender,
  checked,
  settings,
}: EntryContext): readonly Proposal[] {
  const known = variablesOf(mender, checked.analysis.deployment);
  const { body, character, form } = cursor;
  const separator = form === 'list' ? body.text.indexOf('=') : body.text.search(/:(\s|$)/);
  const afterName = separator >= 0 && character > body.from + separator;
  const isNeeded = ({ needed }: KnownVariable) =>
    needed && settings.rules[missingStorageBackendCert.code] !== 'off';
  if (afterName) {
    const name = body.text
      .slice(0, separator)
      .trim()
      .replace(/^["']|["']$/g, '');
    const variable = known.find((each) => each.name === name);
    return variable ? valueProposals(variable, cursor, separator + 1) : [];
  }
  return known
    .filter(({ name }) => !mender.service.environment.has(name))
    .map((variable) => {
      const { name, purpose, values } = variable;
      const [value] = values;
      const at = separator >= 0 ? { from: body.from, to: body.from + separator } : body;
      return {
        label: name,
        detail: value ?? '',
        markdown: withCode(purpose),
        kind: 'variable',
        at,
        newText: separator >= 0 ? name : cursor.lead + entryText(name, value, cursor),
        words: '',
        rank: isNeeded(variable) ? 0 : variable.state ? 1 : 2,
      };
    });
}

function valueProposals(
  { values, purpose, name }: KnownVariable,
  cursor: EntryCursor,
  start: number,
): Proposal[] {
  const { body, form } = cursor;
  const typed = body.text.slice(start);
  const blanks = /^\s*/.exec(typed)?.[0].length ?? 0;
  // A value in quotes is replaced inside of them.
  const quote = form === 'map' ? (/^["']/.exec(typed.trimStart())?.[0] ?? '') : cursor.quote;
  const inner = form === 'map' ? quote.length : 0;
  const from = Math.min(body.from + start + blanks + inner, cursor.character);
  const isClosed = inner > 0 && typed.trimEnd().endsWith(quote) && typed.trim().length > 1;
  const to = Math.max(cursor.character, body.to - (isClosed ? 1 : 0));
  const lead = form === 'map' && cursor.character === body.from + start ? ' ' : '';
  return values.map((value, index) => ({
    label: value,
    detail: name,
    markdown: withCode(purpose),
    kind: 'value',
    at: { from, to },
    newText: lead + (form === 'map' && quote === '' ? scalarText(value, '', cursor.flow) : value),
    words: '',
    rank: index === 0 ? 0 : 1,
  }));
}

/** A whole entry; without a value that makes sense, up to where one is typed. */
function entryText(
  name: string,
  value: string | undefined,
  { form, quote, flow }: Pick<EntryCursor, 'form' | 'quote' | 'flow'>,
): string {
  if (form === 'map') return value === undefined ? `${name}: ` : `${name}: ${scalarText(value, '', flow)}`;
  const entry = `${name}=${value ?? ''}`;
  return quote === '' && value !== undefined ? scalarText(entry, '', flow) : entry;
}
