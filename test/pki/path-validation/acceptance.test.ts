import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type Acceptance,
  acceptance,
  type PathQuestion,
} from '../../../server/src/pki/path-validation/index';
import { encodePem } from '../../../server/src/pki/pem/encode';
import { readPem } from '../../../server/src/pki/pem/read-pem-file';
import type { CertificateBlock } from '../../../server/src/pki/types';
import { buildCertificate, type CertificateWishes } from '../agreement/build-certificate';

const NOW = Date.UTC(2025, 0, 15, 12);
const DAY = 86_400_000;
const ec = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const [rootKey, innerKey, leafKey, otherKey] = [ec(), ec(), ec(), ec()];
let serial = 1;

function certificate(
  subject: string,
  key: KeyObject,
  issuer: string,
  signer: KeyObject,
  more: Partial<CertificateWishes> = {},
): CertificateBlock {
  const authority = subject !== 'leaf';
  const der = buildCertificate({
    subject,
    key,
    issuer: { subject: issuer, key: signer },
    signer,
    digest: 'sha256',
    serial: serial++,
    notBefore: NOW - 10 * DAY,
    notAfter: NOW + 10 * DAY,
    ca: authority,
    ...(authority ? { keyUsage: 0x06 } : { names: ['DNS:leaf.example.com'], serverAuth: true }),
    ...more,
  });
  const [block] = readPem(encodePem('CERTIFICATE', der)).blocks;
  return block as CertificateBlock;
}

const authority = (name: string, key: KeyObject, more?: Partial<CertificateWishes>) =>
  certificate(name, key, 'root', rootKey, more);
const root = authority('root', rootKey);
const inner = authority('inner', innerKey);
const leafOf = (issuer: string, key: KeyObject, more?: Partial<CertificateWishes>) =>
  certificate('leaf', leafKey, issuer, key, more);
const leaf = leafOf('inner', innerKey);

function said(answer: Acceptance): string {
  if (answer.kind === 'accepted')
    return answer.path.map(({ subjectCommonName }) => subjectCommonName).join(' ');
  return answer.kind === 'refused'
    ? `${answer.refusal.kind} at ${answer.refusal.at.subjectCommonName}`
    : 'unknown';
}

/** What openssl and Go say of certificates; one text where they say the same. */
function asked(
  sent: readonly CertificateBlock[],
  trusted: PathQuestion['trusted'],
  ...names: readonly string[]
) {
  const [openssl, go] = (['openssl', 'go'] as const).map((verifier) =>
    said(acceptance({ verifier, sent, trusted, names, now: NOW })),
  );
  return openssl === go ? openssl : { openssl, go };
}

describe('a client', () => {
  it('accepts what leads to a root that it trusts', () => {
    expect(asked([leaf, inner], [root], 'leaf.example.com')).toBe('leaf inner root');
    expect(asked([leaf, root, inner], [root])).toBe('leaf inner root');
    expect(asked([leaf, inner], [root], 'other.example.com')).toBe('name at leaf');
    expect(asked([leaf], [root])).toBe('untrusted at leaf');
    expect(asked([], [root])).toBe('unknown');
  });

  it('on OpenSSL is not content with a leaf or an intermediate', () => {
    expect(asked([leaf, inner], [leaf])).toEqual({ openssl: 'untrusted at inner', go: 'leaf' });
    expect(asked([leaf, inner], [inner])).toEqual({ openssl: 'untrusted at inner', go: 'leaf inner' });
    const own = leafOf('leaf', leafKey);
    expect(asked([own], [own])).toBe('leaf');
    expect(asked([own], [root])).toBe('untrusted at leaf');
  });

  it('on OpenSSL takes a common name where there is no DNS name, and Go never', () => {
    const bare = certificate('leaf', leafKey, 'leaf', leafKey, { names: undefined });
    expect(asked([bare], [bare], 'leaf')).toEqual({ openssl: 'leaf', go: 'name at leaf' });
    expect(asked([bare], [bare], '10.0.0.1')).toBe('name at leaf');
  });

  it('minds what an issuer may do', () => {
    const under = (more: Partial<CertificateWishes>) =>
      asked([leaf, authority('inner', innerKey, more)], 'issuer');
    expect(under({})).toBe('leaf inner');
    expect(under({ ca: false, keyUsage: undefined })).toBe('not-an-authority at inner');
    expect(under({ keyUsage: 0x02 })).toBe('may-not-sign at inner');
    expect(under({ usages: ['1.3.6.1.5.5.7.3.2'] })).toBe('not-for-servers at inner');
    expect(under({ usages: ['2.5.29.37.0'] })).toEqual({
      openssl: 'not-for-servers at inner',
      go: 'leaf inner',
    });
    const constrained = { permitted: ['DNS:example.org'], excluded: [], critical: true };
    expect(under({ nameConstraints: constrained })).toBe('name-constraints at leaf');
    const extensions = [{ oid: '1.2.3.4', critical: true, content: Buffer.of(5, 0) }];
    expect(under({ extensions })).toBe('critical-extension at inner');
    const narrow = certificate('root', rootKey, 'root', rootKey, { pathLength: 0 });
    expect(asked([leaf, inner], [narrow])).toBe('path-length at root');
  });

  it('can only be asked whether the certificates themselves are in order', () => {
    // Whoever is above may be trusted; what is there has to be right.
    expect(asked([leaf], 'issuer')).toBe('leaf');
    expect(asked([leaf, inner], 'issuer')).toBe('leaf inner');
    expect(asked([leafOf('inner', innerKey, { usages: [] }), inner], 'issuer')).toBe('leaf inner');
    const forClients = leafOf('inner', innerKey, { serverAuth: false, usages: ['1.3.6.1.5.5.7.3.2'] });
    expect(asked([forClients, inner], 'issuer')).toBe('not-for-servers at leaf');
    expect(asked([leafOf('inner', otherKey), inner], 'issuer')).toEqual({
      openssl: 'leaf',
      go: 'signature at leaf',
    });
  });

  it('has an end with hundreds of namesakes', () => {
    const namesakes = Array.from({ length: 400 }, () => authority('inner', otherKey, { keyIds: false }));
    expect(asked([leafOf('inner', innerKey, { keyIds: false }), ...namesakes], [root])).toBe(
      'signature at leaf',
    );
    const many = (count: number, name: string) =>
      Array.from({ length: count }, (_, at) => `DNS:${at}.${name}`);
    const nameConstraints = { permitted: many(2000, 'example.com'), excluded: [], critical: true };
    const wide = leafOf('inner', innerKey, { names: many(2000, 'example.org') });
    expect(asked([wide, authority('inner', innerKey, { nameConstraints })], [root])).toBe('unknown');
    const circle = [
      leafOf('a', otherKey),
      certificate('a', otherKey, 'b', innerKey),
      certificate('b', innerKey, 'a', otherKey),
    ];
    expect(asked(circle, [root])).toEqual({ openssl: 'untrusted at b', go: 'untrusted at leaf' });
  });
});
