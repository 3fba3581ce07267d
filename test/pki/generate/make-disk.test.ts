/** `make` on the real disk against other runs, killed runs, full and read-only disks, and as another user. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { make } from '../../../server/src/pki/generate/generate';
import type { KeyRequest, MakeAnswer } from '../../../server/src/pki/generate/requests';
import { nodeHost } from '../../../server/src/platform/node/node-platform';
import { inTemporaryDirectory, temporaryDirectory } from '../openssl';

const run = promisify(execFile);
const host = nodeHost();
const bundles = temporaryDirectory();
const bundle = () => path.join(bundles.path, 'make-process.cjs');
const NOBODY = 65534;
const AS_NOBODY = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

/** Some containers lack the right to mount or to change user; then the tests that need it show as skipped, and why. */
function can(what: string, command: string, ...args: string[]): boolean {
  const able = process.platform === 'linux' && spawnSync(command, args).status === 0;
  if (!able)
    console.warn(`Skipped, because this machine does not let us ${what}: ${command} ${args.join(' ')}`);
  return able;
}

const canMount = can('mount a file system', 'unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir());
const canBeNobody = can('run as another user', 'setpriv', ...AS_NOBODY, process.execPath, '--version');

beforeAll(async () => {
  await bundles.create();
  // Other users run it, too.
  await chmod(bundles.path, 0o755);
  await build({
    entryPoints: [path.join(import.meta.dirname, 'make-process.ts')],
    outfile: bundle(),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
});

afterAll(() => bundles.remove());

function ordersOf(root: string): KeyRequest[] {
  const pair = (name: string): KeyRequest => ({
    kind: 'tls-pair',
    keyPath: path.join(root, name, 'key.pem'),
    certificatePath: path.join(root, name, 'cert.pem'),
    names: [`${name}.example.com`],
    bits: 2048,
  });
  return [
    pair('gateway'),
    pair('storage'),
    { kind: 'token-key', keyPath: path.join(root, 'keys/a.pem'), bits: 2048 },
  ];
}

/** All names below a directory, files with their content and mode. */
async function tree(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const text = entry.isFile() ? await readFile(file, 'latin1') : '';
    const mode = entry.isSymbolicLink() ? '' : ((await stat(file)).mode & 0o7777).toString(8);
    found[path.relative(root, file)] = `${mode} ${text}`;
  }
  return found;
}

async function expectPair(directory: string): Promise<void> {
  const certificate = new X509Certificate(await readFile(path.join(directory, 'cert.pem')));
  expect(certificate.checkPrivateKey(createPrivateKey(await readFile(path.join(directory, 'key.pem'))))).toBe(
    true,
  );
}

/** One run made everything, and every other one says that it was too late. */
function expectEachMadeOnce(answers: readonly MakeAnswer[]): void {
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  for (const answer of answers) {
    if (!answer.ok)
      expect(answer.message).toMatch(/(Another program created|already exists).*Nothing was created\.$/);
  }
}

describe('several runs at once', () => {
  it('eight in one process make each file once', async () => {
    for (let round = 0; round < 2; round += 1) {
      await inTemporaryDirectory(async (root) => {
        const orders = ordersOf(root);
        const answers = await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            // Half of them go through the orders from the other end.
            make(index % 2 === 0 ? orders : orders.toReversed(), host, { root }),
          ),
        );
        expectEachMadeOnce(answers);
        expect(Object.keys(await tree(root)).sort()).toEqual(
          ['gateway', 'gateway/cert.pem', 'gateway/key.pem', 'keys', 'keys/a.pem', 'storage']
            .concat(['storage/cert.pem', 'storage/key.pem'])
            .sort(),
        );
        for (const name of ['gateway', 'storage']) await expectPair(path.join(root, name));
      });
    }
  });

  it('eight processes make each file once', async () => {
    await inTemporaryDirectory(async (root) => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const { stdout } = await run(process.execPath, [bundle(), root]);
          return JSON.parse(stdout) as MakeAnswer;
        }),
      );
      expectEachMadeOnce(answers);
      await expectPair(path.join(root, 'ssl'));
      expect(Object.keys(await tree(root)).filter((name) => name.includes('.mender-compose-'))).toEqual([]);
    });
  });
});

describe('killed runs', () => {
  it('leave nothing half done, and the next run completes', async () => {
    let killed = 0;
    for (let round = 0; round < 12; round += 1) {
      await inTemporaryDirectory(async (root) => {
        await writeFile(path.join(root, 'compose.yml'), 'mine');
        const child = spawn(process.execPath, [bundle(), root], { stdio: 'ignore' });
        const ended = new Promise<boolean>((resolve) =>
          child.once('exit', (_, signal) => resolve(signal !== null)),
        );
        // Most rounds wait until writing has begun, since that is where it could hurt.
        const started = (async () => {
          while (child.exitCode === null && (await readdir(root)).length < 2) await sleep(1);
        })();
        await (round < 3 ? sleep(40 * round) : started);
        await sleep(round % 4);
        child.kill('SIGKILL');
        if (await ended) killed += 1;

        for (const name of ['ssl/key.pem', 'keys/useradm-private.pem', 'ssl/cert.pem']) {
          const text = await readFile(path.join(root, name), 'utf8').catch(() => undefined);
          if (text !== undefined) expect(text).toMatch(/^-----BEGIN [\s\S]*-----END [A-Z ]+-----\n$/);
        }
        const { stdout } = await run(process.execPath, [bundle(), root]);
        const answer = JSON.parse(stdout) as MakeAnswer;
        if (!answer.ok) expect(answer.message).toContain('Another program created');
        await expectPair(path.join(root, 'ssl'));
        expect(await readFile(path.join(root, 'compose.yml'), 'utf8')).toBe('mine');
        expect(Object.keys(await tree(root)).filter((name) => name.includes('.mender-compose-'))).toEqual([]);
      });
    }
    expect(killed).toBeGreaterThan(0);
  });
});

describe('hostile disks', () => {
  it('follows no link out of the project', async () => {
    await inTemporaryDirectory(async (base) => {
      const [root, outside] = [path.join(base, 'project'), path.join(base, 'outside')];
      await mkdir(root);
      await mkdir(outside);
      await symlink(outside, path.join(root, 'gateway'));
      await mkdir(path.join(root, 'keys'));
      await symlink(path.join(outside, 'new.pem'), path.join(root, 'keys/a.pem'));
      const before = await tree(base);
      const answer = await make(ordersOf(root), host, { root });
      expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('outside of') });
      expect(await tree(base)).toEqual(before);
      // The dangling link is a name that is taken, not a way to write.
      expect(await make(ordersOf(root).slice(2), host, { root })).toMatchObject({ ok: false });
      expect(await tree(base)).toEqual(before);
    });
  });

  it('undoes what it made when cancelled while writing', async () => {
    await inTemporaryDirectory(async (root) => {
      const controller = new AbortController();
      const before = await tree(root);
      const watched = {
        ...host,
        writer: {
          ...host.writer,
          link: async (existing: string, name: string) => {
            const answer = await host.writer.link(existing, name);
            controller.abort();
            return answer;
          },
        },
      };
      const answer = await make(ordersOf(root), watched, { root, signal: controller.signal });
      expect(answer).toMatchObject({
        ok: false,
        cancelled: true,
        message: 'Cancelled. Nothing was created.',
      });
      expect(await tree(root)).toEqual(before);
    });
  });

  it.runIf(canMount)('says that the disk is full, and leaves nothing', async () => {
    await inTemporaryDirectory(async (root) => {
      // In a mount namespace of its own, so that nothing stays mounted whatever happens.
      const script =
        'mount -t tmpfs -o size=8k,mode=0755 tmpfs "$1" && "$2" "$3" "$1" && find "$1" -mindepth 1 | wc -l';
      const { stdout } = await run('unshare', [
        ...['--mount', 'sh', '-ec', script, 'sh', root, process.execPath, bundle()],
      ]);
      const [answer = '', left] = stdout.trim().split('\n');
      expect(JSON.parse(answer)).toMatchObject({
        ok: false,
        message: expect.stringContaining('no space is left'),
      });
      expect(answer).toContain('Nothing was created.');
      expect(left).toBe('0');
    });
  });

  it.runIf(canMount)('says that the file system is read-only', async () => {
    await inTemporaryDirectory(async (root) => {
      const script = 'mount -t tmpfs -o ro tmpfs "$1" && "$2" "$3" "$1"';
      const { stdout } = await run('unshare', [
        ...['--mount', 'sh', '-ec', script, 'sh', root, process.execPath, bundle()],
      ]);
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, message: expect.stringContaining('read-only') });
    });
  });

  it.runIf(canBeNobody)('works as a plain user, and says when that user may not', async () => {
    await inTemporaryDirectory(async (root) => {
      const asNobody = async () => {
        const { stdout } = await run('setpriv', [
          ...AS_NOBODY,
          ...['sh', '-c', 'umask 0277; exec "$0" "$@"', process.execPath, bundle(), root],
        ]);
        return JSON.parse(stdout) as MakeAnswer;
      };
      await chmod(root, 0o755);
      const denied = await asNobody();
      expect(denied).toMatchObject({ ok: false, message: expect.stringContaining('permission denied') });
      expect(await tree(root)).toEqual({});

      await chown(root, NOBODY, NOBODY);
      expectEachMadeOnce([await asNobody()]);
      const key = await stat(path.join(root, 'ssl/key.pem'));
      const certificate = await stat(path.join(root, 'ssl/cert.pem'));
      const directory = await stat(path.join(root, 'ssl'));
      expect([key.uid, key.mode & 0o7777]).toEqual([NOBODY, 0o600]);
      expect([certificate.mode & 0o7777, directory.mode & 0o7777]).toEqual([0o644, 0o700]);
    });
  });
});

describe('secrets', () => {
  it('stay in the key files: not in answers, progress, errors or other files', async () => {
    await inTemporaryDirectory(async (root) => {
      const told: string[] = [];
      const progress = (...each: unknown[]) => void told.push(JSON.stringify(each));
      const orders = ordersOf(root);
      told.push(JSON.stringify(await make(orders, host, { root, progress })));
      told.push(JSON.stringify(await make(orders, host, { root, progress })));
      // Damaged and encrypted keys, of which an error could quote.
      const key = await readFile(path.join(root, 'keys/a.pem'), 'latin1');
      const lines = key.split('\n').slice(1, -2);
      const damaged = key.replace(lines[3] ?? '', '');
      for (const [index, text] of [damaged, key.replace('RSA ', 'EC '), key.slice(0, 300)].entries()) {
        const keyPath = path.join(root, `bad${index}.pem`);
        await writeFile(keyPath, text);
        const order: KeyRequest = {
          kind: 'certificate',
          keyPath,
          certificatePath: path.join(root, `bad${index}.crt`),
          names: ['a.example.com'],
        };
        const answer = await make([order], host, { root });
        expect(answer.ok).toBe(false);
        told.push(JSON.stringify(answer));
      }
      for (const name of ['gateway/key.pem', 'storage/key.pem', 'keys/a.pem']) {
        const secret = (await readFile(path.join(root, name), 'latin1')).split('\n').slice(1, -2);
        // The first lines hold the modulus, which is public; no line of the rest may be anywhere.
        for (const line of secret) expect(told.join('\n')).not.toContain(line);
      }
    });
  });
});
