/** An untrusted workspace: whatever its files say, nothing outside of its folders is looked at, links included. */
import { describe, expect, it } from 'vitest';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { memoryHost } from '../../platform/memory-host';

const FILE = '/w/docker-compose.yml';
const TEXT = `include:
  - ../out/include.yml
  - linked/include.yml
services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
    env_file: [../out/a.env, /out/b.env, linked/c.env]
    volumes:
      - /out/cert.pem:/var/www/mendersoftware/cert/cert.pem:ro
      - linked/key.pem:/var/www/mendersoftware/cert/key.pem:ro
  mender-useradm:
    extends: {file: link.yml, service: mender-useradm}
    volumes:
      - ../out/keys:/etc/useradm/rsa
`;

function world(folders: readonly string[] | undefined) {
  const host = memoryHost({
    files: {
      [FILE]: TEXT,
      '/w/.env': 'COMPOSE_FILE=../out/prod.yml:docker-compose.yml:docker-compose.override.yml\n',
      '/out/prod.yml': 'services: {mender-useradm: {image: x}}\n',
      '/out/include.yml': 'services: {}\n',
      '/out/keys/private.pem': 'x',
      '/out/cert.pem': 'x',
    },
  });
  host.putLink('/w/linked', '/out');
  host.putLink('/w/link.yml', '/out/prod.yml');
  host.putLink('/w/docker-compose.override.yml', '/out/prod.yml');
  const service = createLanguageService(host);
  const stacks = [{ files: [FILE, '/out/prod.yml'], projectDirectory: '/out', envFiles: ['/out/.env'] }];
  service.configure({ rules: {}, trusted: false, ...(folders && { folders }) });
  const outside = () =>
    host.calls.filter(({ operation, path }) => {
      // lstat(2) of a link itself tells that it is one, and nothing of where it leads.
      const isLink = operation === 'nameKind' && !/^\/w\/linked\/./.test(path);
      return !/^\/w(\/|$)/.test(path) || (!isLink && /^\/w\/(link|docker-compose\.override)/.test(path));
    });
  return { host, service, stacks, outside };
}

describe.each([
  ['with folders', ['/w']],
  ['without', undefined],
] as const)('%s', (_, folders) => {
  it('looks at nothing outside, however it is asked', async () => {
    const { host, service, stacks, outside } = world(folders);
    service.open(FILE, TEXT, 1);
    for (const given of [undefined, stacks]) {
      service.configure({
        rules: {},
        trusted: false,
        ...(folders && { folders }),
        ...(given && { stacks: given }),
      });
      const range = { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } };
      await service.check(FILE, undefined, { fixes: true });
      await service.fixes(FILE, range);
      await service.planAll(FILE, { generate: true });
      await service.targets(FILE);
      await service.planTask(FILE, { kind: 'renew', service: 'mender-api-gateway' });
      await service.planTask(FILE, {
        kind: 'sign',
        service: 'mender-api-gateway',
        authority: { certificate: '/out/cert.pem', key: '/out/key.pem' },
      });
      await service.planTask(FILE, { kind: 'import', certificates: ['/out/cert.pem'] });
      await service.planTask(FILE, { kind: 'convert', service: 'mender-useradm' });
      await service.links(FILE);
      await service.hints(FILE, range);
      await service.map(FILE);
      await service.offer(FILE);
      await service.deployments();
      for (let line = 0; line < 16; line++) {
        await service.describe(FILE, { line, character: 12 });
        await service.definition(FILE, { line, character: 12 });
        await service.complete(FILE, { line, character: 12 });
      }
      expect(outside()).toEqual([]);
    }
    expect(host.calls.length).toBeGreaterThan(10);
  });
});
