/** Certificates and keys of every kind that the rules tell apart, made by the real openssl when a test runs. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inTemporaryDirectory, openssl } from '../pki/openssl';

/** The rules about certificates. */
export const CERTIFICATE_CODES: readonly string[] = [
  'certificate-key-mismatch',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-expires-soon',
  'certificate-host-mismatch',
  'certificate-without-san',
  'certificate-wrong-usage',
  'certificate-chain-refused',
  'weak-signature',
  'storage-certificate-differs',
  'published-private-key',
];

const DAY_MS = 86_400_000;

export interface Made {
  /** PEM by name: `NAME.crt` and `NAME.key`. */
  readonly files: Readonly<Record<string, string>>;
  /** All certificates begin here; milliseconds since the epoch. */
  readonly start: number;
}

interface Order {
  readonly name: string;
  /** Whose key it is for; its own, made anew, where nothing is said. */
  readonly keyOf?: string;
  readonly rsa?: boolean;
  readonly subject: string;
  readonly names?: readonly string[];
  readonly days: number;
  readonly digest?: string;
  /** The authority, made before; itself where nothing is said. */
  readonly issuer?: string;
  readonly isCa?: boolean;
  /** Lines for openssl. */
  readonly extensions?: readonly string[];
}

export const HOST = 'mender.example.com';
export const STORAGE_HOST = 's3.example.com';
const GATEWAY = { subject: HOST, names: [HOST] };

const ORDERS: readonly Order[] = [
  { ...GATEWAY, name: 'good', days: 3650, rsa: true },
  { ...GATEWAY, name: 'good-ec', days: 3650 },
  { ...GATEWAY, name: 'other', days: 3650 },
  { ...GATEWAY, name: 'short', days: 100, rsa: true },
  { subject: 'other.example.com', names: ['other.example.com', '10.0.0.1'], name: 'other-host', days: 3650 },
  { subject: HOST, name: 'no-san', days: 3650 },
  { ...GATEWAY, name: 'sha1', days: 3650, digest: 'sha1' },
  { ...GATEWAY, name: 'md5', days: 3650, digest: 'md5', rsa: true },
  { subject: STORAGE_HOST, names: [STORAGE_HOST], name: 'storage', days: 3650 },
  { subject: STORAGE_HOST, names: [STORAGE_HOST], name: 'storage-other', days: 3650 },
  { subject: 'Test root', name: 'root', days: 3650, isCa: true },
  { subject: 'Test intermediate', name: 'intermediate', days: 100, issuer: 'root', isCa: true },
  { ...GATEWAY, name: 'leaf', days: 3650, issuer: 'intermediate' },
  { ...GATEWAY, name: 'for-clients', days: 3650, extensions: ['extendedKeyUsage=clientAuth'] },
  {
    subject: 'Narrow',
    name: 'narrow',
    days: 3650,
    isCa: true,
    extensions: ['nameConstraints=critical,permitted;DNS:example.org'],
  },
  { ...GATEWAY, name: 'narrow-leaf', days: 3650, issuer: 'narrow' },
  { subject: STORAGE_HOST, names: [STORAGE_HOST], name: 'storage-issued', days: 3650, issuer: 'root' },
];

/** Makes them all; takes about two seconds. */
export function makeCertificates(): Promise<Made> {
  return inTemporaryDirectory(async (directory) => {
    const at = (file: string) => join(directory, file);
    for (const order of ORDERS) await makeOne(order, at);
    const names = ORDERS.flatMap(({ name }) => [`${name}.crt`, `${name}.key`]);
    const files: Record<string, string> = {};
    for (const name of names) files[name] = await readFile(at(name), 'utf8');
    const { leaf, intermediate, root } = {
      leaf: files['leaf.crt'] ?? '',
      intermediate: files['intermediate.crt'] ?? '',
      root: files['root.crt'] ?? '',
    };
    files['chain.crt'] = leaf + intermediate + root;
    files['reversed.crt'] = root + intermediate + leaf;
    files['narrow-chain.crt'] = (files['narrow-leaf.crt'] ?? '') + files['narrow.crt'];
    const dates = await openssl('x509', '-in', at(`${ORDERS.at(-1)?.name}.crt`), '-noout', '-startdate');
    return { files, start: Date.parse(dates.replace('notBefore=', '').trim()) };
  });
}

async function makeOne(order: Order, at: (file: string) => string): Promise<void> {
  const {
    name,
    days,
    subject,
    names = [],
    issuer,
    isCa = false,
    digest = 'sha256',
    extensions: more = [],
  } = order;
  const kind = order.rsa
    ? ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']
    : ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  await openssl('genpkey', ...kind, '-out', at(`${name}.key`));
  const san = names.map((each) => `${/^[\d.]+$/.test(each) ? 'IP' : 'DNS'}:${each}`).join(',');
  const extensions = [
    `basicConstraints=critical,CA:${isCa ? 'TRUE' : 'FALSE'}`,
    ...(san ? [`subjectAltName=${san}`] : []),
    ...more,
  ];
  await writeFile(at(`${name}.cnf`), `${extensions.join('\n')}\n`);
  await openssl(
    'req',
    '-new',
    '-key',
    at(`${name}.key`),
    '-subj',
    `/CN=${subject}`,
    '-out',
    at(`${name}.csr`),
  );
  const signer = issuer
    ? ['-CA', at(`${issuer}.crt`), '-CAkey', at(`${issuer}.key`), '-CAcreateserial']
    : ['-signkey', at(`${name}.key`)];
  await openssl(
    'x509',
    '-req',
    '-in',
    at(`${name}.csr`),
    ...signer,
    '-days',
    String(days),
    `-${digest}`,
    '-extfile',
    at(`${name}.cnf`),
    '-out',
    at(`${name}.crt`),
  );
}

/** So many days after everything was made. */
export function daysAfter({ start }: Made, days: number): number {
  return start + days * DAY_MS;
}
