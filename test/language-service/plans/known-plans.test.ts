/** What is applied is a plan that the same service made, from the files as they are. */
import { expect, it } from 'vitest';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { memoryHost } from '../../platform/memory-host';

const FILE = '/project/docker-compose.yml';
const TEXT = `services:
  mender-useradm:
    image: mendersoftware/useradm:mender-3.7.0
    volumes:
      - ./private.key:/etc/useradm/rsa/private.pem:ro
`;
const UNMOUNTED = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7.0\n';

it('a plan of another service, or a copy of one, is refused, and nothing is made', async () => {
  const host = memoryHost({ files: { [FILE]: UNMOUNTED } });
  const before = host.snapshot();
  const service = createLanguageService(host);
  const plan = await service.planAll(FILE, { generate: true });
  expect(plan.create).toHaveLength(1);
  const refused = {
    ok: false,
    cancelled: false,
    edited: [],
    message: expect.stringContaining('Plan it again'),
  };
  expect(await service.apply({ ...plan })).toEqual(refused);
  expect(await createLanguageService(host).apply(plan)).toEqual(refused);
  expect(await createLanguageService(host).apply({ ...plan, create: [], ignores: [] })).toEqual(refused);
  expect(host.snapshot()).toEqual(before);
  expect(await service.apply(plan)).toMatchObject({ ok: true, created: plan.create });
});

it('a plan without anything to do is carried out by whomever', async () => {
  const host = memoryHost({ files: { [FILE]: 'services:\n  other:\n    image: example/other:1\n' } });
  const service = createLanguageService(host);
  expect(await service.apply(await service.planAll(FILE, { generate: true }))).toMatchObject({ ok: true });
});

it('a file that came or changed after the check, though nobody said so, is seen by what follows', async () => {
  const host = memoryHost({ files: { [FILE]: TEXT } });
  const service = createLanguageService(host);
  const codes = async () => {
    const plan = await service.planAll(FILE, { generate: true });
    return plan.findings.map(({ code }) => code);
  };
  await service.check(FILE);
  expect(await codes()).toEqual(['key-file-missing']);
  host.put('/project/private.key', 'no key\n');
  expect(await codes()).not.toContain('key-file-missing');
  host.put(FILE, UNMOUNTED);
  expect(await codes()).toEqual(['missing-token-key-mount']);
});
