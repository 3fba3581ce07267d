/** A mount is typed letter by letter into a whole deployment: what is known of everything else stays told. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LanguageService } from '../../../server/src/language-service/api/index';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { applyEdits } from '../../language-server/wire';
import { memoryHost } from '../../platform/memory-host';
import { MOUNTS_ONLY } from '../../rules/marked';
import { yaml } from '../../yaml';

const FILE = '/project/docker-compose.yml';
/** Lacks the gateway's private key, and more of other services. */
const EXAMPLE = readFileSync(
  new URL('../../../examples/production/docker-compose.yml', import.meta.url),
  'utf8',
);
const CERTIFICATE = '      - ./ssl/mender-api-gateway/cert.pem:/var/www/mendersoftware/cert/cert.pem:ro\n';
const TARGET = '/var/www/mendersoftware/cert/key.pem';
const SOURCE = './ssl/mender-api-gateway/key.pem';
const ENTRY = `${SOURCE}:${TARGET}:ro`;
const [ABOVE = '', BELOW = ''] = EXAMPLE.split(`    volumes:\n${CERTIFICATE}`);
const [, WRITTEN = ''] = /- (.*)\n/.exec(CERTIFICATE) ?? [];

interface Typed {
  /** What stands between the lines above and below before and behind what is typed. */
  readonly before: string;
  readonly typed: string;
  readonly after?: string;
}

const inList = `    volumes:\n${CERTIFICATE}`;

const CASES: readonly (readonly [string, Typed])[] = [
  ['an entry', { before: inList, typed: `      - ${ENTRY}\n` }],
  [
    'an entry above another',
    { before: '    volumes:\n', typed: `      - ${ENTRY}`, after: `\n${CERTIFICATE}` },
  ],
  [
    'an entry in quotes that close by themselves',
    { before: `${inList}      - "`, typed: ENTRY, after: '"\n' },
  ],
  ['an entry in quotes', { before: inList, typed: `      - "${ENTRY}"\n` }],
  ['a flow list that closes by itself', { before: '    volumes: [', typed: ENTRY, after: `, ${WRITTEN}]\n` }],
  ['the end of a flow list', { before: `    volumes: [${WRITTEN}, "`, typed: ENTRY, after: '"]\n' }],
  [
    'the long syntax',
    {
      before: inList,
      typed: `      - type: bind\n        source: ${SOURCE}\n        target: ${TARGET}\n        read_only: true\n`,
    },
  ],
  [
    'the long syntax, its type last',
    {
      before: inList,
      typed: `      - target: ${TARGET}\n        source: ${SOURCE}\n        read_only: true\n        type: bind\n`,
    },
  ],
  [
    'the long syntax in a mapping that closes by itself',
    {
      before: `    volumes:\n${CERTIFICATE}      - {`,
      typed: `type: bind, source: ${SOURCE}, target: ${TARGET}, read_only: true`,
      after: '}\n',
    },
  ],
];

async function told(service: LanguageService, text: string, version: number) {
  service.open(FILE, text, version);
  const answer = await service.check(FILE);
  if (!answer || 'problem' in answer) throw new Error('no answer');
  const gateway = text.slice(0, text.indexOf('mender-api-gateway:')).split('\n').length - 1;
  const lenses = await service.lenses(FILE);
  const isOwn = ({ code, service: name, target }: (typeof answer.findings)[number]) =>
    name === 'mender-api-gateway' && (target === TARGET || code === 'misplaced-mount');
  return {
    own: answer.findings.filter(isOwn).map(({ code }) => code),
    invalid: answer.findings.filter(({ code }) => code === 'invalid-compose').length,
    others: answer.findings
      .filter((finding) => !isOwn(finding) && finding.code !== 'invalid-compose')
      .map(({ code, message }) => `${code}: ${message}`),
    lenses: lenses.filter(({ range }) => range.start.line !== gateway).map(({ title }) => title),
    ownLens: lenses.filter(({ range }) => range.start.line === gateway).map(({ title }) => title),
  };
}

/** Whether the path that was typed last is where the key belongs, or a directory above. */
function isSettled(typed: string): boolean {
  const path = /(?<=[:\s])\/[^:\s,"'}]*(?!.*[:\s]\/)/s.exec(typed)?.[0] ?? '';
  const clean = path.length > 1 ? path.replace(/\/$/, '') : path;
  return clean.length > 1 && (TARGET === clean || TARGET.startsWith(`${clean}/`));
}

describe.each(CASES)('%s', (_name, { before, typed, after = '' }) => {
  it('changes nothing but what is said of this mount', async () => {
    const service = createLanguageService(memoryHost({}));
    service.configure(MOUNTS_ONLY);
    let version = 0;
    const start = await told(service, ABOVE + inList + BELOW, ++version);
    expect(start.own).toEqual(['missing-private-key-mount']);
    expect(start.others.length).toBeGreaterThan(1);
    expect(start.lenses.length).toBeGreaterThan(1);
    for (let length = 1; length <= typed.length; length++) {
      const now = typed.slice(0, length);
      const answer = await told(service, ABOVE + before + now + after + BELOW, ++version);
      expect([now, answer.others]).toEqual([now, start.others]);
      expect([now, answer.lenses]).toEqual([now, start.lenses]);
      const isMissing = answer.own.includes('missing-private-key-mount');
      expect([now, isMissing]).toEqual([now, !isSettled(now)]);
      expect(answer.ownLens.length, now).toBeGreaterThan(0);
      expect(answer.invalid, now).toBeLessThanOrEqual(1);
    }
    const end = await told(service, ABOVE + before + typed + after + BELOW, ++version);
    expect(end).toMatchObject({ own: [], invalid: 0 });
  });
});

describe('nothing is called missing', () => {
  const USERADM = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7.0\n';
  const MOUNT = './keys/u.pem:/etc/useradm/rsa/private.pem:ro';

  it.each([
    [
      'in a service whose base is not there',
      `${USERADM}    extends: {file: none.yml, service: a}\n    volumes:\n      - \n`,
    ],
    ['where `volumes` lacks its colon', `${USERADM}    volumes\n      - ${MOUNT}\n`],
    [
      'where `volumes` lacks its colon, the list flush with it',
      `${USERADM}    depends_on:\n    - a\n    volumes\n    - ${MOUNT}\n`,
    ],
    ['where the mount is indented wrongly', `${USERADM}    volumes:\n      - a:/b\n     - ${MOUNT}\n`],
    ['where the mount is in quotes that are not closed', `${USERADM}    volumes:\n      - "${MOUNT}\n`],
    ['where the list is not closed', `${USERADM}    volumes: [a:/b, ${MOUNT}\n  b: {image: b}\n`],
    [
      'where the list is that of an anchor',
      yaml`
        services:
          b: &m
            volumes: ["${MOUNT}]
          mender-useradm:
            <<: *m
            image: mendersoftware/useradm:mender-3.7.0
      `,
    ],
    ['where the mount is text instead of a list', `${USERADM}    volumes: ${MOUNT}\n`],
    ['where an entry of another list is not closed', `${USERADM}    command:\n      - "x\n`],
    ['where the mount is a list in a list', `${USERADM}    volumes:\n      - - ${MOUNT}\n`],
    ['where the mount has one part too many', `${USERADM}    volumes:\n      - ${MOUNT}:x\n`],
    [
      'where the mount lacks its type',
      `${USERADM}    volumes:\n      - target: /etc/useradm/rsa/private.pem\n`,
    ],
    ['where the variable of the mount is not closed', `${USERADM}    volumes:\n      - \${KEYS${MOUNT}\n`],
  ])('%s', async (_name, text) => {
    const service = createLanguageService(memoryHost({}));
    service.configure(MOUNTS_ONLY);
    service.open(FILE, text, 1);
    const answer = await service.check(FILE);
    const codes = answer && 'findings' in answer ? answer.findings.map(({ code }) => code) : [];
    expect(codes).toContain('invalid-compose');
    expect(codes).not.toContain('missing-token-key-mount');
  });
});

describe('a fix that is taken while something is half-typed leaves it where it is', () => {
  const HEAD = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7.0\n';
  const TAIL = '  other:\n    image: "x"\n';

  it.each([
    ['an empty entry', '    volumes:\n      - \n'],
    ['a variable', '    environment:\n      USER\n'],
    ['an entry without its target', '    volumes:\n      - a:/b\n      - ./x:\n'],
  ])('%s', async (_name, typed) => {
    const service = createLanguageService(memoryHost({}));
    service.configure(MOUNTS_ONLY);
    const text = HEAD + typed + TAIL;
    service.open(FILE, text, 1);
    await service.check(FILE);
    const [fix] = await service.fixes(FILE, {
      start: { line: 1, character: 0 },
      end: { line: 1, character: 20 },
    });
    const plan = fix && (await service.plan(FILE, fix.id));
    const edits = plan?.edits.flatMap((each) => each.edits) ?? [];
    expect(edits.length).toBeGreaterThan(0);
    for (const { range } of edits) expect(range.end).toEqual(range.start);
    expect(edits.map(({ newText }) => newText).join('')).toContain('/etc/useradm/rsa/private.pem');
  });

  it.each([
    ['the name of a key', '    vol\n'],
    ['a bracket that is not closed', '    volumes: [\n'],
    ['a key of the long syntax', '    volumes:\n      - type: bind\n        s\n'],
    ['a quote that is not closed', '    volumes:\n      - a:/b\n      - "./\n'],
    ['a bracket that is not closed, and a quote', '    volumes: [a:/b, "\n'],
  ])('%s: none is offered, since it is not known where its parts end', async (_name, typed) => {
    const service = createLanguageService(memoryHost({}));
    service.configure(MOUNTS_ONLY);
    service.open(FILE, HEAD + typed + TAIL, 1);
    await service.check(FILE);
    const fixes = await service.fixes(FILE, {
      start: { line: 1, character: 0 },
      end: { line: 1, character: 20 },
    });
    expect(fixes.map(({ title }) => title)).toEqual([]);
  });

  it.each([
    ['in quotes', '"./u.pem:/etc/useradm/rsa/private.pem:"', '"./u.pem:/etc/useradm/rsa/private.pem:ro"'],
    ['without quotes', './u.pem:/etc/useradm/rsa/private.pem:', './u.pem:/etc/useradm/rsa/private.pem:ro'],
  ])('a mode that is about to be typed, %s, is typed by the fix', async (_name, typed, wanted) => {
    const service = createLanguageService(memoryHost({}));
    service.configure(MOUNTS_ONLY);
    const text = `${HEAD}    volumes:\n      - ${typed}\n${TAIL}`;
    service.open(FILE, text, 1);
    const { edits } = await service.planAll(FILE, { generate: false });
    expect(applyEdits(text, edits[0]?.edits ?? [])).toBe(text.replace(typed, wanted));
  });
});
