/** Keys of all kinds, made anew at each run and kept in memory. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { openssl } from '../openssl';
import type { Random } from './random';

export interface KeyFile {
  readonly kind: string;
  readonly key: KeyObject;
  /** what the key's own certificate carries: differs from `key` for curves that are spelled out */
  readonly certified: KeyObject;
  readonly pem: string;
  /** a curve that is spelled out, or a compressed point */
  readonly unusual: boolean;
  /** set on encrypted keys */
  readonly passphrase?: string;
}

export interface Kind {
  readonly name: string;
  readonly key: KeyObject;
}

const CURVES = [
  'prime256v1',
  'secp384r1',
  'secp521r1',
  'secp224r1',
  'secp256k1',
  'prime192v1',
  'brainpoolP256r1',
];
export const PASSPHRASE = 'open sesame';

/** One or two keys of each kind; with `large` RSA up to 4096 bits, which take seconds. */
export async function makeKeys({ large }: { readonly large: boolean }): Promise<readonly Kind[]> {
  const sizes = large ? [1024, 1536, 2048, 2048, 3072, 4096] : [1024, 2048, 2048];
  const wanted: readonly (readonly [name: string, type: string, options: object])[] = [
    ...sizes.map((modulusLength) => [`rsa-${modulusLength}`, 'rsa', { modulusLength }] as const),
    ...['prime256v1', ...CURVES].map((namedCurve) => [namedCurve, 'ec', { namedCurve }] as const),
    ['ed25519', 'ed25519', {}],
    ['ed25519', 'ed25519', {}],
    ['ed448', 'ed448', {}],
    ['rsa-pss-2048', 'rsa-pss', { modulusLength: 2048 }],
    ['dsa-1024', 'dsa', { modulusLength: 1024, divisorLength: 160 }],
  ];
  return Promise.all(wanted.map(async ([name, type, options]) => ({ name, key: await make(type, options) })));
}

function make(type: string, options: object): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    generateKeyPair(type as 'rsa', options as { modulusLength: number }, (error, _, privateKey) =>
      error ? reject(error) : resolve(privateKey),
    );
  });
}

/** One of the keys in one of the forms that files have. */
export async function keyFile(random: Random, { name, key }: Kind, scratch: string): Promise<KeyFile> {
  const cipher = random.pick(['aes-256-cbc', 'aes-128-cbc', 'des-ede3-cbc']);
  const pem = (type: 'pkcs1' | 'pkcs8' | 'sec1') => key.export({ type, format: 'pem' } as never).toString();
  const locked = (type: 'pkcs1' | 'pkcs8' | 'sec1') =>
    key.export({ type, format: 'pem', cipher, passphrase: PASSPHRASE } as never).toString();
  const plain = (kind: string, text: string): KeyFile => ({
    kind: `${name} ${kind}`,
    key,
    certified: key,
    unusual: false,
    pem: text,
  });
  const encrypted = (kind: string, text: string) => ({ ...plain(kind, text), passphrase: PASSPHRASE });
  const old = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : key.asymmetricKeyType === 'ec' ? 'sec1' : undefined;
  const forms: (() => KeyFile | Promise<KeyFile>)[] = [
    () => plain('pkcs8', pem('pkcs8')),
    () => encrypted('encrypted pkcs8', locked('pkcs8')),
  ];
  if (old !== undefined) {
    forms.push(() => plain(old, pem(old)));
    forms.push(() => plain(old, pem(old)));
    forms.push(() => encrypted(`encrypted ${old}`, locked(old)));
    forms.push(async () => plain('written by openssl', await throughOpenssl(pem(old), [], scratch)));
  }
  if (key.asymmetricKeyType === 'ec') {
    const conversions = [['-param_enc', 'explicit'], ['-conv_form', 'compressed'], []];
    const options = random.pick(conversions);
    forms.push(async () => {
      const text = await throughOpenssl(pem('sec1'), ['ec', ...options], scratch);
      return {
        ...plain(`sec1 ${options.join(' ')}`, text),
        certified: createPublicKey(createPrivateKey(text)),
        unusual: options.length > 0,
      };
    });
    forms.push(async () => {
      const parameters = await openssl('ecparam', '-name', name);
      return plain('sec1 with parameters', `${parameters}${pem('sec1')}`);
    });
  }
  return random.pick(forms)();
}

async function throughOpenssl(pem: string, command: readonly string[], scratch: string): Promise<string> {
  await writeFile(`${scratch}/in.pem`, pem);
  const args = command.length > 0 ? command : ['pkey'];
  await openssl(...args, '-in', `${scratch}/in.pem`, '-out', `${scratch}/out.pem`);
  return readFile(`${scratch}/out.pem`, 'utf8');
}
