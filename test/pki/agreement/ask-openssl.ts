/** What openssl says of two files. Nothing is read from its words but what it is asked for. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';

export interface Said {
  readonly ok: boolean;
  readonly text: string;
}

/** Runs openssl; an exit code other than 0 is an answer. */
export function ask(...args: readonly string[]): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = execFile('openssl', args, { encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ ok: error === null, text: stdout + stderr });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end();
  });
}

export interface CertificateSaid {
  readonly loads: boolean;
  readonly publicKey: string | undefined;
  readonly fingerprint: string | undefined;
  readonly hosts: ReadonlyMap<string, boolean>;
  readonly addresses: ReadonlyMap<string, boolean>;
  /** by seconds from now: whether it is over by then */
  readonly over: ReadonlyMap<number, boolean>;
}

/** `openssl x509` on the first certificate of a file. */
export async function askCertificate(
  file: string,
  hosts: readonly string[],
  addresses: readonly string[],
  seconds: readonly number[],
): Promise<CertificateSaid> {
  const base = ['x509', '-in', file, '-noout'];
  const [first, key] = await Promise.all([ask(...base, '-fingerprint', '-sha256'), ask(...base, '-pubkey')]);
  const answers = await Promise.all([
    ...hosts.map((host) => ask(...base, '-checkhost', host)),
    ...addresses.map((address) => ask(...base, '-checkip', address)),
    ...seconds.map((each) => ask(...base, '-checkend', String(each))),
  ]);
  const matching = (said: Said | undefined) => / does match certificate/.test(said?.text ?? '');
  const table = <T>(keys: readonly T[], from: number, answer: (said: Said | undefined) => boolean) =>
    new Map(keys.map((key, at) => [key, answer(answers[from + at])] as const));
  return {
    loads: first.ok,
    publicKey: publicKeyOf(key.text),
    fingerprint: /Fingerprint=([0-9A-F:]+)/i.exec(first.text)?.[1]?.replaceAll(':', '').toLowerCase(),
    hosts: table(hosts, 0, matching),
    addresses: table(addresses, hosts.length, matching),
    over: table(seconds, hosts.length + addresses.length, (said) => / will expire/.test(said?.text ?? '')),
  };
}

export interface KeySaid {
  readonly loads: boolean;
  /** loads, and its parts belong together: `pkey -check` */
  readonly sound: boolean;
  /** the same by `rsa -check`, for RSA keys alone */
  readonly rsaSound: boolean | undefined;
  readonly needsPassphrase: boolean;
  readonly publicKey: string | undefined;
}

/** `openssl pkey` and `openssl rsa` on the private key of a file. */
export async function askKey(file: string, passphrase: string | undefined): Promise<KeySaid> {
  const without = ['-in', file, '-noout', '-passin', 'pass:'];
  const [loaded, checked, rsa] = await Promise.all([
    ask('pkey', '-in', file, '-pubout', '-passin', 'pass:'),
    ask('pkey', ...without, '-check'),
    ask('rsa', ...without, '-check'),
  ]);
  const unlocked =
    loaded.ok || passphrase === undefined
      ? undefined
      : await ask('pkey', '-in', file, '-noout', '-passin', `pass:${passphrase}`);
  return {
    loads: loaded.ok,
    sound: checked.ok && !/invalid/i.test(checked.text),
    rsaSound: /RSA key (ok|error)/.test(rsa.text) ? /RSA key ok/.test(rsa.text) : undefined,
    needsPassphrase: unlocked?.ok === true,
    publicKey: publicKeyOf(loaded.text),
  };
}

/** `openssl verify` at a time, as strictly as told. */
export function askChain(
  leaf: string,
  { roots, untrusted, at, strength }: { roots: string; untrusted: string; at: number; strength: number },
): Promise<Said> {
  return ask(
    ...['verify', '-attime', String(Math.floor(at / 1000)), '-auth_level', String(strength)],
    ...['-CAfile', roots, '-no-CAstore', '-untrusted', untrusted, leaf],
  );
}

/** SHA-256 of the SubjectPublicKeyInfo in a PEM text. */
function publicKeyOf(text: string): string | undefined {
  const base64 = /-----BEGIN PUBLIC KEY-----([^-]*)-----END/.exec(text)?.[1];
  return base64 && createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex');
}
