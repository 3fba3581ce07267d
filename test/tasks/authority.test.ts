/** Certificates that an authority signs, elsewhere or here. */
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { KeyTask } from '../../server/src/language-service/api/tasks';
import { openssl } from '../pki/openssl';
import { at, carryOut, codes, compose, GATEWAY, OLD, service, text, useProject, write } from './task-project';

useProject();

describe('an authority elsewhere', () => {
  it('gets a request, and what it signs is checked, put in order and mounted', async () => {
    await write(OLD);
    await carryOut({ kind: 'generate', algorithm: 'ec' });
    const plan = await carryOut({
      kind: 'request',
      service: 'mender-api-gateway',
      newKey: true,
      algorithm: 'ec',
      names: ['more.example.com'],
    });
    const request = plan.create.find(({ kind }) => kind === 'request')?.path ?? '';
    expect(plan.edits).toEqual([]);
    expect(plan.names[0]?.names).toEqual(['mender.example.com', 'mender-api-gateway', 'more.example.com']);
    expect(
      await service.planTask(compose, { kind: 'request', service: 'mender-api-gateway', newKey: true }),
    ).toMatchObject({ kind: 'nothing', message: expect.stringContaining('already exists') });
    // The authority.
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=Corp Root',
      '-days',
      '300',
      '-keyout',
      at('root.key'),
      '-out',
      at('root.crt'),
    );
    await openssl(
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      at('root.crt'),
      '-CAkey',
      at('root.key'),
      '-days',
      '200',
      '-copy_extensions',
      'copy',
      '-out',
      at('signed.crt'),
    );
    // Root first, as some authorities send it.
    await writeFile(at('answer.pem'), (await text('root.crt')) + (await text('signed.crt')));
    service.changed();
    expect(await service.planTask(compose, { kind: 'import', certificates: [request] })).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('is the certificate request'),
    });
    const taken = await carryOut({ kind: 'import', certificates: [at('answer.pem')] });
    expect(taken.reminders.join(' ')).toContain('Corp Root');
    const mounted = taken.create[0]?.path ?? '';
    expect(await readFile(mounted, 'utf8')).toBe(await text('signed.crt'));
    expect(await codes()).toEqual([]);
    expect(await text('docker-compose.yml')).toContain('key-2.pem:/var/www');
    expect(
      await service.planTask(compose, { kind: 'import', certificates: [at('answer.pem')] }),
    ).toMatchObject({ kind: 'nothing' });
    expect(await service.planTask(compose, { kind: 'renew', service: 'mender-api-gateway' })).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('issued by Corp Root'),
    });
  });

  it('is told when its certificate belongs to no key, or has expired', async () => {
    await write(GATEWAY);
    await carryOut({ kind: 'generate', algorithm: 'ec' });
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=x',
      '-keyout',
      '/dev/null',
      '-out',
      at('alien.crt'),
    );
    expect(
      await service.planTask(compose, { kind: 'import', certificates: [at('alien.crt')] }),
    ).toMatchObject({ kind: 'refused', message: expect.stringContaining('belongs to a private key') });
    expect(await service.planTask(compose, { kind: 'import', certificates: [at('none.crt')] })).toMatchObject(
      { kind: 'refused', message: expect.stringContaining('Cannot read') },
    );
  });
});

describe('an authority here', () => {
  it('signs for the key that is mounted, and asks for its passphrase', async () => {
    await write(GATEWAY);
    await carryOut({ kind: 'generate', algorithm: 'ec' });
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-passout',
      'pass:geheim',
      '-subj',
      '/CN=House',
      '-days',
      '99',
      '-keyout',
      at('ca.key'),
      '-out',
      at('ca.crt'),
    );
    const authority = { certificate: at('ca.crt'), key: at('ca.key') };
    const task: KeyTask = { kind: 'sign', service: 'mender-api-gateway', authority };
    expect(await service.planTask(compose, task)).toMatchObject({ kind: 'refused', passphrase: 'needed' });
    expect(
      await service.planTask(compose, { ...task, authority: { ...authority, passphrase: 'falsch' } }),
    ).toMatchObject({ kind: 'refused', passphrase: 'wrong' });
    const open = { ...task, authority: { ...authority, passphrase: 'geheim' } };
    const plan = await carryOut(open);
    expect(JSON.stringify(plan)).not.toContain('geheim');
    const [made = '', bundle = ''] = plan.create.map((file) => file.path);
    expect(await openssl('verify', '-CAfile', bundle, made)).toContain('OK');
    expect(await codes()).toEqual([]);
    expect(await service.planTask(compose, open)).toMatchObject({ kind: 'nothing' });
  });
});
