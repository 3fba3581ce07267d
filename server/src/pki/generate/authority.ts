/** A certificate authority that signs here: its certificate and key, looked at before anything is signed. */
import type { KeyObject } from 'node:crypto';
import type { Files } from '../../platform/platform';
import { children, expectTag, oidText, readDeep, readOnly, TAG } from '../asn1/read-der';
import { fingerprint } from '../keys/key-facts';
import { attempt, publicInfo } from '../keys/node-crypto';
import { acceptance } from '../path-validation/index';
import { signsItself } from '../path-validation/trust-anchor';
import type { PathQuestion, Refusal, Verifier } from '../path-validation/types';
import { loadKey, Unusable } from '../pem/load-private-key';
import { readPem } from '../pem/read-pem-file';
import type { CertificateBlock } from '../types';
import { certificatesOf, chainOf } from '../x509/chain';
import { validityAt } from '../x509/validity';
import { OID } from './extensions';
import { schemeOf } from './signature';

/** Bytes. A chain of a dozen certificates has 30 kB. */
const CHAIN_FILE_MAX = 1024 * 1024;

export interface AuthorityFiles {
  /** Absolute paths. */
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly passphrase?: string;
  /** A file with the root above it, where `certificatePath` doesn't hold it. */
  readonly rootPath?: string;
}

export interface Authority {
  readonly key: KeyObject;
  /** Its name, in DER. */
  readonly subject: Uint8Array;
  /** For people; undefined where its certificate has no common name. */
  readonly commonName: string | undefined;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  readonly keyIdentifier: Uint8Array | undefined;
  /** What a server presents after its own certificate, in DER: the way up to the root, without the root. */
  readonly presented: readonly Uint8Array[];
  /** Certificates that sign themselves and are at hand: the root is among them, where it is known. */
  readonly roots: readonly CertificateBlock[];
}

/**
 * Loads an authority, and makes sure that what it signs would be accepted.
 * @throws Unusable when it can't sign: no authority, another key, expired, a passphrase missing or wrong
 */
export async function loadAuthority(
  { certificatePath, keyPath, passphrase, rootPath }: AuthorityFiles,
  files: Pick<Files, 'read'>,
  now: number,
): Promise<Authority> {
  const certificates = await certificatesIn(certificatePath, files);
  const above = rootPath === undefined ? [] : await certificatesIn(rootPath, files);
  const key = await loadKey(keyPath, files, passphrase);
  const publicKey = fingerprint(publicInfo(key));
  const own = certificates.find((each) => each.publicKeyFingerprint === publicKey);
  if (own === undefined) {
    throw new Unusable(`${keyPath} is not the private key of the certificate in ${certificatePath}.`);
  }
  check(own, certificatePath, now);
  if (schemeOf(key) === undefined) {
    throw new Unusable(`${keyPath} is of a type whose signatures TLS clients do not verify.`);
  }
  const links =
    chainOf([own, ...certificates.filter((each) => each !== own)], { now, publicKey })?.links ?? [];
  const parts = attempt(() => bodyParts(own.der));
  if (parts === undefined) throw new Unusable(`The certificate in ${certificatePath} is damaged.`);
  return {
    key,
    subject: parts.subject,
    commonName: own.subjectCommonName,
    notAfter: own.notAfter ?? Number.POSITIVE_INFINITY,
    keyIdentifier: parts.keyIdentifier,
    presented: links.filter((link) => !link.selfSigned).map((link) => link.certificate.der),
    roots: [...certificates, ...above].filter(signsItself),
  };
}

async function certificatesIn(
  path: string,
  files: Pick<Files, 'read'>,
): Promise<readonly CertificateBlock[]> {
  const read = await files.read(path, CHAIN_FILE_MAX);
  if (!read.ok) throw new Unusable(`The certificate ${path} cannot be read (${read.problem}).`);
  const certificates = certificatesOf(readPem(read.value).blocks);
  if (certificates.length === 0) throw new Unusable(`${path} holds no certificate.`);
  return certificates;
}

/** Why a client refuses what the authority signed: `sent` as a server sends it. undefined where none does. */
export function refusalOfIssued(
  sent: readonly CertificateBlock[],
  { roots }: Authority,
  now: number,
  verifier: Verifier,
): Refusal | undefined {
  const ask = (trusted: PathQuestion['trusted']) => acceptance({ verifier, sent, trusted, names: [], now });
  const known = ask(roots);
  // Without the root at hand, only what is sent can be checked.
  const answer = known.kind === 'refused' && known.refusal.kind === 'untrusted' ? ask('issuer') : known;
  return answer.kind === 'refused' ? answer.refusal : undefined;
}

function check(certificate: CertificateBlock, path: string, now: number): void {
  if (certificate.isCa === false) {
    throw new Unusable(
      `The certificate in ${path} is not that of an authority (CA:TRUE is missing), so clients would refuse what it signs.`,
    );
  }
  if (certificate.keyUsage && !certificate.keyUsage.includes('keyCertSign')) {
    throw new Unusable(`The certificate in ${path} may not be used to sign certificates, by its key usage.`);
  }
  const validity = validityAt(certificate, now);
  if (validity === 'expired') throw new Unusable(`The certificate of the authority in ${path} has expired.`);
  if (validity === 'not-yet-valid') {
    throw new Unusable(`The certificate of the authority in ${path} is not yet valid.`);
  }
}

/** Subject and subjectKeyIdentifier of a certificate in DER that has been read before. */
function bodyParts(certificate: Uint8Array): {
  readonly subject: Uint8Array;
  readonly keyIdentifier: Uint8Array | undefined;
} {
  const [body] = children(readOnly(certificate, TAG.sequence));
  const parts = [...children(expectTag(body, TAG.sequence))];
  // [0] version, absent in version 1
  if (parts[0]?.tag === 0xa0) parts.shift();
  const subject = readDeep(expectTag(parts[4], TAG.sequence).whole).whole;
  const wrapped = parts.find(({ tag }) => tag === 0xa3);
  const list = wrapped ? children(readOnly(wrapped.content, TAG.sequence)) : [];
  const found = list.map(children).find(([oid]) => oidText(oid) === OID.subjectKeyIdentifier);
  const octets = found?.at(-1);
  const id = octets && readOnly(expectTag(octets, TAG.octetString).content, TAG.octetString).content;
  return { subject, keyIdentifier: id };
}
