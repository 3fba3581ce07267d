/** A new file has a name that nobody has: not the hundredth one, not that of another new file, not one that turns up. */
import { createPublicKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { memoryHost } from '../platform/memory-host';

const FILE = '/project/docker-compose.yml';
const USERADM = `services:
  mender-useradm:
    image: mendersoftware/useradm:mender-2.7.0
    volumes:
      - ./keys/private.key:/etc/useradm/rsa/private.pem:ro
`;

it('where more than a hundred are taken', async () => {
  const host = memoryHost({ files: { [FILE]: USERADM } });
  const { planTask, apply, changed } = createLanguageService(host);
  const generated = await planTask(FILE, { kind: 'generate', bits: 2048 });
  if (generated.kind !== 'plan') throw new Error(generated.message);
  await apply(generated.plan);
  changed();
  const oldest = host.text('/project/keys/private.key');
  for (let count = 2; count <= 250; count += 1) host.put(`/project/keys/private-${count}.key`, 'retired');
  const before = host.snapshot();
  const rotated = await planTask(FILE, {
    ...{ kind: 'rotate', service: 'mender-useradm', again: true, bits: 2048 },
  });
  if (rotated.kind !== 'plan') throw new Error(rotated.message);
  const answer = await apply(rotated.plan);
  const [file] = rotated.plan.create;
  expect(answer).toMatchObject({ ok: true, created: [file] });
  const path = file?.path ?? '';
  expect(before[path]).toBeUndefined();
  expect(createPublicKey(host.text(path) ?? '').export({ format: 'jwk' })).not.toEqual(
    createPublicKey(oldest ?? '').export({ format: 'jwk' }),
  );
  expect(JSON.stringify(rotated.plan.edits)).toContain(host.paths.basename(path));
});

it('for each of five hundred services', async () => {
  const names = Array.from({ length: 500 }, (_, index) => `useradm-${index}`);
  const services = names.map((name) => `  ${name}:\n    image: mendersoftware/useradm:mender-2.7.0\n`);
  const host = memoryHost({ files: { [FILE]: `services:\n${services.join('')}` } });
  const { create, edits } = await createLanguageService(host).planAll(FILE, { generate: true });
  expect(new Set(create.map(({ path }) => path)).size).toBe(500);
  const mounted = edits.flatMap((file) =>
    file.edits.map(({ newText }) => /- (\S+):\/etc/.exec(newText)?.[1]),
  );
  expect(new Set(mounted).size).toBe(500);
});

it('or nothing is made, where the file is there once it is to be made', async () => {
  const host = memoryHost({ files: { [FILE]: USERADM.replace(/ {4}volumes[\s\S]*/, '') } });
  const service = createLanguageService(host);
  const plan = await service.planAll(FILE, { generate: true });
  const [file] = plan.create;
  host.put(file?.path ?? '', 'theirs');
  const before = host.snapshot();
  expect(await service.apply(plan)).toMatchObject({
    ok: false,
    message: expect.stringContaining(`Another program created ${file?.path}`),
  });
  expect(host.snapshot()).toEqual(before);
});

it('or nothing is made, in a directory that can not be looked into', async () => {
  const host = memoryHost({ files: { [FILE]: USERADM, '/project/keys/private.key': 'x' } });
  const service = createLanguageService(host);
  host.deny('/project/keys');
  const answer = await service.planTask(FILE, { kind: 'generate' });
  if (answer.kind !== 'plan') return;
  expect(await service.apply(answer.plan)).toMatchObject({ ok: false });
});

it('for a certificate that is called as the trust bundle is', async () => {
  const gateway = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:mender-2.6.0
    volumes:
      - ./certs/server.crt:/var/www/mendersoftware/cert/cert.crt:ro
      - ./certs/server.key:/var/www/mendersoftware/cert/private.key:ro
`;
  const host = memoryHost({ files: { [FILE]: gateway } });
  const service = createLanguageService(host);
  const options = { algorithm: 'ec' } as const;
  for (const task of [
    { kind: 'generate', ...options },
    { kind: 'renew', service: 'mender-api-gateway', force: true },
    { kind: 'rotate', service: 'mender-api-gateway', again: true, directory: '/project/certs', ...options },
  ] as const) {
    const answer = await service.planTask(FILE, task);
    if (answer.kind !== 'plan') throw new Error(answer.message);
    const paths = answer.plan.create.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(await service.apply(answer.plan)).toMatchObject({ ok: true, created: answer.plan.create });
    service.changed();
  }
});
