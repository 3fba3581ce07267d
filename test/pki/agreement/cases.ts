/** Pairs of certificate and key as servers may be given them, good ones and bad ones. */
import type { KeyObject } from 'node:crypto';
import { selfSignedCertificate } from '../../../server/src/pki/generate/certificate';
import { encodePem } from '../../../server/src/pki/pem/encode';
import { buildCertificate, type Digest } from './build-certificate';
import { damage, disguise } from './damage';
import { type Kind, keyFile } from './keys';
import type { Random } from './random';

export interface Case {
  /** says what it is */
  readonly name: string;
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly passphrase: string | undefined;
  /** what the certificate is checked against, where it was not made worthless */
  readonly roots: string | undefined;
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
  /** Its key's curve is spelled out or its point compressed: openssl keeps that form, and we don't. */
  readonly unusual: boolean;
  /** whether it was made to be broken */
  readonly damaged: boolean;
}

const DAY = 86_400_000;
const NAMES: readonly (readonly string[] | undefined)[] = [
  undefined,
  [],
  ['DNS:mender.example.com'],
  ['DNS:Mender.Example.COM', 'DNS:*.mender.example.com'],
  ['DNS:*.example.com', 'IP:10.0.0.1', 'email:a@example.com', 'URI:https://mender.example.com/'],
  ['IP:10.0.0.1', 'IP:fd00::1', 'IP:::1'],
  ['IP:10.0.0.1'],
  ['email:a@example.com'],
  ['DNS:localhost', 'DNS:*.local', 'DNS:*'],
  ['DNS:s3*.example.com', 'DNS:*3.example.com', 'DNS:s*3.example.com', 'DNS:s3.*.com'],
  ['DNS:xn--mnchen-3ya.example.com', 'DNS:xn--*.example.com', 'DNS:*.xn--mnchen-3ya.de'],
  ['DNS:a_b.example.com', 'DNS:*.a_b.com', 'DNS:-x.example.com', 'DNS:*.-x.com', 'DNS:.example.com'],
  ['DNS:mender.example.com.', 'DNS:10.0.0.1', 'DNS:', 'DNS:*.example..com'],
  ['IP:::ffff:10.0.0.1'.replace('10.0.0.1', 'a00:1')],
];
const HOSTS = [
  'mender.example.com',
  'MENDER.EXAMPLE.COM',
  's3.mender.example.com',
  'a.s3.mender.example.com',
  'example.com',
  's3.example.com',
  's3a.example.com',
  'as3.example.com',
  '*.example.com',
  '*.mender.example.com',
  'localhost',
  'mender.local',
  'xn--mnchen-3ya.example.com',
  'xn--a.example.com',
  'x.xn--mnchen-3ya.de',
  'a_b.example.com',
  'x.a_b.com',
  'a_b.mender.example.com',
  '-x.example.com',
  'y.-x.com',
  's3.x.com',
  'bare.example.com',
];
const ADDRESSES = ['10.0.0.1', '10.0.0.2', 'fd00::1', '::1', 'fd00:0:0:0:0:0:0:1', '::ffff:10.0.0.1'];

/** The case of this number. `now` is in milliseconds since the epoch, of a whole second. */
export async function makeCase(
  random: Random,
  { keys, now, scratch, number }: { keys: readonly Kind[]; now: number; scratch: string; number: number },
): Promise<Case> {
  const kind = random.pick(keys);
  const file = await keyFile(random, kind, scratch);
  const made =
    kind.name.startsWith('rsa-2') && random.oneIn(4)
      ? await ownCertificate(random, kind.key, now)
      : certificates(random, { keys, subject: file.certified, now, number, own: kind });
  const other = random.pick(keys);
  const foreign = random.oneIn(6) && other.name !== kind.name;
  const used = foreign ? await keyFile(random, other, scratch) : file;
  const keyPem = used.pem;
  const name = `${number}: ${foreign ? `${other.name} key for a ` : ''}${file.kind}, ${made.what}`;
  const common = {
    passphrase: used.passphrase,
    unusual: file.unusual || used.unusual,
    hosts: sample(random, HOSTS, 3),
    addresses: sample(random, ADDRESSES, 2),
  };
  if (!random.oneIn(3)) {
    return {
      ...common,
      name,
      certificate: Buffer.from(disguise(random, made.pem)),
      key: Buffer.from(disguise(random, keyPem)),
      roots: made.roots,
      damaged: false,
    };
  }
  const broken = damage(random, made.pem, keyPem);
  return {
    ...common,
    name: `${name}, ${broken.what}`,
    certificate: broken.certificate,
    key: broken.key,
    roots: undefined,
    damaged: true,
  };
}

interface Made {
  readonly what: string;
  readonly pem: string;
  /** PEM of the trusted roots */
  readonly roots: string | undefined;
}

/** What this program makes itself. */
async function ownCertificate(random: Random, key: KeyObject, now: number): Promise<Made> {
  const age = random.pick([0, -400 * DAY, 40 * DAY]);
  const pem = await selfSignedCertificate({
    key,
    names: [
      { kind: 'dns', value: 'mender.example.com' },
      { kind: 'dns', value: '*.mender.example.com' },
      { kind: 'ip', value: '10.0.0.1' },
    ],
    days: 365,
    now: now + age,
  });
  return { what: `our own certificate, ${age / DAY} days off`, pem: pem.toString(), roots: pem.toString() };
}

interface Ordered {
  readonly keys: readonly Kind[];
  readonly subject: KeyObject;
  readonly own: Kind;
  readonly now: number;
  readonly number: number;
}

/** A certificate, or a chain of up to three in any order, of any age and strength. */
function certificates(random: Random, { keys, subject, own, now, number }: Ordered): Made {
  const signers = keys.filter(({ name }) => !/dsa|pss|448|brainpool|192|secp/.test(name));
  const length = random.pick([1, 1, 2, 3, 3]);
  const selfSigning = length === 1;
  const [top, middle] = [random.pick(signers), random.pick(signers)];
  const digest = () => random.pick<Digest>(['sha256', 'sha256', 'sha384', 'sha512', 'sha1', 'md5']);
  const dates = () => {
    const [from, to] = random.pick([
      [-10, 100],
      [-10, 100],
      [-10, 10],
      [-500, -1],
      [-3000, 20_000],
      [5, 400],
    ] as const);
    return { notBefore: now + from * DAY, notAfter: now + to * DAY };
  };
  const names = random.pick(NAMES);
  const leafSigner = selfSigning ? own.key : length === 2 ? top.key : middle.key;
  const leafDigest = digest();
  const root = `Root ${number}`;
  const inner = `Intermediate ${number}`;
  const commonName = random.pick(['bare.example.com', 'mender.example.com', '*.example.com', 'device']);
  // A bit more trouble: an intermediate that is signed by another key than its issuer's.
  const forged = length === 3 && random.oneIn(8);
  const life = dates();
  const leaf = buildCertificate({
    subject: commonName,
    key: subject,
    issuer: selfSigning
      ? { subject: commonName, key: subject }
      : { subject: length === 2 ? root : inner, key: leafSigner },
    signer: leafSigner,
    digest: leafDigest,
    pss:
      leafSigner.asymmetricKeyType === 'rsa-pss' ||
      (leafSigner.asymmetricKeyType === 'rsa' && random.oneIn(4)),
    serial: number * 4 + 1,
    ...life,
    names,
    ca: selfSigning ? random.pick([undefined, true, false]) : random.pick([undefined, false]),
    keyUsage: random.pick([undefined, undefined, 0xa0]),
    serverAuth: random.oneIn(2),
  });
  const authority = (name: string, key: Kind, issuer: string, signer: Kind, serial: number) =>
    buildCertificate({
      subject: name,
      key: key.key,
      issuer: { subject: issuer, key: (issuer === root ? top : key).key },
      signer: signer.key,
      digest: digest(),
      serial,
      ...dates(),
      ca: true,
      keyUsage: 0x06,
    });
  const all = [leaf];
  if (length === 3) {
    const signer = forged ? random.pick(signers) : top;
    all.push(authority(inner, middle, root, signer, number * 4 + 2));
  }
  const rootCertificate = selfSigning ? leaf : authority(root, top, root, top, number * 4 + 3);
  if (!selfSigning && random.oneIn(2)) all.push(rootCertificate);
  const order = random.pick(['leaf first', 'leaf first', 'leaf first', 'leaf last']);
  if (order === 'leaf last') all.reverse();
  const weak = names === undefined ? 'no alternative names' : `names ${names.join(' ')}`;
  return {
    what: `${all.length} of a chain of ${length} (${order}), ${weak}`,
    pem: all.map((der) => encodePem('CERTIFICATE', der).toString()).join(''),
    roots: encodePem('CERTIFICATE', rootCertificate).toString(),
  };
}

function sample<T>(random: Random, from: readonly T[], count: number): readonly T[] {
  return Array.from({ length: count }, () => random.pick(from));
}
