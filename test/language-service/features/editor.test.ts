/** What an editor asks at each keystroke rests on the check that was made anyway. */
import { expect, it, test } from 'vitest';
import type { LanguageService } from '../../../server/src/language-service/api/index';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { memoryHost } from '../../platform/memory-host';

const FILE = '/project/docker-compose.yml';
const EVERYWHERE = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } };

function deployment(services: number) {
  const text = Array.from(
    { length: services },
    (_, i) =>
      `  useradm-${i}:\n    image: mendersoftware/useradm:mender-3.7.0\n    volumes:\n      - ./k${i}.pem:/etc/useradm/rsa/private.pem:ro\n`,
  ).join('');
  const host = memoryHost({ files: { [FILE]: `services:\n${text}` } });
  const service = createLanguageService(host);
  service.configure({ rules: {}, trusted: true, folders: ['/project'] });
  service.open(FILE, `services:\n${text}`, 1);
  return { host, service };
}

it('no file is looked at again for lenses, hints, links, outline, hover and navigation', async () => {
  const { host, service } = deployment(100);
  await service.check(FILE);
  const calls = host.calls.length;
  expect(calls).toBeGreaterThan(100);
  expect(await service.lenses(FILE)).toHaveLength(100);
  expect(await service.outline(FILE)).toHaveLength(100);
  expect(await service.hints(FILE, EVERYWHERE)).toEqual([]);
  expect(await service.links(FILE)).toEqual([]);
  expect(await service.references(FILE, { line: 4, character: 10 })).toHaveLength(1);
  expect(host.calls.length).toBe(calls);
});

test.each<[string, (service: LanguageService) => void, number]>([
  ['a text', (s) => s.open(FILE, 'services: {}\n', 2), 0],
  ['a setting', (s) => s.configure({ rules: { 'key-file-missing': 'off' }, trusted: true }), 1],
  ['a file', (s) => s.changed(['/project/k0.pem']), 1],
  ['the disk', (s) => s.changed(), 1],
])('%s that changed is seen', async (_what, change, count) => {
  const { host, service } = deployment(1);
  await service.check(FILE);
  const before = (await service.lenses(FILE))[0]?.title;
  expect(before).toBe('Token key: file not found');
  host.putDirectory('/project/k0.pem');
  expect((await service.lenses(FILE))[0]?.title).toBe(before);
  change(service);
  const after = await service.lenses(FILE);
  expect(after).toHaveLength(count);
  expect(after[0]?.title).not.toBe(before);
});

it('a lens that is gone has no fix', async () => {
  const { service } = deployment(1);
  const [lens] = await service.lenses(FILE);
  expect(await service.lensFix(FILE, lens?.key ?? '')).toMatchObject({ generates: true });
  expect(await service.lensFix(FILE, 'another')).toBeUndefined();
  service.open(FILE, 'services: {}\n', 2);
  expect(await service.lensFix(FILE, lens?.key ?? '')).toBeUndefined();
});

it('two stacks with one file say the same once', async () => {
  const base = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7.0\n';
  const host = memoryHost({
    files: {
      [FILE]: base,
      '/project/a.yml': 'services:\n  mender-gui:\n    image: a\n',
      '/project/b.yml': 'services:\n  mender-gui:\n    image: b\n',
    },
  });
  const service = createLanguageService(host);
  const stacks = ['a', 'b'].map((name) => ({ files: [FILE, `/project/${name}.yml`] }));
  service.configure({ rules: {}, trusted: true, folders: ['/project'], stacks });
  service.open(FILE, base, 1);
  expect((await service.lenses(FILE)).map(({ title }) => title)).toEqual(['Token key missing']);
  expect(await service.outline(FILE)).toHaveLength(1);
  service.open(FILE, `${base}    volumes:\n      - `, 2);
  expect(await service.complete(FILE, { line: 4, character: 8 })).toHaveLength(1);
});
