/** Findings as the surfaces get them. */
import type { CodedFinding } from './analysis';
import { rangeOf } from './render';
import { pageOf } from './rule-info';
import type { Finding, FixSummary, Settings } from './service';

/** Characters: names and paths that a message quotes can be as long as their file. */
const MAX_MESSAGE = 1000;

export function presentFinding(
  { code, defaultSeverity, finding, analysis }: CodedFinding,
  settings: Settings,
  fixes: readonly FixSummary[],
): Finding {
  const wanted = settings.rules[code];
  return {
    code,
    severity: wanted && wanted !== 'off' ? wanted : (finding.severity ?? defaultSeverity),
    message: shortened(finding.message),
    file: finding.span.file,
    range: rangeOf(finding.span, analysis.lines(finding.span.file)),
    service: finding.service,
    target: finding.target,
    related: finding.related.map(({ message, span }) => ({
      message: shortened(message),
      file: span.file,
      range: rangeOf(span, analysis.lines(span.file)),
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
