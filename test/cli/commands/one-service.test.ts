/** `--service` of the commands that are about everything: one service alone, with the real engine. */
import { beforeEach, describe, expect, it } from 'vitest';
import { make } from '../../../server/src/pki/generate/generate';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';
import { runReal } from '../real-cli';

const FILE = '/project/docker-compose.yml';
const TEXT = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
  storage-proxy:
    image: mendersoftware/storage-proxy:latest
  mender-useradm:
    image: mendersoftware/useradm:latest
  mender-device-auth:
    image: mendersoftware/deviceauth:latest
`;
const KEYS = `services:
  mender-useradm:
    image: mendersoftware/useradm:latest
    volumes:
      - ./keys/shared.pem:/etc/useradm/rsa/private.pem:ro
  mender-device-auth:
    image: mendersoftware/deviceauth:latest
    volumes:
      - ./keys/shared.pem:/etc/deviceauth/rsa/private.pem:ro
`;

let host: MemoryHost;
beforeEach(() => {
  host = memoryHost({ files: { [FILE]: TEXT } });
});

const run = async (...args: string[]) => {
  const { code, out, err } = await runReal([...args, '--format', 'json'], host, { cwd: '/project' });
  return { code, err, answer: out === '' ? undefined : JSON.parse(out) };
};
const services = (files: readonly { readonly service: string }[]) => [
  ...new Set(files.map(({ service }) => service)),
];

describe('generate --service', () => {
  it('makes and mounts what that service is missing, and nothing else', async () => {
    const done = await run('generate', '--service', 'storage-proxy', '--bits', '2048', '--yes');
    // What the others are missing is told afterwards.
    expect([done.code, done.err]).toEqual([1, '']);
    expect(services(done.answer.created)).toEqual(['storage-proxy']);
    expect(done.answer.created).toHaveLength(2);
    expect(host.text(FILE)?.match(/volumes:/g)).toHaveLength(1);
    expect(services(done.answer.left)).toEqual(
      expect.arrayContaining(['mender-api-gateway', 'mender-useradm', 'mender-device-auth']),
    );
    const again = await run('generate', '--service', 'storage-proxy', '--dry-run');
    expect(again.answer.create).toEqual([]);
  });

  it('knows the services, and names what is near to one that is not there', async () => {
    const { code, err } = await run('generate', '--service', 'storage-prox', '--yes');
    expect(code).toBe(2);
    expect(err).toContain('--service storage-prox: no such service with a certificate or key');
    expect(err).toContain('Did you mean storage-proxy?');
    expect(host.names()).toEqual([FILE]);
  });
});

describe('split --service', () => {
  it.each(['mender-useradm', 'mender-device-auth'])(
    'gives %s a key of its own, whichever it is',
    async (service) => {
      host = memoryHost({ files: { [FILE]: KEYS.replaceAll('shared.pem', 'useradm.pem') } });
      const order = { kind: 'token-key', keyPath: '/project/keys/useradm.pem', bits: 2048 } as const;
      expect(await make([order], host, { root: '/project' })).toMatchObject({ ok: true });
      const { code, answer } = await run('split', '--service', service, '--bits', '2048', '--yes');
      expect(code).toBe(0);
      expect(services(answer.created)).toEqual([service]);
      const own = (name: string) => /- (\S+?):/.exec(host.text(FILE)?.split(`  ${name}:`)[1] ?? '')?.[1];
      expect(own(service)).not.toBe('./keys/useradm.pem');
      expect([own('mender-useradm'), own('mender-device-auth')]).toContain('./keys/useradm.pem');
      const again = await run('split', '--service', service, '--yes');
      expect(again.answer.notes.join()).toContain(`${service} shares its private key with no other service.`);
    },
  );
});

describe('bundle --service', () => {
  it('holds the certificates of that service alone', async () => {
    await run('generate', '--bits', '2048', '--name', 'mender.example.com', '--yes');
    const count = (file: string) => host.text(file)?.match(/BEGIN CERTIFICATE/g)?.length;
    const one = await run('bundle', '--service', 'storage-proxy', '--output', 'one.crt', '--yes');
    expect([one.code, count('/project/one.crt')]).toEqual([0, 1]);
    const all = await run('bundle', '--output', 'all.crt', '--yes');
    expect([all.code, count('/project/all.crt')]).toEqual([0, 2]);
  });

  it('says of a service without TLS that it has no certificate', async () => {
    const { code, answer, err } = await run('bundle', '--service', 'mender-useradm', '--yes');
    expect(code).toBe(2);
    expect(`${err}${answer?.failures}`).toContain(
      'mender-useradm does not serve TLS, so it has no certificate.',
    );
  });
});
