/** Keys and certificates whose ASN.1 was changed, through everything that reads them or works with them. */

import { tlsCertificateOf, tlsKeyOf } from '../../server/src/pki/consumers/tls-server';
import { tokenKeyOf } from '../../server/src/pki/consumers/token-service';
import { loadAuthority } from '../../server/src/pki/generate/authority';
import { issuedCertificate, selfSignedCertificate } from '../../server/src/pki/generate/certificate';
import { certificateRequest } from '../../server/src/pki/generate/certificate-request';
import { acceptance } from '../../server/src/pki/path-validation/index';
import { anchorOf } from '../../server/src/pki/path-validation/trust-anchor';
import { encodePem } from '../../server/src/pki/pem/encode';
import { factsOfConverted, loadKey, loadTlsKey, Unusable } from '../../server/src/pki/pem/load-private-key';
import { readPem } from '../../server/src/pki/pem/read-pem-file';
import type { PemFacts } from '../../server/src/pki/types';
import { certificatesOf, chainOf, signatureBy } from '../../server/src/pki/x509/chain';
import { coverage } from '../../server/src/pki/x509/host-match';
import { pairingOf } from '../../server/src/pki/x509/matches-key';
import { seeded } from '../pki/agreement/random';
import { type DerBase, makeKeyMaterial, PASSPHRASE } from './key-material';
import type { Fuzzer } from './kind';
import { lockedLegacy, lockedPkcs8 } from './lock-key';
import { mutateAsn1 } from './mutate-asn1';
import { stopwatch } from './stopwatch';

const LABELS = [
  ...['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'],
  ...[
    'PUBLIC KEY',
    'RSA PUBLIC KEY',
    'CERTIFICATE',
    'TRUSTED CERTIFICATE',
    'CERTIFICATE REQUEST',
    'EC PARAMETERS',
  ],
];
/** Bytes, which a second has to be enough for. */
const LENGTH_MAX = 100_000;
const NOW = Date.UTC(2026, 5, 1);

/** A disk with one file. */
const holding = (bytes: Uint8Array) => ({
  read: async () => ({ ok: true as const, value: Uint8Array.from(bytes) }),
});

export function keyFuzzer(): Fuzzer {
  const bases = makeKeyMaterial();
  const names = Object.keys(bases);
  const all = Object.values(bases).map(({ der }) => der);
  return {
    generate: (random) => ({
      salt: random.below(2 ** 31),
      recipe: { base: random.pick(names), seed: random.below(2 ** 31) },
    }),
    async run({ recipe, salt }) {
      // A kind that another Node made, and this one can't.
      const base = bases[recipe?.base ?? ''];
      if (base === undefined) return undefined;
      const der = mutateAsn1(base.der, seeded(recipe?.seed ?? 0), all).subarray(0, LENGTH_MAX);
      const start = performance.now();
      const chosen = seeded(salt);
      if (chosen.oneIn(3)) look(readPem(der), base);
      for (const label of new Set([base.label, ...(chosen.oneIn(3) ? [chosen.pick(LABELS)] : [])])) {
        const pem = encodePem(label, der);
        look(readPem(pem), base);
        if (label.endsWith('CERTIFICATE')) await sign(pem, base);
        if (!label.endsWith('PRIVATE KEY')) continue;
        await work(pem, base);
        if (chosen.oneIn(3))
          await work(encodePem('ENCRYPTED PRIVATE KEY', lockedPkcs8(der, PASSPHRASE)), base);
        if (chosen.oneIn(3)) await work(lockedLegacy(der, label, PASSPHRASE), base);
      }
      stopwatch.longest = Math.max(stopwatch.longest, performance.now() - start);
      return undefined;
    },
    async stop() {},
  };
}

/** All that is asked of a file that is read. */
function look(facts: PemFacts, base: DerBase): void {
  tokenKeyOf(facts);
  for (const server of ['nginx', 'traefik'] as const) {
    tlsKeyOf(facts, server);
    tlsCertificateOf(facts, server);
  }
  const partners = partnersOf(base);
  const [own] = certificatesOf(facts.blocks);
  const [other] = certificatesOf(partners.blocks);
  for (const block of facts.blocks) if (other) pairingOf(other, block);
  if (own === undefined) return;
  for (const block of partners.blocks) pairingOf(own, block);
  if (own.subjectAltNames)
    for (const host of ['a.example.com', '10.0.0.1']) coverage(own.subjectAltNames, host);
  const both = other === undefined ? [own] : [own, other];
  for (const sent of [[own], both, [...both].reverse()]) {
    chainOf(sent, { now: NOW });
    for (const verifier of ['openssl', 'strict', 'go'] as const)
      for (const trusted of [both, 'issuer'] as const)
        acceptance({ verifier, sent, trusted, names: ['mender.example.com', '10.0.0.1'], now: NOW });
    anchorOf(sent, both, NOW);
  }
  for (const issuer of both) for (const each of both) signatureBy(issuer, each);
}

const known = new WeakMap<DerBase, PemFacts>();

/** What goes with a base, read once. */
function partnersOf(base: DerBase): PemFacts {
  const { certificate, key } = base;
  const facts =
    known.get(base) ??
    readPem(
      Buffer.concat([
        certificate ? encodePem('CERTIFICATE', certificate) : Buffer.alloc(0),
        key ? encodePem('PRIVATE KEY', key) : Buffer.alloc(0),
      ]),
    );
  known.set(base, facts);
  return facts;
}

/** What is done with a private key: signing, writing it anew. */
async function work(pem: Uint8Array, { certificate }: DerBase): Promise<void> {
  const files = holding(pem);
  await usable(() => factsOfConverted('/key', files, PASSPHRASE));
  await usable(() => loadKey('/key', files, PASSPHRASE));
  const key = await usable(() => loadTlsKey('/key', files));
  const names = [{ kind: 'dns', value: 'mender.example.com' }] as const;
  if (key !== undefined) {
    await selfSignedCertificate({ key, names, days: 10, now: NOW });
    await certificateRequest(key, names);
  }
  if (certificate === undefined) return;
  const disk = {
    read: async (path: string) =>
      holding(path === '/key' ? pem : encodePem('CERTIFICATE', certificate)).read(),
  };
  await usable(() =>
    loadAuthority({ certificatePath: '/crt', keyPath: '/key', passphrase: PASSPHRASE }, disk, NOW),
  );
}

/** What is done with an authority's certificate. */
async function sign(pem: Uint8Array, { key }: DerBase): Promise<void> {
  if (key === undefined) return;
  const own = encodePem('PRIVATE KEY', key);
  const disk = { read: async (path: string) => holding(path === '/key' ? own : pem).read() };
  const authority = await usable(() =>
    loadAuthority({ certificatePath: '/crt', keyPath: '/key' }, disk, NOW),
  );
  const leaf = await usable(() => loadTlsKey('/key', disk));
  if (authority === undefined || leaf === undefined) return;
  const names = [{ kind: 'dns', value: 'mender.example.com' }] as const;
  await issuedCertificate({ key: leaf, names, days: 10, now: NOW }, authority);
}

/** Undefined where it says that the file can't be used. */
async function usable<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Unusable) return undefined;
    throw error;
  }
}
