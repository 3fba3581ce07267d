/** The deployments of a workspace: all of them, each once, and nothing else is read. */
import { describe, expect, it } from 'vitest';
import type {
  Deployments,
  DeploymentsOptions,
  Settings,
} from '../../../server/src/language-service/api/index';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { matcher } from '../../../server/src/language-service/workspace/glob';
import { memoryHost } from '../../platform/memory-host';

const BASE = `services:
  mender-useradm:
    image: mendersoftware/useradm:3.7
`;
const MOUNT = `services:
  mender-useradm:
    volumes:
      - ./useradm.pem:/etc/useradm/rsa/private.pem:ro
`;
const WHOLE = `${BASE}    volumes:\n      - ./useradm.pem:/etc/useradm/rsa/private.pem:ro\n`;
const OTHER = 'services:\n  database:\n    image: mongo\n';

function world(files: Readonly<Record<string, string>>, settings: Partial<Settings> = {}) {
  const host = memoryHost({
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`/w/${name}`, text])),
  });
  const service = createLanguageService(host);
  service.configure({ rules: {}, trusted: true, folders: ['/w'], ...settings });
  return { host, service };
}

async function find(
  { service }: Pick<ReturnType<typeof world>, 'service'>,
  options?: DeploymentsOptions,
): Promise<Deployments> {
  const found = await service.deployments(options);
  if (!found) throw new Error('it was aborted');
  return found;
}

const told = ({ deployments }: Deployments) =>
  deployments.map(({ stack }) => stack.files.map((file) => file.replace('/w/', '')).join(' + '));

describe('the deployments of a workspace', () => {
  it('are those of all directories with their keys; other software is left out', async () => {
    const found = await find(
      world({
        'docker-compose.yml': WHOLE,
        'sites/berlin/mender.yaml': WHOLE,
        'sites/berlin/other.yml': OTHER,
        'chart/values.yml': 'mender: true\n',
        'chart/rules.yml': 'kind: Role\nresources: [deployments, traefik]\n',
        'flow/a.yml': '{"services": {"mender-useradm": {"image": "mendersoftware/useradm:3.7"}}}',
        'notes.txt': WHOLE,
        'node_modules/x/docker-compose.yml': WHOLE,
        '.git/docker-compose.yml': WHOLE,
      }),
    );
    expect(told(found)).toEqual(['docker-compose.yml', 'flow/a.yml', 'sites/berlin/mender.yaml']);
    expect(found.complete).toBe(true);
    expect(found.deployments[2]?.targets).toMatchObject([
      { service: 'mender-useradm', key: '/w/sites/berlin/useradm.pem', state: 'missing', level: 'missing' },
    ]);
  });

  it('tell a base with the overlay that brings its keys, and an overlay that brings none with its base', async () => {
    const restart = 'services:\n  mender-useradm:\n    restart: always\n';
    const found = await find(
      world({
        'a/docker-compose.yml': BASE,
        'a/prod.yml': MOUNT,
        'a/restart.yml': restart,
        'b/docker-compose.yml': WHOLE,
        'b/restart.yml': restart,
      }),
    );
    expect(told(found)).toEqual(['a/docker-compose.yml + a/prod.yml', 'b/docker-compose.yml']);
  });

  it('are those that the settings name too, wherever their files lie', async () => {
    const { host, service } = world(
      { 'docker-compose.yml': BASE, 'prod.yml': MOUNT },
      {
        stacks: [
          { name: 'base', files: ['/w/docker-compose.yml'] },
          { name: 'all', files: ['/w/docker-compose.yml', '/w/prod.yml'] },
          { name: 'far', files: ['/far/x.yml'] },
        ],
      },
    );
    host.put('/far/x.yml', WHOLE);
    const { deployments } = await find({ service });
    expect(deployments.map(({ stack }) => stack.name)).toEqual(['base', 'all', 'far']);
  });

  it('leave out what the user hides', async () => {
    const files = { 'a/docker-compose.yml': WHOLE, 'b/docker-compose.yml': WHOLE, 'c/x.yml': WHOLE };
    const found = await find(world(files), { exclude: ['**/a', 'c/*.{yaml,yml}'] });
    expect(told(found)).toEqual(['b/docker-compose.yml']);
  });

  it('come and go with files, and follow documents that are open', async () => {
    const { host, service } = world({ 'a.yml': OTHER });
    const tells = async () => told(await find({ service }));
    expect(await tells()).toEqual([]);
    host.put('/w/a.yml', WHOLE);
    host.put('/w/b.yml', WHOLE);
    service.changed(['/w/a.yml', '/w/b.yml']);
    expect(await tells()).toEqual(['a.yml', 'b.yml']);
    service.open('/w/b.yml', OTHER, 1);
    expect(await tells()).toEqual(['a.yml']);
    host.drop('/w/a.yml');
    service.close('/w/b.yml');
    service.changed(['/w/a.yml']);
    expect(await tells()).toEqual(['b.yml']);
  });

  it('are none without a folder, and bounded in how far down and how much is looked at', async () => {
    expect(await find(world({ 'a.yml': WHOLE }, { folders: [] }))).toEqual({
      deployments: [],
      complete: true,
    });
    const deep = `${'d/'.repeat(20)}docker-compose.yml`;
    expect(await find(world({ [deep]: WHOLE }))).toEqual({ deployments: [], complete: false });
    const many = Object.fromEntries(Array.from({ length: 220 }, (_, at) => [`s${at}/compose.yml`, WHOLE]));
    const found = await find(world(many));
    expect([found.deployments.length, found.complete]).toEqual([200, false]);
  });

  it('in an untrusted workspace are read inside of it alone, and no key is looked at', async () => {
    const { host, service } = world({ 'a.yml': WHOLE, 'useradm.pem': 'x' }, { trusted: false });
    host.put('/far/b.yml', WHOLE);
    host.putLink('/w/b.yml', '/far/b.yml');
    const found = await find({ service });
    expect(told(found)).toEqual(['a.yml']);
    expect(found.deployments[0]?.targets).toMatchObject([
      { state: 'not checked in an untrusted workspace', level: 'unknown' },
    ]);
    service.configure({ rules: {}, trusted: true, folders: ['/w'] });
    expect(told(await find({ service }))).toEqual(['a.yml', 'b.yml']);
  });

  it('wait between files for what comes first, and end when nobody wants them any more', async () => {
    const its = world({ 'a.yml': WHOLE, 'b.yml': WHOLE });
    let pauses = 0;
    await find(its, { pause: async () => void pauses++ });
    expect(pauses).toBeGreaterThanOrEqual(4);
    const controller = new AbortController();
    let left = 2;
    const pause = async () => {
      if (--left === 0) controller.abort();
    };
    expect(await its.service.deployments({ pause, signal: controller.signal })).toBeUndefined();
  });

  it('leave the result of what is open as it was', async () => {
    const { service } = world({ 'a.yml': BASE, 'sub/b.yml': WHOLE });
    service.open('/w/a.yml', BASE, 1);
    const before = await service.check('/w/a.yml');
    await find({ service });
    expect(await service.check('/w/a.yml')).toEqual(before);
  });
});

it.each([
  ['**/.git', '.git', true],
  ['**/.git', 'a/b/.git', true],
  ['**/.git', 'a/x.git', false],
  ['dist', 'dist', true],
  ['dist', 'a/dist', false],
  ['/dist/', 'dist', true],
  ['**/dist/**', 'a/dist', true],
  ['*.yml', 'a/x.yml', false],
  ['**/*.{yml,yaml}', 'x.yaml', true],
  ['{a,b}/{c,d}', 'b/c', true],
  ['{a,b}/{c,d}', 'a/b', false],
  ['a?[x-z].yml', 'aby.yml', true],
  ['', 'a', false],
  ['{{{', 'a', false],
  [`${'{a,b}'.repeat(20)}`, 'a'.repeat(20), false],
] as const)('the glob %s on %s: %s', (glob, path, expected) => {
  expect(matcher([glob])(path)).toBe(expected);
});
