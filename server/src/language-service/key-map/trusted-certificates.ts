/** How a certificate that a service trusts stands by its dates, where no finding says so: the served one's does. */

import type { CertificateBlock } from '../../pki/types';
import { certificatesOf } from '../../pki/x509/chain';
import { dayOf, daysLeft } from '../../pki/x509/validity';
import { certificateExpired } from '../../rules/certificate-expired';
import { certificateExpiresSoon } from '../../rules/certificate-expires-soon';
import { certificateNotYetValid } from '../../rules/certificate-not-yet-valid';
import { statusAt } from '../../rules/support/certificate-dates';
import type { Rule, RuleContext } from '../../rules/support/rule';
import { pemOf } from '../../rules/support/served-certificates';
import { trustChecks } from '../../rules/support/storage-trust';
import type { Settings, Severity } from '../api/index';
import type { CheckedStack } from '../check/check-file';
import type { Line } from './mounts';

export interface TrustedStanding {
  readonly severity: Severity;
  /** A sentence. */
  readonly note: string;
}

const RULES = {
  expired: certificateExpired,
  'not-yet-valid': certificateNotYetValid,
  soon: certificateExpiresSoon,
};
const CODES: readonly string[] = Object.values(RULES).map(({ code }) => code);

/** For the lines of one checked stack; undefined where the dates are good, not known, or nobody wants to hear of them. */
export function trustedStandings(
  { analysis, inside }: CheckedStack,
  settings: Settings,
): (line: Line) => TrustedStanding | undefined {
  const { deployment } = analysis;
  const context: RuleContext = { deployment, problems: deployment.stack.problems, ...inside };
  let checks: ReturnType<typeof trustChecks> | undefined;

  function severityOf(rule: Rule, { span }: Line): Severity | undefined {
    const severity = settings.rules[rule.code] ?? rule.severity;
    if (severity === 'off') return undefined;
    if (span === undefined) return severity;
    const lines = analysis.lines(span.file);
    return analysis.suppressions(span.file)?.(lines.positionAt(span.start).line, rule.code)
      ? undefined
      : severity;
  }

  return (line) => {
    const { state, kind, mount } = line;
    if (kind !== 'trusted-certificate' || state === undefined || mount === undefined) return undefined;
    if (line.findings.some(({ code }) => CODES.includes(code))) return undefined;
    checks ??= trustChecks(context);
    const anchors = checks.find((check) => check.state === state)?.anchors ?? [];
    const all = certificatesOf(pemOf(state, context)?.blocks ?? []);
    const [first, ...others] = anchors.length > 0 ? anchors : all;
    if (first === undefined) return undefined;
    // One that is good is enough: of an old one and its successor, the last to end counts.
    const last = others.reduce((a, b) => ((b.notAfter ?? 0) > (a.notAfter ?? 0) ? b : a), first);
    const standing = statusAt(last, context);
    if (standing === 'valid' || standing === 'unknown') return undefined;
    const severity = severityOf(RULES[standing], line);
    return severity && { severity, note: noteOf(standing, last, inside.now) };
  };
}

function noteOf(standing: keyof typeof RULES, certificate: CertificateBlock, now: number): string {
  const { notBefore = now, notAfter = now } = certificate;
  if (standing === 'expired') return `The trusted certificate expired on ${dayOf(notAfter)}.`;
  if (standing === 'not-yet-valid') return `The trusted certificate is not valid before ${dayOf(notBefore)}.`;
  const left = daysLeft(certificate, now) ?? 0;
  return `The trusted certificate has ${left} ${left === 1 ? 'day' : 'days'} left.`;
}
