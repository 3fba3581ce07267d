/** Findings as the surfaces get them. */
import { memo } from '../../cache/memo';
import type { Span } from '../../compose/types';
import type { Finding, FixSummary, Range, Settings, Severity } from '../api/index';
import { rangeOf } from '../edits/to-text-edits';
import { pageOf } from '../info/rules';
import type { Analysis, CodedFinding } from './run-rules';

/** Ranges of related spans: of a key that many services share, each finding names the mounts of all others. */
const ranges = memo((_: Span): { last?: { readonly analysis: Analysis; readonly range: Range } } => ({}));

function keptRange(span: Span, analysis: Analysis): Range {
  const known = ranges(span).last;
  if (known?.analysis === analysis) return known.range;
  const range = rangeOf(span, analysis.lines(span.file));
  ranges(span).last = { analysis, range };
  return range;
}

/** Characters: names and paths that a message quotes can be as long as their file. */
const MAX_MESSAGE = 1000;

/** How severe it is, as the user has it. */
export function severityOf({ code, finding, defaultSeverity }: CodedFinding, settings: Settings): Severity {
  const wanted = settings.rules[code];
  return wanted && wanted !== 'off' ? wanted : (finding.severity ?? defaultSeverity);
}

export function presentFinding(
  coded: CodedFinding,
  settings: Settings,
  fixes: readonly FixSummary[],
): Finding {
  const { code, finding, analysis } = coded;
  return {
    code,
    severity: severityOf(coded, settings),
    message: shortened(finding.message),
    file: finding.span.file,
    range: rangeOf(finding.span, analysis.lines(finding.span.file)),
    service: finding.service,
    target: finding.target,
    related: finding.related.map(({ message, span }) => ({
      message: shortened(message),
      file: span.file,
      range: keptRange(span, analysis),
    })),
    fixes,
    page: pageOf(code),
  };
}

/** A message that is too long to read loses its middle. */
function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE) return message;
  return `${message.slice(0, MAX_MESSAGE - 300)} … ${message.slice(-250)}`;
}
