/** What hovers of mounts, services and variables share: what is in a file, for people. */
import type { RequirementState } from '../../../mender/model/deployment';
import type { CertificateBlock, KeyFacts, PemBlock } from '../../../pki/types';
import { daysLeft } from '../../../pki/x509/validity';
import type { MountedFile } from '../../../rules/support/rule';
import { code } from '../../../text/markdown';
import type { CheckedStack } from '../../check/check-file';
import type { CodedFinding } from '../../check/run-rules';
import { otherUsers } from '../../key-state/key-status';
import { keyWords } from '../../key-state/short-state';

/** Markdown about a stretch of a file. Offsets. */
export interface HoverText {
  readonly start: number;
  readonly end: number;
  readonly markdown: string;
  /** What is reported to be wrong; fixes are looked for among these. */
  readonly findings: readonly CodedFinding[];
}

/** Names listed of one certificate; the rest is counted. */
const MAX_NAMES = 8;

const STATES: Readonly<Record<Exclude<MountedFile['facts']['state'], 'file'>, string>> = {
  missing: 'File not found. Docker would create a directory of that name.',
  directory: 'This is a directory, not a file.',
  'not-a-file': 'This is not a regular file.',
  denied: 'This file is not readable, so its content is unknown.',
  'too-large': 'This file is too large for a certificate or key.',
  'link-loop': 'This symbolic link leads to itself.',
  failed: 'Cannot read this file.',
};

/** What is in the file behind a requirement, and who else uses it; a paragraph each. */
export function existingText(state: RequirementState, checked: CheckedStack): readonly string[] {
  const lines: string[] = [];
  if (state.mount === undefined) return ['Nothing is mounted there.'];
  const known = checked.inside.file(state);
  if (state.hostFile === undefined) lines.push('The file on the host is unknown.');
  else if (known) lines.push(...contentOf(known, checked.inside.now));
  const others = otherUsers(state, checked).map(code);
  if (others.length > 0) lines.push(`Also used by ${others.join(', ')}.`);
  return lines;
}

function contentOf({ facts }: MountedFile, now: number): readonly string[] {
  if (facts.state !== 'file') return [STATES[facts.state]];
  const blocks = facts.pem?.form === 'pem' ? facts.pem.blocks : [];
  if (blocks.length === 0) return ['The file contains no PEM block.'];
  return blocks.map((block) => blockText(block, now));
}

function blockText(block: PemBlock, now: number): string {
  if (block.damaged) return `A damaged block: ${block.reason}.`;
  switch (block.kind) {
    case 'certificate':
      return certificateText(block, now);
    case 'private-key':
      return block.encrypted
        ? 'Private key with a passphrase'
        : `Private key, ${keyText(block)}${fingerprint('public key', block.publicKeyFingerprint)}`;
    case 'public-key':
      return `Public key, ${keyText(block)}${fingerprint('SHA-256', block.publicKeyFingerprint)}`;
    case 'request':
      return `Certificate request, ${keyText(block)}`;
    default:
      return `A block ${code(block.label)}`;
  }
}

function certificateText(certificate: CertificateBlock, now: number): string {
  const { subjectAltNames, subjectCommonName, issuerCommonName, isCa } = certificate;
  const names = [...(subjectAltNames?.dns ?? []), ...(subjectAltNames?.ip ?? [])];
  const shown = names.slice(0, MAX_NAMES).map(code).join(', ');
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  const subject = subjectCommonName === undefined ? '' : ` of ${code(subjectCommonName)}`;
  const selfSigned = certificate.subjectKey !== undefined && certificate.subjectKey === certificate.issuerKey;
  const issuer = selfSigned
    ? 'self-signed'
    : issuerCommonName === undefined
      ? 'issued by an authority without a name'
      : `issued by ${code(issuerCommonName)}`;
  return [
    `${isCa && !selfSigned ? 'Certificate of an authority' : 'Certificate'}${subject}, ${issuer}`,
    names.length > 0 ? `Names: ${shown}${more}` : 'No subject alternative names',
    validityText(certificate, now),
    `${keyText(certificate)}${fingerprint('SHA-256', certificate.certificateFingerprint)}`,
  ].join('  \n');
}

function validityText(certificate: CertificateBlock, now: number): string {
  const { notBefore, notAfter } = certificate;
  if (notBefore === undefined || notAfter === undefined) return 'Validity unknown';
  const period = `Valid from ${day(notBefore)} to ${day(notAfter)}`;
  if (now < notBefore) return `${period}: **not yet valid**`;
  const left = daysLeft(certificate, now) ?? 0;
  if (now > notAfter) return `${period}: **expired**`;
  return `${period}: ${left} ${left === 1 ? 'day' : 'days'} left`;
}

function keyText(facts: KeyFacts): string {
  return keyWords(facts) ?? 'of an unknown kind';
}

function fingerprint(what: string, hex: string | undefined): string {
  return hex === undefined ? '' : `  \n${what} ${code((hex.match(/../g) ?? []).join(':').toUpperCase())}`;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
