/** Compares what we say of a case with what openssl says of it. */
import { writeFile } from 'node:fs/promises';
import { isMislabelled } from '../../../server/src/pki/consumers/token-service';
import { encodePem } from '../../../server/src/pki/pem/encode';
import { readPem } from '../../../server/src/pki/pem/read-pem-file';
import type { KeyFacts, PemFacts } from '../../../server/src/pki/types';
import { certificatesOf, chainOf } from '../../../server/src/pki/x509/chain';
import { coverage } from '../../../server/src/pki/x509/host-match';
import { pairingOf } from '../../../server/src/pki/x509/matches-key';
import { validityAt } from '../../../server/src/pki/x509/validity';
import { askCertificate, askChain, askKey, type CertificateSaid, type KeySaid } from './ask-openssl';
import type { Case } from './cases';

export interface Tally {
  files: number;
  comparisons: number;
  readonly differences: string[];
  /** By what we differ in on purpose. */
  readonly deliberate: Map<string, number>;
  /** By what was left open: we said "cannot tell". */
  readonly untold: Map<string, number>;
}

export function emptyTally(): Tally {
  return { files: 0, comparisons: 0, differences: [], deliberate: new Map(), untold: new Map() };
}

/** Seconds from now at which certificates are asked whether they are over. */
const LATER = [0, 5 * 86_400, 50 * 86_400, 1000 * 86_400];

/** Adds one case to the tally. */
export async function compareCase(each: Case, scratch: string, now: number, tally: Tally): Promise<void> {
  const place = `${scratch}/${each.name.split(':')[0]}`;
  const [certificateFile, keyFile] = [`${place}.crt`, `${place}.key`];
  await Promise.all([writeFile(certificateFile, each.certificate), writeFile(keyFile, each.key)]);
  const [certificate, key] = [readPem(each.certificate), readPem(each.key)];
  const [certificateSaid, keySaid] = await Promise.all([
    askCertificate(certificateFile, each.hosts, each.addresses, LATER),
    askKey(keyFile, each.passphrase),
  ]);
  tally.files += 2;
  const same = comparer(each, tally);
  compareCertificate(each, certificate, certificateSaid, now, same, tally);
  compareKey(each, key, keySaid, same, tally);
  comparePair(each, certificate, key, certificateSaid, keySaid, same, tally);
  if (each.roots !== undefined)
    await compareChain(certificate, { place, now, roots: each.roots }, certificateSaid, same);
}

type Compare = <T>(what: string, ours: T, theirs: T) => void;

function comparer(each: Case, tally: Tally): Compare {
  return (what, ours, theirs) => {
    tally.comparisons += 1;
    if (ours !== theirs) tally.differences.push(`${each.name}: ${what}: ours ${ours}, openssl ${theirs}`);
  };
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function compareCertificate(
  each: Case,
  facts: PemFacts,
  said: CertificateSaid,
  now: number,
  same: Compare,
  tally: Tally,
): void {
  const [first] = certificatesOf(facts.blocks);
  same('the certificate loads', first !== undefined, said.loads);
  if (first === undefined || !said.loads) return;
  same('the certificate’s fingerprint', first.certificateFingerprint, said.fingerprint);
  compareFingerprint(each, 'the certificate’s key', first, said.publicKey, same, tally);
  if (first.subjectAltNames === undefined) count(tally.untold, 'names of an altered certificate');
  else {
    const names = first.subjectAltNames;
    for (const [host, theirs] of said.hosts) {
      const ours = coverage(names, host).openssl;
      // Asked by a program that doesn't forbid it, openssl falls back on the common name; Go and browsers never do.
      if (!ours && theirs && names.dns.length === 0) count(tally.deliberate, 'the common name never counts');
      else same(`covers ${host}`, ours, theirs);
    }
    for (const [address, theirs] of said.addresses)
      same(`covers ${address}`, coverage(names, address).openssl, theirs);
  }
  for (const [seconds, theirs] of said.over) {
    const validity = validityAt(first, now + seconds * 1000);
    if (validity === 'unknown') count(tally.untold, 'dates of an altered certificate');
    else same(`is over in ${seconds} s`, validity === 'expired', theirs);
  }
}

function compareFingerprint(
  each: Case,
  what: string,
  block: KeyFacts,
  theirs: string | undefined,
  same: Compare,
  tally: Tally,
): void {
  if (theirs === undefined) count(tally.untold, `${what}, which openssl can't read`);
  else if (block.publicKeyFingerprint !== theirs && each.unusual)
    count(tally.deliberate, 'a spelled out curve or compressed point is told by its ordinary form');
  else same(what, block.publicKeyFingerprint, theirs);
}

function compareKey(each: Case, facts: PemFacts, said: KeySaid, same: Compare, tally: Tally): void {
  const block = facts.blocks.find(({ kind }) => kind === 'private-key');
  const ours = block !== undefined && !block.damaged;
  if (ours && block.kind === 'private-key' && block.encrypted) {
    if (said.loads) same('the key is encrypted', true, false);
    else if (said.needsPassphrase) same('the key is encrypted', true, said.needsPassphrase);
    else count(tally.untold, 'whether an altered key would decrypt');
    return;
  }
  if (ours && block.kind === 'private-key' && isMislabelled(block) && !said.loads) {
    count(tally.deliberate, 'a key under another key’s label is read by its content, as Go’s TLS does');
    return;
  }
  if (!ours && said.loads && facts.blocks.some(({ label }) => label === 'PUBLIC KEY')) {
    count(tally.deliberate, 'a private key labelled as a public one is none: no service takes it');
    return;
  }
  if (ours && said.loads && !said.sound && block.kind === 'private-key' && block.algorithm === 'dsa') {
    count(tally.deliberate, 'DSA keys are not looked into: no service loads one');
    return;
  }
  if (ours && block.kind === 'private-key' && block.go?.wrongCrt) {
    count(tally.deliberate, 'wrong values for the Chinese remainder theorem can be done without');
    same('a key with such values is not sound', said.sound, false);
    return;
  }
  if (ours && block.kind === 'private-key' && block.algorithm === 'ec' && block.bits === undefined) {
    count(tally.untold, 'a key on a curve that is not known here');
    return;
  }
  same('the key loads and is sound', ours, said.sound);
  if (!ours || block.kind !== 'private-key') return;
  if (said.rsaSound !== undefined) same('the RSA key is sound', ours, said.rsaSound);
  compareFingerprint(each, 'the key’s public half', block, said.publicKey, same, tally);
}

function comparePair(
  each: Case,
  certificate: PemFacts,
  key: PemFacts,
  certificateSaid: CertificateSaid,
  keySaid: KeySaid,
  same: Compare,
  tally: Tally,
): void {
  const [first] = certificatesOf(certificate.blocks);
  const block = key.blocks.find(({ kind }) => kind === 'private-key');
  if (first === undefined || block === undefined || block.damaged) return;
  const pairing = pairingOf(first, block);
  const [one, other] = [certificateSaid.publicKey, keySaid.publicKey];
  if (one === undefined || other === undefined) return;
  if (pairing.kind === 'unknown') count(tally.untold, 'whether a pair matches');
  else if (pairing.kind === 'match' && one !== other && each.unusual)
    count(tally.deliberate, 'a pair matches in whatever form its points and curves are written');
  else same('certificate and key match', pairing.kind === 'match', one === other);
}

async function compareChain(
  facts: PemFacts,
  { place, now, roots }: { readonly place: string; readonly now: number; readonly roots: string },
  said: CertificateSaid,
  same: Compare,
): Promise<void> {
  const certificates = certificatesOf(facts.blocks);
  const blocks = [...facts.blocks, ...readPem(Buffer.from(roots)).blocks];
  const chain = chainOf(blocks, { now });
  if (chain === undefined) return;
  const [rootsFile, leafFile, untrustedFile] = [`${place}.roots`, `${place}.leaf`, `${place}.untrusted`];
  const { links } = chain;
  const pem = (der: Uint8Array) => encodePem('CERTIFICATE', der).toString();
  await Promise.all([
    writeFile(rootsFile, roots),
    writeFile(leafFile, pem(links[0].certificate.der)),
    writeFile(untrustedFile, certificates.map(({ der }) => pem(der)).join('')),
  ]);
  const ask = (strength: number) =>
    askChain(leafFile, { roots: rootsFile, untrusted: untrustedFile, at: now, strength });
  const [lenient, strict] = await Promise.all([ask(0), ask(1)]);
  const whole = chain.end === 'self-signed';
  const sound = links.every(({ signature }, at) => signature === 'good' || at === links.length - 1);
  const valid = links.every(({ validity }) => validity === 'valid');
  // OpenSSL refuses a curve that is spelled out, save in a lone certificate that is trusted itself.
  const named = links.length === 1 || links.every(({ certificate }) => !certificate.explicitCurve);
  same('the chain verifies', whole && sound && valid && named, lenient.ok);
  if (!lenient.ok) return;
  const weak = links.some(({ weakDigest }) => weakDigest !== undefined);
  // It may as well have stopped at a key that is too small for this level.
  const digestTooWeak = /error 68 /.test(strict.text);
  if (strict.ok || digestTooWeak) same('a signature of the chain is weak', weak, digestTooWeak);
  const first = links[0].certificate.certificateFingerprint === said.fingerprint;
  same('the leaf comes first', chain.leafFirst, first);
}
