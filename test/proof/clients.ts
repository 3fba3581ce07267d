/** Real TLS clients, each asked what it makes of a server under a name. */
import { readFile } from 'node:fs/promises';
import { connect as connectSocket, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ended } from './tools';

/** `wrong name`: the certificate is trusted, and not for this name. Anything else that fails is thrown. */
export type Outcome = 'connected' | 'wrong name' | 'not trusted';

export interface Attempt {
  /** on 127.0.0.1 */
  readonly port: number;
  /** a DNS name without wildcard, or an address */
  readonly name: string;
  /** path of the certificates that the client trusts, and no others */
  readonly ca: string;
}

export interface Client {
  readonly title: string;
  connect(attempt: Attempt): Promise<Outcome>;
}

/** All clients of this machine. `go` is the compiled Go side, where there is a Go. */
export function clientsHere(tools: { readonly curl?: string; readonly go?: string }): readonly Client[] {
  const { curl, go } = tools;
  return [
    { title: 'openssl s_client', connect: byOpenssl },
    { title: 'Node', connect: byNode },
    ...(curl === undefined ? [] : [{ title: 'curl', connect: (attempt: Attempt) => byCurl(curl, attempt) }]),
    ...(go === undefined ? [] : [{ title: 'Go', connect: (attempt: Attempt) => byGo(go, attempt) }]),
  ];
}

async function byOpenssl({ port, name, ca }: Attempt): Promise<Outcome> {
  const checks = isIP(name) ? ['-verify_ip', name] : ['-verify_hostname', name, '-servername', name];
  const { code, output } = await ended('openssl', [
    ...['s_client', '-connect', `127.0.0.1:${port}`, '-verify_return_error', '-x509_strict'],
    ...['-no-CApath', '-no-CAstore', '-CAfile', ca, ...checks],
  ]);
  if (code === 0) return 'connected';
  // X509_V_ERR_HOSTNAME_MISMATCH and IP_ADDRESS_MISMATCH
  if (/verify error:num=6[24]:/.test(output)) return 'wrong name';
  // no issuer found (18 to 21), or one of this name with another key (7)
  if (/verify error:num=(7|18|19|20|21):/.test(output)) return 'not trusted';
  throw new Error(`openssl: ${output}`);
}

async function byCurl(curl: string, { port, name, ca }: Attempt): Promise<Outcome> {
  const host = isIP(name) === 6 ? `[${name}]` : name;
  // `--resolve` is for names; an address is led elsewhere by `--connect-to`.
  const way = isIP(name)
    ? ['--connect-to', `${host}:${port}:127.0.0.1:${port}`]
    : ['--resolve', `${name}:${port}:127.0.0.1`];
  const { code, output } = await ended(curl, [
    ...['--silent', '--show-error', '--max-time', '20', '--noproxy', '*', '--http1.1'],
    ...['--cacert', ca, '--capath', '/nonexistent', ...way, `https://${host}:${port}/`],
  ]);
  if (code === 0 && output === 'ok') return 'connected';
  if (code === 60 && /(subject|alternative certificate) name|does not match/i.test(output))
    return 'wrong name';
  if (code === 60) return 'not trusted';
  throw new Error(`curl: exit code ${code}: ${output}`);
}

async function byNode({ port, name, ca }: Attempt): Promise<Outcome> {
  const authority = await readFile(ca);
  return new Promise((resolve, reject) => {
    const socket = connectSocket(port, '127.0.0.1');
    // What SNI may not carry is still what the certificate is compared with.
    const server = isIP(name) ? { host: name } : { host: name, servername: name };
    const secure = connectTls({ socket, ca: authority, ...server });
    const end = (outcome: Outcome) => {
      resolve(outcome);
      secure.destroy();
    };
    socket.on('error', reject);
    secure.on('secureConnect', () => end('connected'));
    secure.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? '';
      if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') end('wrong name');
      else if (UNTRUSTED.includes(code)) end('not trusted');
      else reject(error);
    });
  });
}

const UNTRUSTED = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
];

async function byGo(program: string, { port, name, ca }: Attempt): Promise<Outcome> {
  const { output } = await ended(program, ['dial', `127.0.0.1:${port}`, name, ca]);
  const said = output.trim();
  if (said === 'connected' || said === 'wrong name' || said === 'not trusted') return said;
  throw new Error(`Go: ${said}`);
}
