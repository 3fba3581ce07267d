/** Chains of every kind: sound ones, and ones with a fault or two that some client minds. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { encodePem } from '../../../server/src/pki/pem/encode';
import { buildCertificate, type CertificateWishes } from './build-certificate';
import type { Random } from './random';

export interface ChainCase {
  readonly name: string;
  /** PEM: what a server sends, its own certificate first. */
  readonly sent: string;
  /** PEM: what the client trusts; at least one certificate. */
  readonly trusted: string;
  /** The host that the client asks for; '' for none. */
  readonly host: string;
  readonly at: number;
  readonly level: 0 | 1 | 2;
}

export interface ChainKeys {
  readonly usual: readonly KeyObject[];
  readonly unusual: readonly KeyObject[];
}

export function chainKeys(): ChainKeys {
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
  const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey;
  return {
    usual: [...Array.from({ length: 8 }, () => ec('prime256v1')), rsa(2048), rsa(2048)],
    unusual: [rsa(1024), generateKeyPairSync('ed25519').privateKey, ec('secp384r1'), ec('prime192v1')],
  };
}

const DAY = 86_400_000;
const SERVER = '1.3.6.1.5.5.7.3.1';
const CLIENT = '1.3.6.1.5.5.7.3.2';
const ANY = '2.5.29.37.0';
const HOSTS = ['mender.example.com', 's3.mender.example.com', 'other.org', '10.0.0.7', 'fd00::7', ''];

type Fault = Partial<CertificateWishes>;

/** What can be about a leaf. */
function leafFault(random: Random, now: number): readonly [string, Fault] {
  return random.pick<readonly [string, Fault]>([
    ['leaf for clients', { usages: [CLIENT] }],
    ['leaf for servers and clients', { usages: [SERVER, CLIENT] }],
    ['leaf for any', { usages: [ANY] }],
    ['leaf for nothing', { usages: [] }],
    ['leaf for server-gated cryptography', { usages: ['1.3.6.1.4.1.311.10.3.3'] }],
    ['leaf that agrees on keys', { keyUsage: 0x08 }],
    ['leaf that signs certificates only', { keyUsage: 0x04 }],
    ['leaf that signs', { keyUsage: 0x80 }],
    ['leaf expired', { notAfter: now - DAY }],
    ['leaf not yet valid', { notBefore: now + DAY }],
    ['leaf with a critical extension', { extensions: [unknownExtension(true)] }],
    ['leaf with an unknown extension', { extensions: [unknownExtension(false)] }],
    ['leaf that must staple', { extensions: [mustStaple(random.oneIn(2))] }],
    ['leaf of an authority', { ca: true, keyUsage: random.pick([undefined, 0x86]) }],
    ['leaf without basic constraints', { ca: undefined }],
    ['leaf with a path length', { ca: false, pathLength: 0 }],
    ['leaf without key identifiers', { keyIds: false }],
    ['leaf of version 1', { version: 1 }],
    ['leaf without names', { names: undefined }],
    ['leaf with mail', { names: ['DNS:mender.example.com', 'email:admin@example.com'] }],
    [
      'leaf with URI',
      {
        names: [
          'DNS:mender.example.com',
          random.pick(['URI:https://mender.example.com/x', 'URI:urn:x', 'URI:https://10.0.0.7/']),
        ],
      },
    ],
    ['leaf with a wildcard', { names: ['DNS:*.example.com'] }],
    ['leaf that names its issuer in capitals', { shouting: 'issuer' }],
    ['leaf with weak digest', { digest: random.pick(['sha1', 'md5'] as const) }],
  ]);
}

/** What can be about an authority. */
function authorityFault(random: Random, now: number): readonly [string, Fault] {
  return random.pick<readonly [string, Fault]>([
    ['no authority', { ca: false }],
    ['without basic constraints', { ca: undefined }],
    ['without basic constraints, may sign', { ca: undefined, keyUsage: 0x06 }],
    ['may not sign', { keyUsage: 0x02 }],
    ['without key usage', { keyUsage: undefined }],
    ['path length 0', { pathLength: 0 }],
    ['path length 0', { pathLength: 0 }],
    ['path length 1', { pathLength: 1 }],
    ['for clients', { usages: [CLIENT] }],
    ['for servers', { usages: [SERVER] }],
    ['for any', { usages: [ANY] }],
    ['for code', { usages: ['1.3.6.1.5.5.7.3.3'] }],
    ['expired', { notAfter: now - DAY }],
    ['not yet valid', { notBefore: now + DAY }],
    ['with a critical extension', { extensions: [unknownExtension(true)] }],
    ['without key identifiers', { keyIds: false }],
    ['of version 1', { version: 1 }],
    ['not critical', { caCritical: false }],
    ['in capitals', { shouting: 'subject' }],
    ['with weak digest', { digest: random.pick(['sha1', 'md5'] as const) }],
    ['with constraints', { nameConstraints: constraints(random) }],
    ['with constraints', { nameConstraints: constraints(random) }],
    ['with constraints', { nameConstraints: constraints(random) }],
    ['with constraints', { nameConstraints: constraints(random) }],
  ]);
}

function constraints(random: Random): NonNullable<CertificateWishes['nameConstraints']> {
  const bases = () =>
    random.pick<readonly string[]>([
      ['DNS:example.com'],
      ['DNS:.example.com'],
      ['DNS:mender.example.com'],
      ['DNS:ender.example.com'],
      ['DNS:EXAMPLE.com', 'DNS:org'],
      ['DNS:'],
      ['DNS:other.org'],
      ['DNS:s3.example.com'],
      ['IP:10.0.0.0/255.0.0.0'],
      ['IP:192.168.0.0/255.255.0.0'],
      ['IP:fd00::/ffff::'],
      ['IP:0.0.0.0/0.0.0.0', 'DNS:example.com'],
      ['IP:10.0.0.0/255.0.255.0'],
      ['email:example.com'],
      ['email:admin@example.com'],
      ['email:.example.com'],
      ['URI:example.com'],
      ['URI:.example.com'],
      ['DIR:'],
      ['DIR:leaf'],
      ['DIR:', 'DNS:example.com'],
    ]);
  const kind = random.below(3);
  return {
    permitted: kind === 1 ? [] : bases(),
    excluded: kind === 0 ? [] : bases(),
    critical: !random.oneIn(3),
  };
}

function unknownExtension(critical: boolean) {
  return { oid: '1.3.6.1.4.1.99999.1', critical, content: Buffer.of(5, 0) };
}

function mustStaple(critical: boolean) {
  return { oid: '1.3.6.1.5.5.7.1.24', critical, content: Buffer.of(0x30, 3, 2, 1, 5) };
}

/** A chain, and what a client has to judge it by. */
export function makeChainCase(random: Random, keys: ChainKeys, now: number, number: number): ChainCase {
  const told: string[] = [];
  const key = () => (random.oneIn(12) ? random.pick(keys.unusual) : random.pick(keys.usual));
  const depth = random.pick([1, 2, 2, 3, 3, 3, 4, 4]);
  let serial = number * 16 + 1;
  // From the root down; the last is the leaf.
  const subjects = Array.from({ length: depth }, (_, at) =>
    at === depth - 1 ? 'leaf' : `${at === 0 ? 'Root' : `Inner ${at}`} ${number}`,
  );
  const own = subjects.map(() => key());
  const faults = subjects.map((): Fault => ({}));
  for (let count = random.pick([0, 1, 1, 1, 2]); count > 0; count -= 1) {
    const at = random.below(depth);
    const [what, fault] = at === depth - 1 ? leafFault(random, now) : authorityFault(random, now);
    told.push(at === depth - 1 ? what : `${subjects[at]} ${what}`);
    faults[at] = { ...faults[at], ...fault };
  }
  const certificate = (at: number, issuer: string, signer: KeyObject, more: Fault = {}) => {
    const isLeaf = at === depth - 1;
    const fault = { ...faults[at], ...more };
    const isRsa = signer.asymmetricKeyType === 'rsa';
    return buildCertificate({
      subject: subjects[at] ?? '',
      key: own[at] as KeyObject,
      issuer: { subject: issuer, key: signer },
      signer,
      serial: serial++,
      notBefore: now - 10 * DAY,
      notAfter: now + 100 * DAY,
      ...(isLeaf
        ? {
            names: ['DNS:mender.example.com', 'DNS:s3.mender.example.com', 'IP:10.0.0.7'],
            ca: depth === 1 ? random.pick([undefined, false, true]) : false,
            usages: [SERVER],
          }
        : { ca: true, keyUsage: 0x06 }),
      ...fault,
      digest: (fault.digest === 'md5' && !isRsa ? 'sha1' : fault.digest) ?? 'sha256',
    });
  };
  const chain = subjects.map((_, at) =>
    certificate(at, subjects[Math.max(0, at - 1)] ?? '', own[Math.max(0, at - 1)] as KeyObject),
  );
  const [root, leaf] = [chain[0] as Buffer, chain.at(-1) as Buffer];
  const inner = chain.slice(1, -1).reverse();
  let sent = [leaf, ...inner];
  const trusted: Buffer[] = [];
  const strangerKey = key();
  const stranger = (name: string) =>
    buildCertificate({
      subject: name,
      key: strangerKey,
      signer: strangerKey,
      digest: 'sha256',
      serial: serial++,
      notBefore: now - 10 * DAY,
      notAfter: now + 100 * DAY,
      ca: true,
      keyUsage: 0x06,
    });

  switch (random.below(14)) {
    case 0:
      told.push('root sent');
      if (depth > 1) sent.push(root);
      break;
    case 1:
      told.push('reversed');
      sent = [leaf, ...inner.toReversed()];
      break;
    case 2:
      told.push('link missing');
      if (inner.length > 0) sent.splice(1 + random.below(inner.length), 1);
      break;
    case 3: {
      told.push('signed by another key');
      const at = random.below(depth);
      const forged = certificate(at, subjects[Math.max(0, at - 1)] ?? '', strangerKey);
      sent = sent.map((each) => (each === chain[at] ? forged : each));
      break;
    }
    case 4: {
      // The topmost authority below the root is signed by another root as well, and either may come first.
      told.push('cross-signed');
      const at = Math.min(1, depth - 1);
      if (at < depth - 1) {
        const fault = random.oneIn(2) ? { notAfter: now - DAY } : {};
        const cross = certificate(at, `Stranger ${number}`, strangerKey, fault);
        sent = random.oneIn(2) ? [leaf, cross, ...sent.slice(1)] : [...sent, cross];
        if (random.oneIn(2)) trusted.push(stranger(`Stranger ${number}`));
      }
      break;
    }
    case 5: {
      // The root as an old one signed it, which has expired.
      told.push('root signed by an old root');
      if (depth > 1) {
        const cross = certificate(
          0,
          `Old ${number}`,
          strangerKey,
          random.oneIn(2) ? { notAfter: now - DAY } : {},
        );
        sent.push(cross);
        if (random.oneIn(3)) sent.push(stranger(`Old ${number}`));
        if (random.oneIn(3)) trusted.push(stranger(`Old ${number}`));
      }
      break;
    }
    case 6:
      told.push('a stranger between');
      sent.splice(1, 0, stranger(`Stranger ${number}`));
      break;
    case 7:
      told.push('a namesake of the root');
      if (random.oneIn(2)) sent.push(stranger(subjects[0] ?? ''));
      else trusted.push(stranger(subjects[0] ?? ''));
      break;
  }
  switch (random.below(12)) {
    case 0:
      told.push('root not trusted');
      trusted.push(stranger(`Nobody ${number}`));
      break;
    case 1:
      told.push('leaf trusted');
      trusted.push(leaf);
      break;
    case 2:
      told.push('authority above the leaf trusted');
      trusted.push(inner[0] ?? root);
      break;
    case 3: {
      told.push('old and new root trusted');
      const old = certificate(0, subjects[0] ?? '', own[0] as KeyObject, { notAfter: now - DAY });
      trusted.push(...(random.oneIn(2) ? [root, old] : [old, root]));
      break;
    }
    default:
      trusted.push(root);
  }
  const pem = (ders: readonly Buffer[]) =>
    ders.map((der) => encodePem('CERTIFICATE', der).toString()).join('');
  return {
    name: `chain ${number} (${depth}): ${told.join(', ') || 'sound'}`,
    sent: pem(sent),
    trusted: pem(trusted),
    host: random.pick(random.oneIn(3) ? HOSTS : ['mender.example.com']),
    at: now,
    level: random.pick([0, 1, 1, 1, 2] as const),
  };
}
