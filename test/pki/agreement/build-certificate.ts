/**
 * Builds certificates of any kind, byte by byte, with our own hands: `openssl req` can't set dates or odd names, and
 * what reads must not be tested with what it wrote itself.
 */
import { constants, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';

export type Digest = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

export interface CertificateWishes {
  readonly subject: string;
  /** its own key, public or private */
  readonly key: KeyObject;
  /** itself unless told */
  readonly issuer?: { readonly subject: string; readonly key: KeyObject };
  readonly signer: KeyObject;
  readonly digest: Digest;
  /** sign as RSASSA-PSS */
  readonly pss?: boolean;
  readonly serial: number;
  readonly notBefore: number;
  readonly notAfter: number;
  /** such as DNS:a, IP:10.0.0.1, email:a@b, URI:x; no extension when undefined */
  readonly names?: readonly string[] | undefined;
  readonly ca?: boolean | undefined;
  /** bits of keyUsage from the left; no extension when undefined */
  readonly keyUsage?: number | undefined;
  readonly serverAuth?: boolean;
  /** 3 unless told; version 1 has no extensions. */
  readonly version?: 1 | 3;
  readonly pathLength?: number | undefined;
  /** of the basic constraints; true unless told */
  readonly caCritical?: boolean;
  /** extended key usages by dotted identifier, besides `serverAuth` */
  readonly usages?: readonly string[] | undefined;
  /** bases as in `names`, with IP:address/mask and DIR:common name */
  readonly nameConstraints?:
    | {
        readonly permitted: readonly string[];
        readonly excluded: readonly string[];
        readonly critical: boolean;
      }
    | undefined;
  /** whether it has key identifiers; true unless told. `issuer-serial`: the authority's name and serial as well */
  readonly keyIds?: boolean | { readonly issuer: string; readonly serial: number };
  /** any others */
  readonly extensions?: readonly {
    readonly oid: string;
    readonly critical: boolean;
    readonly content: Buffer;
  }[];
  /** Names are written as PrintableString in upper case, which is the same name to OpenSSL. */
  readonly shouting?: 'issuer' | 'subject' | undefined;
}

const RSA_DIGESTS: Readonly<Record<Digest, string>> = {
  md5: '1.2.840.113549.1.1.4',
  sha1: '1.2.840.113549.1.1.5',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};
const EC_DIGESTS: Readonly<Record<Digest, string>> = {
  md5: '1.2.840.10045.4.1',
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};
const HASHES: Readonly<Record<Digest, string>> = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};
/** Bytes; fits the smallest key with the largest digest. */
const SALT = 32;

/** The certificate in DER. Keys that sign with no such digest take SHA-1 for MD5, and DSA keys SHA-256 always. */
export function buildCertificate(asked: CertificateWishes): Buffer {
  const type = asked.signer.asymmetricKeyType;
  const digest = type === 'dsa' ? 'sha256' : type === 'ec' && asked.digest === 'md5' ? 'sha1' : asked.digest;
  const wishes = { ...asked, digest };
  const algorithm = algorithmOf(wishes);
  const own = identifierOf(wishes.key);
  const issuer = wishes.issuer ?? { subject: wishes.subject, key: wishes.key };
  const extensions = [
    wishes.names && extension('2.5.29.17', false, sequence(...wishes.names.map(generalName))),
    wishes.ca !== undefined &&
      extension(
        '2.5.29.19',
        wishes.caCritical ?? true,
        sequence(
          ...(wishes.ca ? [value(0x01, Buffer.of(0xff))] : []),
          ...(wishes.pathLength === undefined ? [] : [integer(wishes.pathLength)]),
        ),
      ),
    wishes.keyUsage !== undefined && extension('2.5.29.15', true, keyUsageBits(wishes.keyUsage)),
    (wishes.serverAuth || wishes.usages) &&
      extension(
        '2.5.29.37',
        false,
        sequence(...[...(wishes.serverAuth ? ['1.3.6.1.5.5.7.3.1'] : []), ...(wishes.usages ?? [])].map(oid)),
      ),
    wishes.nameConstraints &&
      extension('2.5.29.30', wishes.nameConstraints.critical, constraintsOf(wishes.nameConstraints)),
    wishes.keyIds !== false && extension('2.5.29.14', false, value(0x04, own)),
    wishes.keyIds !== false && extension('2.5.29.35', false, authorityOf(issuer.key, wishes.keyIds)),
    ...(wishes.extensions ?? []).map((each) => extension(each.oid, each.critical, each.content)),
  ].filter((each) => each !== undefined && each !== false);
  const versionOne = wishes.version === 1;
  const body = sequence(
    ...(versionOne ? [] : [value(0xa0, integer(2))]),
    integer(wishes.serial),
    algorithm,
    nameOf(issuer.subject, wishes.shouting === 'issuer'),
    sequence(time(wishes.notBefore), time(wishes.notAfter)),
    nameOf(wishes.subject, wishes.shouting === 'subject'),
    publicInfo(wishes.key),
    ...(versionOne ? [] : [value(0xa3, sequence(...extensions))]),
  );
  return sequence(body, algorithm, bitString(signatureOf(body, wishes)));
}

function signatureOf(body: Buffer, { signer, digest, pss }: CertificateWishes): Buffer {
  if (signer.asymmetricKeyType?.startsWith('ed')) return sign(null, body, signer);
  if (!pss) return sign(digest, body, signer);
  return sign(digest, body, {
    key: signer,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: SALT,
  });
}

function algorithmOf({ signer, digest, pss }: CertificateWishes): Buffer {
  switch (signer.asymmetricKeyType) {
    case 'ed25519':
      return sequence(oid('1.3.101.112'));
    case 'ed448':
      return sequence(oid('1.3.101.113'));
    case 'ec':
      return sequence(oid(EC_DIGESTS[digest]));
    case 'dsa':
      return sequence(oid('2.16.840.1.101.3.4.3.2'));
    default:
      return pss
        ? sequence(oid('1.2.840.113549.1.1.10'), pssParameters(digest))
        : sequence(oid(RSA_DIGESTS[digest]), NULL);
  }
}

function pssParameters(digest: Digest): Buffer {
  const hash = sequence(oid(HASHES[digest]), NULL);
  const mask = sequence(oid('1.2.840.113549.1.1.8'), hash);
  return sequence(value(0xa0, hash), value(0xa1, mask), value(0xa2, integer(SALT)));
}

function publicInfo(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ type: 'spki', format: 'der' });
}

/** Any octets that differ from key to key will do. */
function identifierOf(key: KeyObject): Buffer {
  return publicInfo(key).subarray(-20);
}

function authorityOf(key: KeyObject, keyIds: CertificateWishes['keyIds']): Buffer {
  const id = value(0x80, identifierOf(key));
  if (typeof keyIds !== 'object') return sequence(id);
  const names = value(0xa1, value(0xa4, nameOf(keyIds.issuer)));
  return sequence(id, names, value(0x82, integer(keyIds.serial).subarray(2)));
}

function constraintsOf({
  permitted,
  excluded,
}: {
  readonly permitted: readonly string[];
  readonly excluded: readonly string[];
}): Buffer {
  const trees = (tag: number, bases: readonly string[]) =>
    bases.length === 0 ? [] : [value(tag, Buffer.concat(bases.map((base) => sequence(generalName(base)))))];
  return sequence(...trees(0xa0, permitted), ...trees(0xa1, excluded));
}

function nameOf(commonName: string, shouting = false): Buffer {
  const attribute = (type: string, text: string) =>
    value(
      0x31,
      sequence(
        oid(type),
        shouting
          ? value(0x13, Buffer.from(text.toUpperCase(), 'latin1'))
          : value(0x0c, Buffer.from(text, 'utf8')),
      ),
    );
  const organization = attribute('2.5.4.10', 'Agreement');
  return sequence(organization, ...(commonName === '' ? [] : [attribute('2.5.4.3', commonName)]));
}

function generalName(name: string): Buffer {
  const [, kind = '', text = ''] = /^(\w+):(.*)$/s.exec(name) ?? [];
  const tags: Readonly<Record<string, number>> = { email: 0x81, DNS: 0x82, URI: 0x86 };
  if (kind === 'IP') return value(0x87, Buffer.concat(text.split('/').map(addressBytes)));
  if (kind === 'DIR') return value(0xa4, nameOf(text));
  return value(tags[kind] ?? 0x82, Buffer.from(text, 'latin1'));
}

function addressBytes(text: string): Buffer {
  if (isIP(text) === 4) return Buffer.from(text.split('.').map(Number));
  const [left = '', right = ''] = text.split('::');
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map((each) => Number.parseInt(each, 16));
  const [head, tail] = [groups(left), groups(right)];
  const all = [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}

function extension(type: string, critical: boolean, content: Buffer): Buffer {
  return sequence(oid(type), ...(critical ? [value(0x01, Buffer.of(0xff))] : []), value(0x04, content));
}

function keyUsageBits(bits: number): Buffer {
  const unused = bits === 0 ? 7 : Math.min(7, 31 - Math.clz32(bits & -bits));
  return value(0x03, Buffer.of(unused, bits));
}

function time(at: number): Buffer {
  const [date = '', clock = ''] = new Date(at).toISOString().split('T');
  const digits = `${date.replaceAll('-', '')}${clock.slice(0, 8).replaceAll(':', '')}Z`;
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050
    ? value(0x17, Buffer.from(digits.slice(2)))
    : value(0x18, Buffer.from(digits));
}

const NULL = Buffer.of(0x05, 0);

function sequence(...parts: readonly Buffer[]): Buffer {
  return value(0x30, Buffer.concat(parts));
}

function integer(number: number): Buffer {
  const bytes: number[] = [];
  for (let rest = number; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256))
    bytes.unshift(rest % 256);
  if ((bytes[0] ?? 0) >= 0x80) bytes.unshift(0);
  return value(0x02, Buffer.from(bytes));
}

function bitString(content: Buffer): Buffer {
  return value(0x03, Buffer.concat([Buffer.of(0), content]));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...others].flatMap((part) => {
    const groups = [part & 0x7f];
    for (let rest = part >> 7; rest > 0; rest >>= 7) groups.unshift(0x80 | (rest & 0x7f));
    return groups;
  });
  return value(0x06, Buffer.from(bytes));
}

function value(tag: number, content: Buffer): Buffer {
  const length = content.length;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), content]);
}
