/** Findings as the surfaces get them. */
import type { CodedFinding } from './analysis';
import { rangeOf } from './render';
import { pageOf } from './rule-info';
import type { Finding, FixSummary, Settings } from './service';

export function presentFinding(
  { code, defaultSeverity, finding, analysis }: CodedFinding,
  settings: Settings,
  fixes: readonly FixSummary[],
): Finding {
  const wanted = settings.rules[code];
  return {
    code,
    severity: wanted && wanted !== 'off' ? wanted : (finding.severity ?? defaultSeverity),
    message: finding.message,
    file: finding.span.file,
    range: rangeOf(finding.span, analysis.lines(finding.span.file)),
    service: finding.service,
    target: finding.target,
    related: finding.related.map(({ message, span }) => ({
      message,
      file: span.file,
      range: rangeOf(span, analysis.lines(span.file)),
    })),
    fixes,
    page: pageOf(code),
  };
}
