/** Ways in which keys and certificates come to be here. The proofs hold for each row; a further kind is a further row. */
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { make } from '../../server/src/pki/generate/generate';
import type { KeyRequest } from '../../server/src/pki/generate/requests';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import { openssl } from '../pki/openssl';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
export const BITS = 2048;

/** What a server serves, and what its clients need. Paths are absolute. */
export interface Made {
  /** what it is, for messages */
  readonly title: string;
  /** the server's certificate, then those between it and the CA */
  readonly certificate: string;
  readonly key: string;
  /** what a client is to trust; the certificate itself where it is self-signed */
  readonly ca: string;
  /** DNS names, wildcards and addresses that it must be good for */
  readonly names: readonly string[];
}

export interface Maker {
  readonly title: string;
  /** Makes one or several below `directory`, which is empty. */
  make(directory: string): Promise<readonly Made[]>;
}

export const makers: readonly Maker[] = [
  {
    title: 'a pair for names of all kinds',
    make: (directory) =>
      selfSigned(directory, ['mender.example.com', '*.devices.example.com', '192.0.2.7', '2001:db8::7']),
  },
  {
    title: 'a pair of the default size, for an address alone',
    make: (directory) => selfSigned(directory, ['192.0.2.8'], undefined),
  },
  {
    title: 'an EC pair',
    make: (directory) => selfSigned(directory, ['mender.example.com', '192.0.2.9', '::1'], undefined, 'ec'),
  },
  {
    title: 'a pair for names too long for a common name',
    make: (directory) =>
      selfSigned(directory, [`${'long-'.repeat(11)}name.${'label.'.repeat(6)}example.com`]),
  },
  {
    title: 'a certificate for a PKCS#8 key that was there',
    async make(directory) {
      const key = path.join(directory, 'key.pem');
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: BITS });
      await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      const certificate = path.join(directory, 'cert.pem');
      const names = ['mender.example.com', '::1'];
      await carryOut(directory, [{ kind: 'certificate', keyPath: key, certificatePath: certificate, names }]);
      return [{ title: 'the certificate', certificate, key, ca: certificate, names }];
    },
  },
  { title: 'what the example deployment gets', make: fromCompose },
];

/** Every way in which a token key comes to be here: answers the paths. */
export const tokenMakers: readonly {
  readonly title: string;
  make(directory: string): Promise<string>;
}[] = [
  { title: 'a token key of the default size', make: (directory) => tokenKey(directory, undefined) },
  { title: 'a token key of 2048 bits', make: (directory) => tokenKey(directory, BITS) },
  {
    title: 'a token key for a container of another user',
    make: (directory) => tokenKey(directory, BITS, 'container'),
  },
  { title: 'a PKCS#8 key that was converted', make: (directory) => converted(directory) },
  { title: 'an encrypted key that was converted', make: (directory) => converted(directory, 'open sesame') },
];

async function tokenKey(
  directory: string,
  bits: number | undefined,
  reader: 'owner' | 'container' = 'owner',
): Promise<string> {
  const keyPath = path.join(directory, 'keys/private.pem');
  await carryOut(directory, [{ kind: 'token-key', keyPath, bits, reader }]);
  return keyPath;
}

/** What `openssl genpkey` makes, as Mender's documentation once had it, in the form that services load. */
async function converted(directory: string, passphrase?: string): Promise<string> {
  const sourcePath = path.join(directory, 'before.pem');
  const keyPath = path.join(directory, 'keys/private.pem');
  const locked = passphrase === undefined ? [] : ['-aes256', '-pass', `pass:${passphrase}`];
  await openssl(
    'genpkey',
    '-algorithm',
    'RSA',
    '-pkeyopt',
    `rsa_keygen_bits:${BITS}`,
    ...locked,
    '-out',
    sourcePath,
  );
  await carryOut(directory, [{ kind: 'conversion', sourcePath, keyPath, passphrase }]);
  return keyPath;
}

async function selfSigned(
  directory: string,
  names: readonly string[],
  bits: number | undefined = BITS,
  algorithm: 'rsa' | 'ec' = 'rsa',
): Promise<readonly Made[]> {
  const key = path.join(directory, 'ssl/key.pem');
  const certificate = path.join(directory, 'ssl/cert.pem');
  const order: KeyRequest = {
    kind: 'tls-pair',
    keyPath: key,
    certificatePath: certificate,
    names,
    bits,
    algorithm,
  };
  await carryOut(directory, [order]);
  return [{ title: 'the pair', certificate, key, ca: certificate, names }];
}

/** Carries out orders below `root`; throws when something is refused. */
export async function carryOut(root: string, orders: readonly KeyRequest[]): Promise<void> {
  const answer = await make(orders, nodeHost(), { root });
  if (!answer.ok) throw new Error(answer.message);
}

/** The names come from the compose file here, and so does where the files are. */
async function fromCompose(directory: string): Promise<readonly Made[]> {
  const project = path.join(directory, 'project');
  await mkdir(project);
  await cp(path.join(REPOSITORY, 'examples/production'), project, { recursive: true });
  const service = createLanguageService(nodeHost());
  const plan = await service.planAll(path.join(project, 'docker-compose.yml'), { generate: true });
  const answer = await service.apply(plan);
  if (!answer.ok) throw new Error(answer.message);
  const pathOf = (name: string, kind: string) => {
    const found = answer.created.find((file) => file.service === name && file.kind === kind);
    if (found === undefined) throw new Error(`no ${kind} was made for ${name}`);
    return found.path;
  };
  return plan.names.map(({ service: name, names, fallback }) => {
    const certificate = pathOf(name, 'certificate');
    const derived = names.length > 0 ? names : fallback;
    return { title: name, certificate, key: pathOf(name, 'private-key'), ca: certificate, names: derived };
  });
}
