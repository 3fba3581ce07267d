/** What a map shows of the files behind mounts: facts of what is public. */
import type { CertificateBlock, PemBlock, PrivateKeyBlock } from '../../pki/types';
import { daysLeft } from '../../pki/x509/validity';
import { statusAt } from '../../rules/support/certificate-dates';
import type { MountedFile } from '../../rules/support/rule';
import type { MapCertificate, MapFile, MapKey, MapPresence } from '../api/key-map';
import type { Inside } from '../check/run-rules';
import { keyWords } from '../key-state/short-state';

/** Bytes of a fingerprint that a map shows: enough to tell keys apart, few enough to read. */
const FINGERPRINT_BYTES = 6;
/** Names kept of one certificate. */
const MAX_NAMES = 100;

const PRESENCE: Readonly<Record<MountedFile['facts']['state'], MapPresence>> = {
  file: 'present',
  missing: 'missing',
  'link-loop': 'missing',
  directory: 'directory',
  'not-a-file': 'not-pem',
  'too-large': 'not-pem',
  denied: 'unreadable',
  failed: 'unreadable',
};

type Contents = Pick<MapFile, 'presence' | 'leadsTo' | 'certificate' | 'key' | 'certificatesOnly'>;

/** What is in a file that could be looked into. */
export function contentsOf({ facts }: MountedFile, { now, expiresSoonDays }: Inside): Contents {
  const blocks: readonly PemBlock[] = facts.pem?.form === 'pem' ? facts.pem.blocks : [];
  const certificates = blocks.filter((block) => block.kind === 'certificate' && !block.damaged);
  const certificate = certificates.find((block): block is CertificateBlock => !block.damaged);
  const key = blocks.find(
    (block): block is PrivateKeyBlock => block.kind === 'private-key' && !block.damaged,
  );
  const noPem = facts.state === 'file' && facts.pem !== undefined && blocks.length === 0;
  const { path, realPath } = facts;
  return {
    presence: noPem ? 'not-pem' : PRESENCE[facts.state],
    leadsTo: realPath !== undefined && realPath !== path ? realPath : undefined,
    certificate: certificate && certificateOf(certificate, certificates.length - 1, now, expiresSoonDays),
    key: key && keyOf(key),
    certificatesOnly: blocks.length > 0 && blocks.every(({ kind }) => kind === 'certificate'),
  };
}

function certificateOf(
  block: CertificateBlock,
  others: number,
  now: number,
  expiresSoonDays: number,
): MapCertificate {
  const { dns, ip } = block.subjectAltNames ?? { dns: [], ip: [] };
  const left = daysLeft(block, now);
  const standing = statusAt(block, { now, expiresSoonDays });
  return {
    subject: block.subjectCommonName,
    names: [...dns, ...ip].slice(0, MAX_NAMES),
    validFrom: block.notBefore,
    validTo: block.notAfter,
    validity: standing === 'soon' ? 'expires-soon' : standing,
    daysLeft: left,
    selfSigned: block.subjectKey !== undefined && block.subjectKey === block.issuerKey,
    fingerprint: short(block.certificateFingerprint),
    others,
  };
}

function keyOf(block: PrivateKeyBlock): MapKey {
  const { encrypted, publicKeyFingerprint } = block;
  return {
    algorithm: keyWords(block),
    encrypted,
    fingerprint: publicKeyFingerprint && short(publicKeyFingerprint),
  };
}

function short(hex: string): string {
  return (hex.match(/../g) ?? []).slice(0, FINGERPRINT_BYTES).join(':').toUpperCase();
}
