/** A file is checked with the files that belong to it: nothing that one of them brings is called missing. */
import { describe, expect, it } from 'vitest';
import type { Finding, LanguageService, Settings } from '../../../server/src/language-service/api/index';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';
import { MOUNTS_ONLY } from '../../rules/marked';

const BASE = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
  mender-useradm:
    image: mendersoftware/useradm:latest
  mender-device-auth:
    image: mendersoftware/deviceauth:latest
`;

const gateway = `  mender-api-gateway:
    volumes:
      - ./ssl/cert.pem:/var/www/mendersoftware/cert/cert.pem:ro
      - ./ssl/key.pem:/var/www/mendersoftware/cert/key.pem:ro
`;
const useradm = `  mender-useradm:
    volumes:
      - ./keys/useradm.pem:/etc/useradm/rsa/private.pem:ro
`;
const deviceauth = `  mender-device-auth:
    volumes:
      - ./keys/deviceauth.pem:/etc/deviceauth/rsa/private.pem:ro
`;
const without = (part: string) => part.slice(0, part.indexOf('    volumes:')).concat('    restart: always\n');

interface World {
  readonly host: MemoryHost;
  readonly service: LanguageService;
}

function world(files: Readonly<Record<string, string>>, settings: Partial<Settings> = {}): World {
  const host = memoryHost({
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`/p/${name}`, text])),
  });
  const service = createLanguageService(host);
  // The keys that these files mount are nowhere.
  service.configure({ ...MOUNTS_ONLY, folders: ['/p'], ...settings });
  return { host, service };
}

async function check({ service }: World, name: string) {
  const answer = await service.check(`/p/${name}`);
  if (!answer || 'problem' in answer) throw new Error(`not checked: ${name}`);
  return answer;
}

const told = (findings: readonly Finding[]) =>
  findings.map(({ code, service, file }) => `${code} ${service} ${file.slice('/p/'.length)}`);

describe('an inferred stack', () => {
  const files = {
    'docker-compose.yml': BASE,
    'prod.yml': `services:\n${gateway}${useradm}${deviceauth}`,
  };

  it.each(Object.keys(files))('invents nothing when %s is opened', async (name) => {
    const { findings, mender } = await check(world(files), name);
    expect(told(findings)).toEqual([]);
    expect(mender).toBe(true);
  });

  it('says which files were checked together, and why', async () => {
    const both = world(files);
    const overlay = await check(both, 'prod.yml');
    expect(overlay.stacks).toMatchObject([
      {
        files: ['/p/docker-compose.yml', '/p/prod.yml'],
        reason: 'inferred',
        projectDirectory: '/p',
        beside: [],
      },
    ]);
    expect(overlay.stacks[0]?.why).toContain('builds on services of docker-compose.yml');
    const base = await check(both, 'docker-compose.yml');
    expect(base.stacks).toMatchObject([{ files: ['/p/docker-compose.yml'], beside: ['/p/prod.yml'] }]);
    expect(base.dependencies).toContain('/p/prod.yml');
  });

  it('what no file brings is told once, in the overlay that mounts keys, whichever is opened', async () => {
    const broken = world({
      ...files,
      'prod.yml': `services:\n${gateway}${without(useradm)}${deviceauth}`,
    });
    for (const name of Object.keys(files)) {
      const { findings } = await check(broken, name);
      expect(told(findings)).toEqual(['missing-token-key-mount mender-useradm prod.yml']);
    }
  });

  it('an overlay that mounts the same keys is meant for another deployment', async () => {
    const broken = world({
      ...files,
      'demo.yml': `services:\n${gateway}${without(useradm)}${deviceauth}`,
    });
    expect(told((await check(broken, 'demo.yml')).findings)).toEqual([
      'missing-token-key-mount mender-useradm demo.yml',
    ]);
    expect(told((await check(broken, 'prod.yml')).findings)).toEqual([]);
    expect(told((await check(broken, 'docker-compose.yml')).findings)).toEqual([]);
  });

  it('an overlay that brings the rest is meant for the same one', async () => {
    const split = world({
      'docker-compose.yml': BASE,
      'tls.yml': `services:\n${gateway}`,
      'devices.yml': `services:\n${deviceauth}`,
      'keys/users.yml': `services:\n${useradm}`,
    });
    for (const name of ['docker-compose.yml', 'tls.yml', 'devices.yml', 'keys/users.yml']) {
      expect(told((await check(split, name)).findings)).toEqual([]);
    }
  });

  it('paths of an overlay in a directory below resolve against the directory of the base', async () => {
    const same = world({
      'docker-compose.yml': BASE,
      'production/config/prod.yml': `services:\n${gateway}${useradm}${deviceauth.replace('keys/deviceauth', 'keys/useradm')}`,
    });
    const { findings, stacks } = await check(same, 'production/config/prod.yml');
    expect(stacks[0]?.projectDirectory).toBe('/p');
    expect(told(findings)).toEqual([
      'shared-token-key mender-useradm production/config/prod.yml',
      'shared-token-key mender-device-auth production/config/prod.yml',
    ]);
    const plan = await same.service.planAll('/p/production/config/prod.yml', { generate: true });
    expect(plan.create.map(({ path }) => path)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\/p\/keys\//)]),
    );
  });

  it('is found anew when a file comes, changes its services, or goes', async () => {
    const lone = world({ 'docker-compose.yml': BASE });
    expect((await check(lone, 'docker-compose.yml')).findings).toHaveLength(4);
    lone.host.put('/p/prod.yml', files['prod.yml']);
    lone.service.changed(['/p/prod.yml']);
    expect((await check(lone, 'docker-compose.yml')).findings).toEqual([]);
    // A document in the editor hides the file on disk.
    lone.service.open('/p/prod.yml', `services:\n${gateway}`, 1);
    expect((await check(lone, 'docker-compose.yml')).findings).toHaveLength(2);
    lone.service.close('/p/prod.yml');
    expect((await check(lone, 'docker-compose.yml')).findings).toEqual([]);
    lone.host.drop('/p/prod.yml');
    lone.service.changed(['/p/prod.yml']);
    expect((await check(lone, 'docker-compose.yml')).findings).toHaveLength(4);
  });

  it('an edit that makes an overlay of the open file is noticed', async () => {
    const both = world({ 'base.yml': BASE });
    both.service.open('/p/mender.yml', 'services:\n  mender-useradm:\n    image: a\n', 1);
    expect((await check(both, 'mender.yml')).stacks[0]?.files).toEqual(['/p/mender.yml']);
    both.service.open('/p/mender.yml', `services:\n${useradm}`, 2);
    expect((await check(both, 'mender.yml')).stacks[0]?.files).toEqual(['/p/base.yml', '/p/mender.yml']);
  });
});

describe('a stack that somebody named', () => {
  const files = {
    'docker-compose.yml': BASE,
    'prod.yml': `services:\n${gateway}${useradm}${deviceauth}`,
    'demo.yml': `services:\n${gateway}${useradm}`,
  };
  const stack = (name: string, ...names: string[]) => ({
    name,
    files: names.map((each) => `/p/${each}`),
  });

  it('is checked as it is: nothing beside it counts', async () => {
    const named = world(files, { stacks: [stack('demo', 'docker-compose.yml', 'demo.yml')] });
    for (const name of ['docker-compose.yml', 'demo.yml']) {
      const { findings, stacks } = await check(named, name);
      expect(told(findings)).toEqual(['missing-token-key-mount mender-device-auth docker-compose.yml']);
      expect(stacks).toMatchObject([{ name: 'demo', reason: 'setting', beside: [] }]);
    }
  });

  it('a base of two stacks is checked in both', async () => {
    const named = world(files, {
      stacks: [
        stack('demo', 'docker-compose.yml', 'demo.yml'),
        stack('prod', 'docker-compose.yml', 'prod.yml'),
      ],
    });
    const { findings, stacks } = await check(named, 'docker-compose.yml');
    expect(stacks.map(({ name }) => name)).toEqual(['demo', 'prod']);
    expect(told(findings)).toEqual(['missing-token-key-mount mender-device-auth docker-compose.yml']);
    expect(told((await check(named, 'prod.yml')).findings)).toEqual([]);
  });

  it('is that of a file which one of its files includes', async () => {
    const named = world(
      {
        'docker-compose.yml': `include: [parts/users.yml]\n${BASE}`,
        'parts/users.yml': 'services:\n  other:\n    image: other\n',
        'prod.yml': files['prod.yml'],
        'demo.yml': files['demo.yml'],
      },
      { stacks: [stack('prod', 'docker-compose.yml', 'prod.yml')] },
    );
    const { stacks } = await check(named, 'parts/users.yml');
    expect(stacks).toMatchObject([
      { name: 'prod', reason: 'setting', files: expect.arrayContaining(['/p/prod.yml']) },
    ]);
  });

  it('resolves paths against its project directory', async () => {
    const named = world(
      { ...files, 'prod.yml': `${files['prod.yml']}`.replace('keys/deviceauth', 'keys/useradm') },
      { stacks: [{ ...stack('x', 'docker-compose.yml', 'prod.yml'), projectDirectory: '/p/elsewhere' }] },
    );
    const { stacks } = await check(named, 'prod.yml');
    expect(stacks[0]?.projectDirectory).toBe('/p/elsewhere');
  });

  it('offers its files first, then those around', async () => {
    const named = world(files, { stacks: [stack('demo', 'docker-compose.yml', 'demo.yml')] });
    expect(await named.service.offer('/p/demo.yml')).toEqual({
      files: [
        { file: '/p/docker-compose.yml', picked: true },
        { file: '/p/demo.yml', picked: true },
        { file: '/p/prod.yml', picked: false },
      ],
      projectDirectory: '/p',
    });
  });
});

describe('findings in other files', () => {
  const files = {
    'docker-compose.yml': BASE,
    'docker-compose.override.yml': `services:\n${gateway}${useradm}${deviceauth.replace('keys/deviceauth', 'keys/useradm')}`,
  };

  it('are told with the file asked for, after its own', async () => {
    const both = world(files);
    const { findings } = await check(both, 'docker-compose.yml');
    expect(told(findings)).toEqual([
      'shared-token-key mender-useradm docker-compose.override.yml',
      'shared-token-key mender-device-auth docker-compose.override.yml',
    ]);
    expect(findings[0]?.range.start).toEqual({ line: 7, character: 8 });
  });

  it('have their fixes where they are, and the plan edits that file', async () => {
    const both = world(files);
    const everywhere = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    expect(await both.service.fixes('/p/docker-compose.yml', everywhere)).toEqual([]);
    const fixes = await both.service.fixes('/p/docker-compose.override.yml', everywhere);
    const plan = await both.service.plan('/p/docker-compose.override.yml', fixes[0]?.id ?? '');
    expect(plan?.edits.map(({ file }) => file)).toEqual(['/p/docker-compose.override.yml']);
  });

  it('are switched off by a comment in their file', async () => {
    const quiet = world({
      ...files,
      'docker-compose.override.yml': files['docker-compose.override.yml'].replaceAll(
        'private.pem:ro',
        'private.pem:ro # mender-ignore shared-token-key',
      ),
    });
    expect((await check(quiet, 'docker-compose.yml')).findings).toEqual([]);
  });
});

describe('an untrusted workspace', () => {
  it('reads nothing outside of its folders, and says nothing of what may be there', async () => {
    const files = { 'sub/prod.yml': `services:\n${useradm}`, 'docker-compose.yml': BASE };
    const closed = world(files, {
      trusted: false,
      folders: ['/p/sub'],
      stacks: [{ files: ['/p/docker-compose.yml', '/p/sub/prod.yml'] }],
    });
    const { findings } = await check(closed, 'sub/prod.yml');
    expect(findings).toEqual([]);
    expect(
      closed.host.calls.filter(({ path }) => !path.startsWith('/p/sub')).map(({ path }) => path),
    ).toEqual([]);
  });

  it('follows no link that leads out of them', async () => {
    const closed = world({ 'sub/docker-compose.yml': BASE }, { trusted: false, folders: ['/p/sub'] });
    closed.host.put('/outside/prod.yml', `services:\n${gateway}${useradm}${deviceauth}`);
    closed.host.putLink('/p/sub/docker-compose.override.yml', '/outside/prod.yml');
    const { stacks } = await check(closed, 'sub/docker-compose.yml');
    expect(stacks[0]?.files).toEqual(['/p/sub/docker-compose.yml']);
  });
});

describe('a file of the stack that is wrong', () => {
  const shared = `services:\n${gateway}${useradm}${deviceauth.replace('keys/deviceauth', 'keys/useradm')}`;
  const SHARED = [
    'shared-token-key mender-useradm docker-compose.yml',
    'shared-token-key mender-device-auth docker-compose.yml',
  ];

  /** The findings, those of `invalid-compose` with the text that they stand at. */
  async function problemsOf(files: Readonly<Record<string, string>>, name = 'docker-compose.yml') {
    const { findings } = await check(world(files), name);
    const problems = findings.filter(({ code }) => code === 'invalid-compose');
    return {
      others: told(findings.filter(({ code }) => code !== 'invalid-compose')),
      problems: problems.map(({ file, message, range }) => {
        const line = (files[file.slice('/p/'.length)] ?? '').split('\n')[range.start.line] ?? '';
        return [
          file.slice('/p/'.length),
          line.slice(
            range.start.character,
            range.end.line > range.start.line ? undefined : range.end.character,
          ),
          message,
        ];
      }),
    };
  }

  it('a missing included file is told where it is named', async () => {
    const files = { 'docker-compose.yml': `include:\n  - gone.yml\n${shared}` };
    const { others, problems } = await problemsOf(files);
    expect(problems).toEqual([['docker-compose.yml', 'gone.yml', expect.stringContaining('File not found')]]);
    expect(others).toEqual(SHARED);
  });

  it('files that include each other are told once, in the one that closes the circle', async () => {
    const files = {
      'docker-compose.yml': `include:\n  - sub/a.yml\n${shared}`,
      'sub/a.yml': 'include:\n  - ../docker-compose.yml\nservices:\n  other:\n    image: o\n',
    };
    const { others, problems } = await problemsOf(files);
    expect(problems).toEqual([['sub/a.yml', '../docker-compose.yml', expect.stringContaining('circle')]]);
    expect(others).toEqual(SHARED);
  });

  it('services that extend each other are told once, and the others are checked', async () => {
    const circle = '  one:\n    extends: two\n  two:\n    extends:\n      service: one\n';
    const { others, problems } = await problemsOf({ 'docker-compose.yml': shared + circle });
    expect(problems).toEqual([['docker-compose.yml', 'two', expect.stringContaining('circle')]]);
    expect(others).toEqual(SHARED);
  });

  it('a service that extends what is not there is not called incomplete', async () => {
    const files = {
      'docker-compose.yml': `${shared}  mender-deployments:\n    image: mendersoftware/deployments:latest\n    extends:\n      file: nowhere.yml\n      service: base\n`,
    };
    const { others, problems } = await problemsOf(files);
    expect(problems).toEqual([
      ['docker-compose.yml', 'nowhere.yml', expect.stringContaining('File not found')],
    ]);
    expect(others).toEqual(SHARED);
  });

  it('a mistake in .env is told there', async () => {
    const files = { 'docker-compose.yml': shared, '.env': 'GOOD=1\nBAD NAME=2\nLAST=3\n' };
    const { others, problems } = await problemsOf(files);
    expect(problems).toEqual([['.env', 'BAD NAME', expect.stringContaining('space')]]);
    expect(others).toEqual(SHARED);
  });
});

describe('a file that is not there', () => {
  const text = BASE.replace(
    '    image: mendersoftware/useradm:latest\n',
    '    image: mendersoftware/useradm:latest\n    volumes:\n      - ./absent.pem:/etc/useradm/rsa/private.pem:ro\n',
  );
  const two = (second: string) =>
    world(
      { 'docker-compose.yml': text, 'prod.yml': `services:\n${second}`, 'demo.yml': `services:\n${useradm}` },
      { rules: {} },
    );

  it('is told of an overlay, whatever the overlay of another deployment mounts in its place', async () => {
    const all = gateway + useradm + deviceauth;
    const given = world(
      {
        'docker-compose.yml': BASE,
        'prod.yml': `services:\n${all}`,
        'demo.yml': `services:\n${all.replaceAll('./', './demo/')}`,
      },
      { rules: {} },
    );
    const { findings } = await check(given, 'prod.yml');
    expect(told(findings.filter(({ code }) => code === 'key-file-missing'))).toHaveLength(4);
  });

  it('is no concern where an overlay mounts another one in its place', async () => {
    const missing = async (given: World) =>
      told((await check(given, 'docker-compose.yml')).findings).filter((each) =>
        each.includes('key-file-missing mender-useradm docker-compose.yml'),
      );
    expect(await missing(world({ 'docker-compose.yml': text }, { rules: {} }))).toHaveLength(1);
    expect(await missing(two(useradm))).toEqual([]);
    expect(await missing(two(deviceauth))).toEqual([]);
  });
});
