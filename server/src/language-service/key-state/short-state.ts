/** The status of what a service is given, in the few words that fit over a line, behind it or into an outline. */
import type { RequirementState } from '../../mender/model/deployment';
import { isStorageOnly } from '../../mender/model/storage-pair';
import type { CertificateBlock, KeyFacts, PrivateKeyBlock } from '../../pki/types';
import { daysLeft } from '../../pki/x509/validity';
import { certificateExpired } from '../../rules/certificate-expired';
import { certificateExpiresSoon } from '../../rules/certificate-expires-soon';
import { ruleOf } from '../../rules/index';
import { statusAt } from '../../rules/support/certificate-dates';
import type { Settings } from '../api/index';
import type { CheckedStack } from '../check/check-file';
import type { CodedFinding } from '../check/run-rules';
import { severityOf } from '../check/to-finding';
import { statusOf } from './key-status';

/** Up to here, the days that are left are counted; later ends are told by their date. */
const COUNTED_DAYS = 90;

/** Services named that use the same key; more are counted. */
const MAX_NAMES = 2;

export interface StateWords {
  /** `expires in 26 days`, `missing` */
  readonly words: string;
  /** The findings that it tells of, the worst first; empty where all is well or nothing is known. */
  readonly findings: readonly CodedFinding[];
}

/** How a requirement stands; undefined where nothing is asked for, or nothing can be said. */
export function wordsOf(
  state: RequirementState,
  checked: CheckedStack,
  settings: Settings,
): StateWords | undefined {
  const status = statusOf(state, checked, settings);
  const findings = status.findings.filter(
    (coded) =>
      ['error', 'warning'].includes(severityOf(coded, settings)) &&
      findingWords(coded, state, checked) !== undefined,
  );
  const [worst] = findings;
  if (worst) return { words: findingWords(worst, state, checked) ?? '', findings };
  // Missing, and nobody wants to hear of it: a rule or a comment says so, or it may be elsewhere.
  if (state.mount === undefined) return undefined;
  return { words: factWords(state, checked) ?? 'mounted', findings: [] };
}

function findingWords(
  { code, finding }: CodedFinding,
  state: RequirementState,
  checked: CheckedStack,
): string | undefined {
  const rule = ruleOf(code);
  const { shortState } = rule;
  if (rule === certificateExpired || rule === certificateExpiresSoon) {
    const { certificate } = mainBlocks(state, checked);
    const standing = certificate && statusAt(certificate, checked.inside);
    // Of a chain, it may be another certificate than the first.
    return certificate && (standing === 'expired' || standing === 'soon')
      ? untilWords(certificate, checked.inside.now)
      : shortState;
  }
  if (finding.data.kind === 'shared-key') {
    const { data } = finding;
    if (data.services > MAX_NAMES) return `shared with ${data.services} services`;
    const others = data.users.filter(({ service }) => service !== data.state.service);
    return `shared with ${[...new Set(others.map(({ service }) => service.name))].join(' and ')}`;
  }
  return shortState;
}

/** What is in the file: the end of a certificate, the kind of a key. */
export function factWords(state: RequirementState, checked: CheckedStack): string | undefined {
  const { certificate, key } = mainBlocks(state, checked);
  if (certificate) return untilWords(certificate, checked.inside.now);
  return key && !key.encrypted ? keyWords(key) : undefined;
}

/** The certificate or key that the file behind a requirement begins with. */
export function mainBlocks(
  state: RequirementState,
  checked: CheckedStack,
): { readonly certificate?: CertificateBlock; readonly key?: PrivateKeyBlock } {
  const pem = checked.inside.file(state)?.facts.pem;
  const isCertificate = /certificate$/.test(state.requirement.kind);
  for (const block of pem?.form === 'pem' ? pem.blocks : []) {
    if (block.damaged) continue;
    if (isCertificate && block.kind === 'certificate') return { certificate: block };
    if (!isCertificate && block.kind === 'private-key') return { key: block };
  }
  return {};
}

/** `expires in 26 days`, `valid until 2035-01-12` */
export function untilWords(certificate: CertificateBlock, now: number): string | undefined {
  const left = daysLeft(certificate, now);
  if (left === undefined || certificate.notAfter === undefined) return undefined;
  if (left < 0) return 'expired';
  if (left === 0) return 'expires today';
  if (left <= COUNTED_DAYS) return `expires in ${left} ${left === 1 ? 'day' : 'days'}`;
  return `valid until ${new Date(certificate.notAfter).toISOString().slice(0, 10)}`;
}

/** `RSA 3072`, `EC prime256v1`; undefined where the algorithm can't be told. */
export function keyWords({ algorithm, bits, curve }: KeyFacts): string | undefined {
  if (algorithm === undefined) return undefined;
  const names: Readonly<Record<string, string>> = { rsa: 'RSA', ec: 'EC', ed25519: 'Ed25519', dsa: 'DSA' };
  return [names[algorithm] ?? algorithm, curve ?? bits].filter((part) => part !== undefined).join(' ');
}

/** `TLS certificate`, `Storage TLS private key`, `Token key` */
export function shortName({ requirement }: RequirementState): string {
  const forStorage = isStorageOnly({ requirement }) ? 'Storage ' : '';
  switch (requirement.kind) {
    case 'certificate':
      return `${forStorage}TLS certificate`;
    case 'private-key':
      return `${forStorage}TLS private key`;
    case 'token-key':
      if (requirement.accepted === 'fallback') return 'Fallback token key';
      return requirement.accepted
        ? `Token key ${requirement.target.slice(requirement.target.lastIndexOf('/') + 1)}`
        : 'Token key';
    case 'trusted-certificate':
      return 'Storage certificate';
  }
}

/** Joins a name and the words about it: `Token key missing`, `Token key: RSA 3072`. */
export function nameAndWords(name: string, words: string): string {
  return words === 'missing' ? `${name} missing` : `${name}: ${words}`;
}
