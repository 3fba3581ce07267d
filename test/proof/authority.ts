/** An authority as people have them: made by openssl, a root and one between. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openssl } from '../pki/openssl';

export interface Authority {
  readonly root: { readonly certificatePath: string; readonly keyPath: string };
  /** its certificate file holds the root's as well */
  readonly between: {
    readonly certificatePath: string;
    readonly keyPath: string;
    readonly passphrase: string;
  };
  /** Signs a request as an authority elsewhere does. Answers the path of the certificate. */
  sign(request: string, names: readonly string[]): Promise<string>;
}

const EXTENSIONS = `basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
`;

/** Makes an authority in `directory`, which is created. */
export async function makeAuthority(directory: string): Promise<Authority> {
  await mkdir(directory);
  const at = (name: string) => path.join(directory, name);
  const passphrase = 'open sesame';
  await openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '400', '-subj', '/O=Proof/CN=Root'],
    ...['-addext', 'keyUsage=critical,keyCertSign', '-keyout', at('root.key'), '-out', at('root.crt')],
  );
  await openssl(
    ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-subj', '/CN=Between'],
    ...['-passout', `pass:${passphrase}`, '-keyout', at('between.key'), '-out', at('between.csr')],
  );
  const signedByRoot = ['-CA', at('root.crt'), '-CAkey', at('root.key'), '-CAcreateserial', '-days', '90'];
  await writeFile(at('between.ext'), EXTENSIONS);
  await openssl(
    ...['x509', '-req', '-in', at('between.csr'), ...signedByRoot],
    ...['-extfile', at('between.ext'), '-out', at('between.crt')],
  );
  const chain = await Promise.all(['between.crt', 'root.crt'].map((name) => readFile(at(name), 'utf8')));
  await writeFile(at('chain.crt'), chain.join(''));
  return {
    root: { certificatePath: at('root.crt'), keyPath: at('root.key') },
    between: { certificatePath: at('chain.crt'), keyPath: at('between.key'), passphrase },
    async sign(request, names) {
      const listed = names.map((name) => (/^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`));
      await writeFile(
        at('leaf.ext'),
        `subjectAltName=${listed.join()}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n`,
      );
      await openssl(
        ...['x509', '-req', '-in', request, ...signedByRoot],
        ...['-extfile', at('leaf.ext'), '-out', at('leaf.crt')],
      );
      return at('leaf.crt');
    },
  };
}
