/** What clients refuse is neither signed nor imported nor bundled, and trust is claimed only of what makes it. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { KeyTask } from '../../server/src/language-service/api/tasks';
import { encodePem } from '../../server/src/pki/pem/encode';
import { buildCertificate, type CertificateWishes } from '../pki/agreement/build-certificate';
import { openssl } from '../pki/openssl';
import { at, carryOut, compose, GATEWAY, service, text, useProject, write } from './task-project';

useProject();

const SERVICE = 'mender-api-gateway';
const DAY = 86_400_000;
const CLIENT = '1.3.6.1.5.5.7.3.2';
const NAMES = ['DNS:mender.example.com', 'DNS:mender-api-gateway'];
const ec = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const [rootKey, innerKey] = [ec(), ec()];
let serial = 1;

type Fault = Partial<CertificateWishes>;

function certificate(
  subject: string,
  key: KeyObject,
  issuer: string,
  signer: KeyObject,
  fault: Fault,
): string {
  const der = buildCertificate({
    subject,
    key,
    issuer: { subject: issuer, key: signer },
    signer,
    digest: 'sha256',
    serial: serial++,
    notBefore: Date.now() - DAY,
    notAfter: Date.now() + 90 * DAY,
    ...fault,
  });
  return encodePem('CERTIFICATE', der).toString();
}

const CA = { ca: true, keyUsage: 0x06 };
const rootOf = (fault: Fault = {}, key = rootKey) =>
  certificate('Root', key, 'Root', key, { ...CA, ...fault });
const innerOf = (fault: Fault = {}) => certificate('Inner', innerKey, 'Root', rootKey, { ...CA, ...fault });
const critical = { extensions: [{ oid: '1.2.3.4', critical: true, content: Buffer.of(5, 0) }] };
const elsewhere = { nameConstraints: { permitted: ['DNS:example.org'], excluded: [], critical: true } };

async function project(): Promise<void> {
  await write(GATEWAY);
  await carryOut({ kind: 'generate', algorithm: 'ec' });
}

/** The task that signs with the intermediate authority, its certificate before the root's. */
async function signing(inner: string, root: string): Promise<KeyTask> {
  await writeFile(at('ca.crt'), inner + root);
  await writeFile(at('ca.key'), innerKey.export({ type: 'sec1', format: 'pem' }));
  return { kind: 'sign', service: SERVICE, authority: { certificate: at('ca.crt'), key: at('ca.key') } };
}

/** A leaf for the key that is mounted. */
async function leafOf(fault: Fault = {}, issuer = 'Inner', signer = innerKey): Promise<string> {
  const key = createPublicKey(await text('ssl', 'mender-api-gateway', 'key.pem'));
  return certificate('leaf', key, issuer, signer, { names: NAMES, serverAuth: true, ca: false, ...fault });
}

async function importing(...pems: readonly string[]): Promise<KeyTask> {
  await writeFile(at('answer.pem'), pems.join(''));
  return { kind: 'import', service: SERVICE, certificates: [at('answer.pem')] };
}

const said = async (task: KeyTask) => {
  const answer = await service.planTask(compose, task);
  return answer.kind === 'plan' ? 'planned' : answer.message;
};

describe('an authority', () => {
  it.each<readonly [string, Fault, Fault, string]>([
    ['with name constraints', elsewhere, {}, 'do not allow mender.example.com'],
    ['whose issuer has them', {}, elsewhere, 'The name constraints of "Root" do not allow'],
    ['under a path length of 0', {}, { pathLength: 0 }, 'allows no other authority below it'],
    ['for clients only', { usages: [CLIENT] }, {}, 'does not include TLS servers'],
    ['with a critical extension', critical, {}, 'a critical extension that clients do not know (1.2.3.4)'],
    ['whose issuer is none', {}, { ca: false, keyUsage: undefined }, 'CA:TRUE is missing'],
  ])('%s is not signed with', async (_, inner, root, reason) => {
    await project();
    const task = await signing(innerOf(inner), rootOf(root));
    expect(await said(task)).toContain(reason);
    expect(await said(await signing(innerOf(), rootOf()))).toBe('planned');
  });

  it('has its root put into the bundle, and nothing is claimed without it', async () => {
    await project();
    const task = await signing(innerOf(), rootOf());
    const plan = await carryOut(task);
    const [made = '', bundle = ''] = plan.create.map(({ path }) => path);
    expect(plan.create.map(({ kind }) => kind)).toEqual(['certificate', 'bundle']);
    expect(await openssl('verify', '-untrusted', made, '-CAfile', bundle, made)).toContain('OK');
    expect(plan.reminders.join(' ')).toContain('which holds the root certificate of Root');

    await project();
    await writeFile(at('ca.crt'), innerOf());
    const without = await service.planTask(compose, { ...task, newKey: true } as KeyTask);
    if (without.kind !== 'plan') throw new Error(without.message);
    expect(without.plan.create.map(({ kind }) => kind)).not.toContain('bundle');
    expect(without.plan.rootWanted).toBe('Root');
    expect(without.plan.reminders.join(' ')).toContain('Get it from the authority');
    expect(without.plan.reminders.join(' ')).not.toContain('with it they trust');
    await writeFile(at('other.pem'), rootOf({}, innerKey));
    if (task.kind !== 'sign') throw new Error('another task');
    const authority = { ...task.authority, root: at('other.pem') };
    expect(await said({ ...task, newKey: true, authority })).toContain(
      './other.pem does not contain the root certificate of Inner',
    );
  });
});

describe('a certificate from elsewhere', () => {
  it.each<readonly [string, () => Promise<readonly string[]>, string]>([
    [
      'for clients only',
      async () => [await leafOf({ serverAuth: false, usages: [CLIENT] }), innerOf()],
      'does not include TLS servers',
    ],
    ['with a critical extension', async () => [await leafOf(critical), innerOf()], '(1.2.3.4)'],
    [
      'for key agreement of certificates',
      async () => [await leafOf({ keyUsage: 0x04 }), innerOf()],
      'does not allow TLS servers',
    ],
    [
      'whose issuer is no authority',
      async () => [await leafOf(), innerOf({ ca: false, keyUsage: undefined })],
      'CA:TRUE is missing',
    ],
    [
      'whose issuer may not sign',
      async () => [await leafOf(), innerOf({ keyUsage: 0x02 })],
      'may not be used to sign',
    ],
    [
      'whose issuer is for clients',
      async () => [await leafOf(), innerOf({ usages: [CLIENT] })],
      'does not include TLS servers',
    ],
    [
      'beyond the constraints',
      async () => [await leafOf(), innerOf(elsewhere)],
      'do not allow mender.example.com',
    ],
    [
      'below a path length of 0',
      async () => [await leafOf(), innerOf(), rootOf({ pathLength: 0 })],
      'allows no other authority',
    ],
    [
      'below an expired issuer',
      async () => [await leafOf(), innerOf({ notAfter: Date.now() - 3_600_000 })],
      '"Inner" has expired',
    ],
    [
      'with a gap above it',
      async () => [await leafOf(), rootOf()],
      'certificate of Inner between it and the others is missing',
    ],
  ])('%s is not taken in, unless somebody insists', async (_, pems, reason) => {
    await project();
    const task = await importing(...(await pems()));
    const answer = await service.planTask(compose, task);
    expect(answer).toMatchObject({ kind: 'refused', anyway: true, message: expect.stringContaining(reason) });
    const anyway = await service.planTask(compose, { ...task, anyway: true } as KeyTask);
    if (anyway.kind !== 'plan') throw new Error(anyway.message);
    expect(anyway.plan.effects[0]).toContain('Clients refuse it.');
    expect(anyway.plan.reminders.join(' ')).not.toMatch(/trust/);
  });

  it('that only Go refuses is taken in for a gateway, and the plan says so', async () => {
    await project();
    const directory = { nameConstraints: { permitted: ['DIR:'], excluded: [], critical: true } };
    const answer = await service.planTask(
      compose,
      await importing(await leafOf({ subject: '' }), innerOf(directory)),
    );
    if (answer.kind !== 'plan') throw new Error(answer.message);
    expect(answer.plan.effects.join(' ')).toContain('Programs written in Go, such as mender-cli, refuse it.');
  });

  it('asks for its root, and is checked by it', async () => {
    await project();
    const task = await importing(await leafOf());
    const answer = await service.planTask(compose, task);
    expect(answer).toMatchObject({ kind: 'plan', plan: { rootWanted: 'Inner' } });
    await writeFile(at('root.pem'), rootOf());
    // The root shows that one between is missing.
    expect(await said({ ...task, root: at('root.pem') } as KeyTask)).toContain(
      'certificate of Inner between it and',
    );
    await writeFile(at('leaf.pem'), await leafOf());
    expect(await said({ ...task, root: at('leaf.pem') } as KeyTask)).toContain(
      'contains no root certificate',
    );
    const whole = await importing(await leafOf(), innerOf());
    const plan = await carryOut({ ...whole, root: at('root.pem') } as KeyTask);
    const [made = '', bundle = ''] = plan.create.map(({ path }) => path);
    expect(await openssl('verify', '-untrusted', made, '-CAfile', bundle, made)).toContain('OK');
    // The bundle holds roots alone.
    expect(await readFile(bundle, 'utf8')).not.toContain((await readFile(made, 'utf8')).slice(0, 200));
  });
});

describe('a bundle', () => {
  it('asks for the root of what an authority issued', async () => {
    await project();
    await writeFile(at('ssl', 'mender-api-gateway', 'cert.pem'), (await leafOf()) + innerOf());
    service.changed();
    expect(await service.planTask(compose, { kind: 'bundle' })).toMatchObject({
      kind: 'refused',
      rootNeeded: true,
      message: expect.stringContaining('issued by Root'),
    });
    await writeFile(at('given'), rootOf());
    const plan = await carryOut({ kind: 'bundle', root: at('given') });
    const [bundle = ''] = plan.create.map(({ path }) => path);
    const served = at('ssl', 'mender-api-gateway', 'cert.pem');
    expect(await openssl('verify', '-untrusted', served, '-CAfile', bundle, served)).toContain('OK');
    expect(await said({ kind: 'bundle' })).toContain('already contains these certificates');
  });

  it('is not written for what every client refuses', async () => {
    await project();
    await writeFile(
      at('ssl', 'mender-api-gateway', 'cert.pem'),
      (await leafOf()) + innerOf({ ca: false, keyUsage: undefined }),
    );
    service.changed();
    expect(await said({ kind: 'bundle' })).toContain(
      'No client accepts the certificate of mender-api-gateway',
    );
  });
});
