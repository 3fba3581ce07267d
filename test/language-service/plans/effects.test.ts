/** What a fix changes in the stacks that its files are in: what it names, for the service that it names, and nothing else. */
import { describe, expect, it } from 'vitest';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { memoryHost } from '../../platform/memory-host';
import { edited, FILE, MOUNTS_ONLY } from '../../rules/marked';

const ALL = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };
const USERADM = '    image: mendersoftware/useradm:mender-3.7.0\n';
const OTHER = '    image: example/other:1\n';

function serviceOf(text: string, files: Readonly<Record<string, string>> = {}) {
  const service = createLanguageService(memoryHost({ files: { [FILE]: text, ...files } }));
  service.configure(MOUNTS_ONLY);
  return service;
}

async function titlesOf(text: string, files: Readonly<Record<string, string>> = {}): Promise<string[]> {
  return (await serviceOf(text, files).fixes(FILE, ALL)).map(({ title }) => title);
}

describe('a key that would be mounted in another service as well is not mounted, and none is made', () => {
  it.each([
    [
      'by a merge key',
      `services:\n  mender-useradm: &base\n${USERADM}    restart: always\n  other:\n    <<: *base\n${OTHER}`,
    ],
    [
      'by an alias of the list',
      `services:\n  mender-useradm:\n${USERADM}    volumes: &shared\n      - ./data:/data\n  other:\n${OTHER}    volumes: *shared\n`,
    ],
    [
      'by `extends`',
      `services:\n  mender-useradm:\n${USERADM}  other:\n    extends: mender-useradm\n${OTHER}`,
    ],
    [
      'by an alias of the whole service',
      `services:\n  mender-useradm: &base\n${USERADM}    hostname: a\n  other: *base\n`,
    ],
  ])('%s', async (_how, text) => {
    expect(await titlesOf(text)).toEqual([]);
    const plan = await serviceOf(text).planAll(FILE, { generate: true });
    expect([plan.create, plan.edits]).toEqual([[], []]);
    expect(plan.reminders.join('\n')).toContain('by hand');
  });

  it('by `extends` of another stack that the file is in', async () => {
    const text = `services:\n  mender-useradm:\n${USERADM}`;
    const overlay = `services:\n  other:\n    extends:\n      file: docker-compose.yml\n      service: mender-useradm\n${OTHER}`;
    const service = serviceOf(text, { '/project/docker-compose.other.yml': overlay });
    service.configure({
      ...MOUNTS_ONLY,
      stacks: [{ files: [FILE] }, { files: [FILE, '/project/docker-compose.other.yml'] }] as never,
    });
    const plan = await service.planAll(FILE, { generate: true });
    expect([plan.create, plan.edits]).toEqual([[], []]);
  });
});

it('what the service itself gets by an anchor is written out for it alone', async () => {
  const text = `x-shared: &shared\n  - ./data:/data\nservices:\n  mender-useradm:\n${USERADM}    volumes: *shared\n  other:\n${OTHER}    volumes: *shared\n`;
  const plan = await serviceOf(text).planAll(FILE, { generate: true });
  expect(edited(text, plan)).toBe(
    text.replace(
      `${USERADM}    volumes: *shared`,
      `${USERADM}    volumes:\n      - ./data:/data\n      - ./production/keys-generated/keys/useradm/private.key:/etc/useradm/rsa/private.pem:ro`.replace(
        './production/keys-generated/keys/useradm/private.key',
        plan.create[0]?.path.replace('/project/', './') ?? '',
      ),
    ),
  );
});

it('an entry of two services is made read-only where both read a key there, not where another one writes', async () => {
  const text = (second: string) =>
    `x-shared: &shared\n  - ./u.pem:/etc/useradm/rsa/private.pem\nservices:\n  mender-useradm:\n${USERADM}    volumes: *shared\n  ${second}:\n${second === 'other' ? OTHER : USERADM}    volumes: *shared\n`;
  const plan = (second: string) => serviceOf(text(second)).planAll(FILE, { generate: false });
  expect((await plan('other')).edits).toEqual([]);
  expect(edited(text('useradm'), await plan('useradm'))).toContain('private.pem:ro');
});

describe('what is offered can be carried out, and is offered where only the looks are shared', () => {
  const MERGED = 'x-base: &base\n  restart: always\n';
  it.each([
    [
      'a merge key without the list',
      `${MERGED}services:\n  mender-useradm:\n    <<: *base\n${USERADM}    volumes:\n      - ./data:/data\n`,
    ],
    ['a merge key, and no list', `${MERGED}services:\n  mender-useradm:\n    <<: *base\n${USERADM}`],
    [
      'a merge key that brings the list',
      `x-base: &base\n  volumes:\n    - ./data:/data\nservices:\n  mender-useradm:\n    <<: *base\n${USERADM}`,
    ],
    [
      'a service that another file extends, beside one that is extended',
      `services:\n  base:\n    restart: always\n  mender-useradm:\n    extends:\n      service: base\n${USERADM}`,
    ],
    [
      'the name of the service elsewhere too',
      `services:\n  mender-useradm:\n${USERADM}  other:\n${OTHER}    depends_on:\n      mender-useradm:\n        condition: service_started\n`,
    ],
  ])('%s', async (_what, text) => {
    const service = serviceOf(text);
    const fixes = await service.fixes(FILE, ALL);
    expect(fixes.length).toBeGreaterThan(0);
    for (const { id } of fixes) {
      const plan = await service.plan(FILE, id);
      expect(plan?.edits).toHaveLength(1);
      expect(plan?.reminders.join()).not.toContain('by hand');
    }
  });

  it.each([
    ['on a line of its own', '    extends:\n      mender-useradm\n'],
    [
      'with the name behind the file',
      '    extends:\n      file: ./docker-compose.yml\n      service: mender-useradm\n',
    ],
    ['in brackets', '    extends: {service: mender-useradm}\n'],
    ['in quotes', '    extends:\n      "service": "mender-useradm"\n'],
  ])('not for a service that is extended: %s', async (_how, extending) => {
    expect(await titlesOf(`services:\n  mender-useradm:\n${USERADM}  other:\n${extending}${OTHER}`)).toEqual(
      [],
    );
  });
});
