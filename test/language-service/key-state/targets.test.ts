/** The pairs and keys that tasks can be about, and how they stand. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openssl } from '../../pki/openssl';
import { at, carryOut, compose, GATEWAY, OLD, service, useProject, write } from '../../tasks/task-project';

useProject();

describe('targets', () => {
  it('are the pairs and keys of the deployment with their state', async () => {
    await write(`${OLD}  mender-useradm:
    image: mendersoftware/useradm:latest
`);
    expect(
      (await service.targets(compose)).map(({ title, state, tasks }) => [title, state, tasks[0]]),
    ).toEqual([
      ['TLS certificate of mender-api-gateway', 'not mounted', 'generate'],
      ['TLS certificate of storage-proxy', 'not mounted', 'generate'],
      ['Token signing key of mender-useradm', 'not mounted', 'generate'],
    ]);
    await carryOut({ kind: 'generate', days: 100, bits: 2048 });
    expect((await service.targets(compose)).map(({ state }) => state)).toEqual([
      expect.stringMatching(/^valid until \d{4}-\d\d-\d\d \(99 days left\)$/),
      expect.stringContaining('99 days left'),
      'RSA 2048',
    ]);
  });

  const levels = async () => (await service.targets(compose)).map(({ level }) => level);

  it('stand as the days of the user say, not only as their words do', async () => {
    await write(GATEWAY);
    expect(await levels()).toEqual(['missing']);
    await carryOut({ kind: 'generate', days: 100, bits: 2048 });
    expect(await levels()).toEqual(['ok']);
    service.configure({ rules: {}, trusted: true, expiresSoonDays: 120 });
    expect(await levels()).toEqual(['soon']);
    service.configure({ rules: {}, trusted: false });
    expect(await levels()).toEqual(['unknown']);
  });

  it('are bad where a file is there and of no use, and missing where one of two is not there', async () => {
    await write(GATEWAY);
    const plan = await carryOut({ kind: 'generate', bits: 2048 });
    const [certificate = '', key = ''] = ['certificate', 'private-key'].map(
      (kind) => plan.create.find((file) => file.kind === kind)?.path,
    );
    const bytes = await readFile(certificate);
    await writeFile(certificate, 'no certificate');
    service.changed();
    expect(await service.targets(compose)).toMatchObject([
      { state: 'the file holds no certificate', level: 'bad' },
    ]);
    await writeFile(certificate, bytes);
    await openssl('rsa', '-aes128', '-passout', 'pass:secret', '-in', key, '-out', at('locked.pem'));
    await writeFile(key, await readFile(at('locked.pem')));
    service.changed();
    expect(await service.targets(compose)).toMatchObject([{ encrypted: true, level: 'bad' }]);
    await rm(key);
    service.changed();
    expect(await service.targets(compose)).toMatchObject([
      { state: expect.stringMatching(/^valid until .*, private key missing$/), level: 'missing' },
    ]);
  });

  it('want attention where services share a key', async () => {
    await openssl('genrsa', '-traditional', '-out', at('shared.pem'), '2048');
    await write(`services:
  mender-useradm:
    image: mendersoftware/useradm:latest
    volumes:
      - ./shared.pem:/etc/useradm/rsa/private.pem:ro
  mender-device-auth:
    image: mendersoftware/deviceauth:latest
    volumes:
      - ./shared.pem:/etc/deviceauth/rsa/private.pem:ro
`);
    expect(await levels()).toEqual(['soon', 'soon']);
  });
});
