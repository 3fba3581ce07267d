/** Comments that switch findings off: for what is found here, and for whoever begins to write one. */
import { runAtEnd } from '../../../compose/syntax/line-index';
import { rules } from '../../../rules/index';
import { plain } from '../../../text/markdown';
import type { Settings } from '../../api/index';
import type { CheckedStack } from '../../check/check-file';
import type { CommentCursor, Stretch } from './cursor/types';
import type { Proposal } from './types';

const DIRECTIVE = /^\s*mender-ignore(?:-next-line)?[ \t]+/;

export function commentProposals(
  file: string,
  cursor: CommentCursor,
  checked: readonly CheckedStack[],
  settings: Settings,
): readonly Proposal[] {
  if (!checked.some(({ analysis }) => analysis.deployment.isMender)) return [];
  const found = foundAt(file, cursor, checked);
  const { body, character } = cursor;
  const typed = body.text.slice(0, character - body.from);
  const directive = DIRECTIVE.exec(body.text);
  if (directive && directive[0].length <= typed.length) {
    return codeProposals(body, directive[0].length, typed, found, settings);
  }
  const word = typed.trimStart();
  const isBegun = word !== '' && 'mender-ignore-next-line'.startsWith(word);
  if (word !== '' && !isBegun) return [];
  const name = cursor.isAlone ? 'mender-ignore-next-line' : 'mender-ignore';
  const from = body.from + typed.length - word.length;
  const lead = typed === '' ? ' ' : '';
  const proposals = [...found].map(([code, message]): Proposal => {
    const label = `${name} ${code}`;
    return {
      label,
      detail: 'switches this finding off',
      markdown: plain(message),
      kind: 'comment',
      at: { from, to: body.to },
      newText: lead + label,
      words: '',
      rank: 1,
    };
  });
  if (!isBegun) return proposals;
  const where = cursor.isAlone ? 'the next line' : 'this line';
  return [
    ...proposals,
    {
      label: name,
      detail: `switches findings off on ${where}`,
      markdown: `Add the codes of rules. Without a code, all findings of Mender Compose on ${where} are switched off.`,
      kind: 'comment',
      at: { from, to: body.to },
      newText: lead + name,
      words: '',
      rank: 2,
    },
  ];
}

/** Codes after a directive: those found here first, those that are off or stand there already left out. */
function codeProposals(
  body: Stretch,
  start: number,
  typed: string,
  found: ReadonlyMap<string, string>,
  settings: Settings,
): readonly Proposal[] {
  const begun = typed.slice(runAtEnd(typed, /[^\s,]/));
  const rest = /^[^\s,]*/.exec(body.text.slice(typed.length))?.[0] ?? '';
  const from = body.from + typed.length - begun.length;
  const others = `${body.text.slice(start, typed.length - begun.length)} ${body.text.slice(typed.length + rest.length)}`;
  const there = new Set(others.split(/[\s,]+/));
  return rules
    .filter(({ code }) => settings.rules[code] !== 'off' && !there.has(code))
    .map(({ code, summary }) => ({
      label: code,
      detail: found.has(code) ? 'found here' : '',
      markdown: plain(found.get(code) ?? `${summary}.`),
      kind: 'comment',
      at: { from, to: body.from + typed.length + rest.length },
      newText: code,
      words: '',
      rank: found.has(code) ? 1 : 2,
    }));
}

/** Rule and message of each finding that the comment would switch off. */
function foundAt(
  file: string,
  { line, isAlone, repaired }: CommentCursor,
  checked: readonly CheckedStack[],
): ReadonlyMap<string, string> {
  const [first] = checked;
  if (!first) return new Map();
  const lines = first.analysis.lines(file);
  let wanted = line;
  if (isAlone) {
    const isEmpty = (each: number) =>
      /^\s*(#|$)/.test(repaired.slice(lines.lineStart(each), lines.lineEnd(each)));
    do wanted++;
    while (wanted < lines.lineCount && isEmpty(wanted));
  }
  const found = new Map<string, string>();
  for (const { code, finding } of checked.flatMap(({ findings }) => findings)) {
    const { span } = finding;
    if (span.file === file && lines.positionAt(span.start).line === wanted) found.set(code, finding.message);
  }
  return found;
}
