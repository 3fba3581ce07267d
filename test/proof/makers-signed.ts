/** Ways in which a certificate comes from an authority, or follows another one. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeAuthority } from './authority';
import { BITS, carryOut, type Made, type Maker } from './makers';

const NAMES = ['mender.example.com', '*.devices.example.com', '192.0.2.7', '2001:db8::7'];

export const signedMakers: readonly Maker[] = [
  {
    title: 'pairs that a root signs',
    async make(directory) {
      const { root } = await makeAuthority(path.join(directory, 'authority'));
      return Promise.all(
        (['rsa', 'ec'] as const).map((algorithm) =>
          pair(directory, algorithm, { algorithm, authority: root, ca: root.certificatePath }),
        ),
      );
    },
  },
  {
    title: 'a pair that an authority below the root signs',
    async make(directory) {
      const { root, between } = await makeAuthority(path.join(directory, 'authority'));
      const options = { algorithm: 'ec', authority: between, ca: root.certificatePath } as const;
      return [await pair(directory, 'chained', options)];
    },
  },
  {
    title: 'what openssl makes of our request',
    async make(directory) {
      const authority = await makeAuthority(path.join(directory, 'authority'));
      const at = (name: string) => path.join(directory, 'asked', name);
      const [key, request, certificate] = [at('key.pem'), at('request.csr'), at('cert.pem')];
      const asked = { keyPath: key, requestPath: request, names: NAMES, bits: BITS };
      await carryOut(directory, [{ kind: 'request', newKey: true, ...asked }]);
      const signed = new X509Certificate(await readFile(await authority.sign(request, NAMES)));
      await carryOut(directory, [
        { kind: 'chain', certificatePath: certificate, certificates: [signed.raw] },
      ]);
      const ca = authority.root.certificatePath;
      return [{ title: 'the imported certificate', certificate, key, ca, names: NAMES }];
    },
  },
  {
    title: 'a certificate and its successor, with a bundle of both to trust',
    async make(directory) {
      const old = await pair(directory, 'old', { algorithm: 'ec' });
      const at = (name: string) => path.join(directory, 'new', name);
      const same = { keyPath: old.key, certificatePath: at('same-key.pem') };
      const other = { keyPath: at('key.pem'), certificatePath: at('cert.pem') };
      const [names, bundlePath] = [NAMES, at('bundle.pem')];
      const certificatePaths = [old.certificate, same.certificatePath, other.certificatePath];
      await carryOut(directory, [
        { kind: 'certificate', ...same, names },
        { kind: 'tls-pair', ...other, names, bits: BITS },
        { kind: 'bundle', bundlePath, served: certificatePaths, roots: [] },
      ]);
      return [
        { ...old, ca: bundlePath },
        { title: 'renewed', certificate: same.certificatePath, key: old.key, ca: bundlePath, names },
        { title: 'rotated', certificate: other.certificatePath, key: other.keyPath, ca: bundlePath, names },
      ];
    },
  },
];

interface PairOptions {
  readonly algorithm: 'rsa' | 'ec';
  readonly authority?: { readonly certificatePath: string; readonly keyPath: string };
  readonly ca?: string;
}

async function pair(root: string, name: string, { algorithm, authority, ca }: PairOptions): Promise<Made> {
  const [key, certificate] = [path.join(root, name, 'key.pem'), path.join(root, name, 'cert.pem')];
  const order = {
    keyPath: key,
    certificatePath: certificate,
    names: NAMES,
    algorithm,
    bits: BITS,
    authority,
  };
  await carryOut(root, [{ kind: 'tls-pair', ...order }]);
  return { title: name, certificate, key, ca: ca ?? certificate, names: NAMES };
}
