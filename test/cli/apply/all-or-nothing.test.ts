/** A command changes all that it has to, or nothing: files, and texts of several compose files. What it says is so. */
import { beforeAll, describe, expect, it } from 'vitest';
import { make } from '../../../server/src/pki/generate/generate';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';
import { runReal } from '../real-cli';

const CERTS = '/etc/traefik/certs';
const BASE = `services:
  traefik:
    image: traefik:v3.3
    command: --providers.file.directory=/config
    volumes:
      - ./certs/server.crt:${CERTS}/mender.crt:ro
  deployments:
    image: mendersoftware/deployments:v4.0.1
`;
const OVERRIDE = `services:
  traefik:
    volumes:
      - ./certs/server.key:${CERTS}/mender.key:ro
`;
const USERADM = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.3.0\n';
const FILE = '/project/docker-compose.yml';
const OTHER = '/project/docker-compose.override.yml';

let pair: { readonly certificate: string; readonly key: string };
beforeAll(async () => {
  const host = memoryHost();
  host.putDirectory('/tls');
  const paths = { keyPath: '/tls/key.pem', certificatePath: '/tls/cert.pem' };
  const names = ['mender.example.com', 'traefik'];
  await make([{ kind: 'tls-pair', ...paths, names, algorithm: 'ec' }], host, { root: '/tls' });
  pair = { certificate: host.text(paths.certificatePath) ?? '', key: host.text(paths.keyPath) ?? '' };
});

/** The certificate is mounted in the base, its key in the override. */
function twoFiles(): MemoryHost {
  const host = memoryHost({
    files: { [FILE]: BASE, [OTHER]: OVERRIDE, '/project/certs/server.crt': pair.certificate },
  });
  host.put('/project/certs/server.key', pair.key, 0o600);
  return host;
}
const ROTATE = ['rotate', '--service', 'traefik', '--algorithm', 'ec', '--again', '--yes'];

describe('edits of two compose files', () => {
  it('are both made', async () => {
    const host = twoFiles();
    const { code, out, err } = await runReal([...ROTATE, '--format', 'json'], host);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ edited: ['docker-compose.yml', 'docker-compose.override.yml'] });
    expect(host.text(FILE)).toContain('compose/certs/mender.crt');
    expect(host.text(OTHER)).toContain('compose/certs/mender.key');
  });

  it.each([
    ['denied', 1],
    ['full', 1],
    ['changed', 1],
    ['denied', 0],
  ] as const)('or neither is, where one fails (%s, edit %i), and no key is made', async (problem, which) => {
    const host = twoFiles();
    const before = host.snapshot();
    for (let time = 1; time <= 2; time += 1) {
      let edits = 0;
      host.failWrites(({ operation }) =>
        operation === 'rewrite' && edits++ === which ? problem : undefined,
      );
      const { code, out, err } = await runReal([...ROTATE, '--format', 'json'], host);
      expect(code).toBe(2);
      expect(err).toContain('Nothing was created.');
      expect(JSON.parse(out)).toMatchObject({ created: [], edited: [], failures: [err.slice(16, -1)] });
      host.failWrites(undefined);
      expect(host.snapshot()).toEqual(before);
    }
  });

  it('are not begun where one of them is write-protected, and nobody has allowed it', async () => {
    for (const protect of [FILE, OTHER]) {
      const host = twoFiles();
      await host.writer.setMode(protect, 0o444);
      const before = host.snapshot();
      const refused = await runReal(ROTATE, host);
      expect(refused.code).toBe(2);
      expect(refused.err).toContain(`${protect} is write-protected`);
      expect(refused.err).toContain('Nothing was created.');
      expect(host.snapshot()).toEqual(before);
      expect(await runReal([...ROTATE, '--write-protected'], host)).toMatchObject({ code: 0, err: '' });
      expect(host.text(FILE)).toContain('compose/certs/mender.crt');
      expect(host.text(OTHER)).toContain('compose/certs/mender.key');
      expect(host.mode(protect)).toBe(0o444);
    }
  });

  it('a person is asked about write-protected files', async () => {
    for (const [answer, code] of [
      ['y', 0],
      ['n', 1],
    ] as const) {
      const host = twoFiles();
      await host.writer.setMode(OTHER, 0o444);
      const before = host.snapshot();
      const asked = ROTATE.filter((word) => word !== '--yes');
      const answered = await runReal(asked, host, { isTTY: true, input: `y\n${answer}\n` });
      expect(answered.err).toContain('docker-compose.override.yml is write-protected. Write anyway? [y/N]');
      expect(answered.code).toBe(code);
      if (answer === 'n') expect(host.snapshot()).toEqual(before);
      else expect(host.text(OTHER)).toContain('compose/certs/mender.key');
    }
  });
});

describe('a compose file', () => {
  it('keeps its owner, mode and further names', async () => {
    const host = memoryHost({ files: { [FILE]: USERADM } });
    await host.writer.setMode(FILE, 0o640);
    await host.writer.link(FILE, '/project/second-name.txt');
    const before = await host.files.status(FILE);
    expect(await runReal(['generate', '--yes'], host)).toMatchObject({ code: 0 });
    const after = await host.files.status(FILE);
    if (!before.ok || !after.ok) throw new Error('not there');
    const { identity, links, mode, uid } = before.value;
    expect(after.value).toMatchObject({ identity, links, mode, uid });
    expect(links).toBe(2);
    expect(host.text('/project/second-name.txt')).toBe(host.text(FILE));
    expect(host.text(FILE)).toContain('volumes:');
  });

  it('that is looked at under two names is edited once', async () => {
    const host = memoryHost({ files: { [FILE]: USERADM } });
    await host.writer.link(FILE, '/project/compose.copy.yml');
    const { code } = await runReal(['generate', '--yes', FILE, '/project/compose.copy.yml'], host);
    expect(code).toBe(0);
    expect(host.text(FILE)?.match(/volumes:/g)).toHaveLength(1);
  });
});

describe('a run that was killed', () => {
  /** Runs until a step, and then is no more. */
  async function killed(host: MemoryHost, at: 'first file' | 'second edit'): Promise<void> {
    let edits = 0;
    host.failWrites(({ operation, path }) => {
      if (at === 'first file')
        return operation === 'createFile' && path.endsWith('.tmp') ? 'crash' : undefined;
      return operation === 'rewrite' && ++edits === 2 ? 'crash' : undefined;
    });
    await runReal(ROTATE, host).catch(() => undefined);
    host.restart();
  }
  const next = (host: MemoryHost): MemoryHost => ({
    ...host,
    process: { ...host.process, id: 5000, isRunning: (id) => id === 5000 },
  });

  it('is finished by the next command, whatever that is, and told', async () => {
    const host = twoFiles();
    await killed(host, 'second edit');
    expect([host.text(FILE)?.includes('compose/certs'), host.text(OTHER)?.includes('compose/certs')]).toEqual(
      [true, false],
    );
    const dry = await runReal(['bundle', '--dry-run'], next(host));
    expect(dry.code).toBe(0);
    expect(host.text(OTHER)).not.toContain('compose/certs');
    const { err } = await runReal(['bundle', '--yes'], next(host));
    expect(err).toContain(
      'An earlier run was killed, and is finished now: edited docker-compose.override.yml.',
    );
    expect(host.text(OTHER)).toContain('compose/certs');
    expect(host.names().filter((name) => name.includes('.mender-compose-'))).toEqual([]);
    expect(host.text('/project/certs/server.crt')).toBe(pair.certificate);
    expect(host.text('/project/certs/server.key')).toBe(pair.key);
  });

  it('is told to have been finished, where the next one finds what it made', async () => {
    const host = twoFiles();
    const csr = ['csr', '--service', 'traefik', '--new-key', '--algorithm', 'ec', '--yes'];
    let links = 0;
    host.failWrites(({ operation }) => (operation === 'link' && ++links === 2 ? 'crash' : undefined));
    await runReal(csr, host).catch(() => undefined);
    host.restart();
    expect(host.names().filter((name) => /\.csr$|server-2\.key$/.test(name))).toHaveLength(1);
    const { code, err, out } = await runReal(csr, next(host));
    expect(code).toBe(0);
    expect(err).toMatch(
      /^mender-compose: An earlier run was killed, and is finished now: made certs\/server-2\.\w+\.\n$/,
    );
    expect(out).toContain('The request ./certs/server-2.csr already exists. Send it to the authority');
    expect(host.text('/project/certs/server-2.csr')).toMatch(/-----END CERTIFICATE REQUEST-----\n$/);
    expect(host.text('/project/certs/server-2.key')).toMatch(/-----END PRIVATE KEY-----\n$/);
  });

  it('has done nothing where it had made no file', async () => {
    const host = twoFiles();
    const names = host.names();
    await killed(host, 'first file');
    const { code, err } = await runReal(['convert', '--service', 'traefik', '--dry-run'], next(host));
    expect([code, err]).not.toContain('An earlier run');
    await runReal(['fix'], next(host));
    expect(host.names()).toEqual(names);
    for (const name of [FILE, OTHER]) expect(host.text(name)).toBe(name === FILE ? BASE : OVERRIDE);
  });
});

it('what was done before Ctrl-C came is told, and nothing of what it came into is left', async () => {
  const [first, second] = ['/project/a/docker-compose.yml', '/project/b/docker-compose.yml'];
  const host = memoryHost({ files: { [first]: USERADM, [second]: USERADM } });
  const controller = new AbortController();
  host.failWrites(({ operation, path }) => {
    if (operation === 'link' && path.startsWith('/project/b/')) controller.abort();
    return undefined;
  });
  const { signal } = controller;
  const { code, err, out } = await runReal(['generate', '--yes', 'a', 'b', '--format', 'json'], host, {
    signal,
  });
  expect([code, err]).toEqual([130, 'mender-compose: interrupted. Some of it was done:\n']);
  const { created, edited } = JSON.parse(out);
  expect(edited).toEqual(['a/docker-compose.yml']);
  expect(created.map(({ file }: { file: string }) => file)).toEqual([expect.stringMatching(/^a\//)]);
  expect(host.text(second)).toBe(USERADM);
  expect(host.names().filter((name) => name.startsWith('/project/b/'))).toEqual([second]);
});
