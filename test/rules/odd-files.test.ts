/** What lies where a key belongs on a real disk, made by openssl and the system: one clear finding each, and no hang. */

import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import type { Host } from '../../server/src/platform/platform';
import { yaml } from '../yaml';

let directory: string;
let server: Server | undefined;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'mender-odd-')));
  mkdirSync(join(directory, 'keys'));
});
afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
  rmSync(directory, { recursive: true, force: true });
});

const key = () => join(directory, 'keys', 'key.pem');
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });

async function codes(host: Host = nodeHost(), release = '1.0.0'): Promise<string[]> {
  const file = join(directory, 'docker-compose.yml');
  writeFileSync(
    file,
    yaml`
      services:
        mender-useradm:
          image: mendersoftware/useradm:mender-${release}
          volumes:
            - ./keys/key.pem:/etc/useradm/rsa/private.pem:ro
    `,
  );
  const answer = await createLanguageService(host).check(file);
  if (!answer || 'problem' in answer) throw new Error('not checked');
  return answer.findings.map(({ code }) => code);
}

// Windows has neither FIFOs nor modes.
describe.skipIf(process.platform === 'win32')('in the place of a token key', () => {
  const cases: readonly [string, () => void | Promise<void>, readonly string[]][] = [
    ['a FIFO', () => void execFileSync('mkfifo', [key()]), ['not-pem']],
    [
      'a socket',
      async () => {
        const listening = createServer();
        server = listening;
        await new Promise<void>((resolve) => listening.listen(key(), resolve));
      },
      ['not-pem'],
    ],
    ['a device', () => symlinkSync('/dev/zero', key()), ['not-pem']],
    [
      'a file of 1 GB',
      () => {
        writeFileSync(key(), '');
        truncateSync(key(), 1024 ** 3);
      },
      ['not-pem'],
    ],
    ['a link to itself', () => symlinkSync('key.pem', key()), ['key-file-missing']],
    ['a link to nowhere', () => symlinkSync('nowhere.pem', key()), ['key-file-missing']],
    ['a directory', () => mkdirSync(key()), ['key-file-is-directory']],
    ['nothing', () => undefined, ['key-file-missing']],
    ['a key of openssl genpkey', () => made('genpkey', '-algorithm', 'RSA'), ['token-key-not-pkcs1']],
    ['an EC key', () => made('ecparam', '-name', 'prime256v1', '-genkey'), ['token-key-not-rsa']],
    [
      'an encrypted key',
      () => made('genpkey', '-algorithm', 'RSA', '-aes256', '-pass', 'pass:secret'),
      ['encrypted-private-key'],
    ],
    ['a key of 1024 bits', () => traditional(1024), ['weak-key']],
    [
      'a key that everyone reads',
      () => {
        traditional(2048);
        for (const [path, mode] of [
          [directory, 0o755],
          [join(directory, 'keys'), 0o755],
          [key(), 0o644],
        ] as const)
          chmodSync(path, mode);
      },
      ['private-key-permissions'],
    ],
    ['a key for its owner alone', () => traditional(2048), []],
  ];

  function made(...args: string[]): void {
    openssl(...args, '-out', key());
    chmodSync(key(), 0o600);
  }

  /** Of OpenSSL's versions, only some can be told to write PKCS#1. */
  function traditional(bits: number): void {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
    writeFileSync(key(), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  }

  it.each(cases)('%s', async (_name, place, wanted) => {
    await place();
    expect(await codes()).toEqual(wanted);
  });

  it('a file that vanishes between stat and read is missing', async () => {
    traditional(2048);
    const host = nodeHost();
    const vanishing: Host = {
      ...host,
      files: {
        ...host.files,
        read: async (path, limit) => {
          if (path === key()) unlinkSync(path);
          return host.files.read(path, limit);
        },
      },
    };
    expect(await codes(vanishing)).toEqual(['key-file-missing']);
  });

  it('a key in git is told until it is ignored, and when it is tracked all the same', async () => {
    traditional(2048);
    const git = (...args: string[]) => execFileSync('git', args, { cwd: directory, stdio: 'pipe' });
    git('init', '--quiet');
    expect(await codes()).toEqual(['private-key-in-git']);
    writeFileSync(join(directory, '.gitignore'), '/keys/key.pem\n');
    expect(await codes()).toEqual([]);
    git('add', '--force', 'keys/key.pem');
    expect(await codes()).toEqual(['private-key-in-git']);
  });
});
