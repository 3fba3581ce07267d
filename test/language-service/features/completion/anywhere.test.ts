/** Completion at every place of whole deployments, each line cut off at the cursor as it is while somebody types. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Completion, LanguageService } from '../../../../server/src/language-service/api/index';
import { createLanguageService } from '../../../../server/src/language-service/create-language-service';
import { memoryHost } from '../../../platform/memory-host';

const FILE = '/project/docker-compose.yml';
const EXAMPLE = readFileSync(
  new URL('../../../../examples/production/docker-compose.yml', import.meta.url),
  'utf8',
);

const SHORT = `services:
  mender-api-gateway:
    image: traefik:v2.10
    volumes:
      - ./certs/api/cert.crt:/etc/traefik/certs/cert.crt:ro
      - "./certs/api/private.key:/etc/traefik/certs/private.key:ro"
  mender-useradm:
    image: mendersoftware/useradm:mender-3.7.0
    volumes:
    - ./keys/useradm/private.key:/etc/useradm/rsa/private.pem
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.7.0
    volumes:
      - '\${KEYS:-./keys}/deviceauth/private.key:/etc/deviceauth/rsa/private.pem'
`;

function serviceFor(text: string): LanguageService {
  const service = createLanguageService(memoryHost({ files: { [FILE]: text } }));
  service.configure({ rules: {}, trusted: true, folders: ['/project'] });
  return service;
}

/** The line with a proposal taken. */
function taken(line: string, { range, newText }: Completion): string {
  return line.slice(0, range.start.character) + newText + line.slice(range.end.character);
}

describe.each([
  ['the example', EXAMPLE],
  ['the example with CRLF', EXAMPLE.replaceAll('\n', '\r\n')],
  ['a short one', SHORT],
])('in %s', (_name, text) => {
  it('every answer fits the place where it was asked for', async () => {
    const service = serviceFor(text);
    const lines = text.split('\n');
    let version = 0;
    let answers = 0;
    for (const [line, content] of lines.entries()) {
      if (!/\.(pem|crt|key)|STORAGE|ALLOWED|^ +#|volumes:|environment:|mender-\w+:/.test(content)) continue;
      const width = content.replace(/\r$/, '').length;
      // A long line is cut at some places only: the ends of its words.
      const cuts = [...content.matchAll(/\b|(?<=[-:/=#])/g)]
        .map(({ index }) => index)
        .filter((at) => at <= width);
      for (const character of cuts) {
        const end = content.endsWith('\r') ? '\r' : '';
        const typed = [...lines.slice(0, line), content.slice(0, character) + end, ...lines.slice(line + 1)];
        service.open(FILE, typed.join('\n'), ++version);
        const completions = await service.complete(FILE, { line, character });
        answers += completions.length;
        expect(completions.filter(({ preselect }) => preselect).length).toBeLessThanOrEqual(1);
        for (const { range, newText, filter } of completions) {
          expect([range.start.line, range.end.line]).toEqual([line, line]);
          expect(range.start.character).toBeLessThanOrEqual(character);
          expect(range.end.character).toBe(character);
          expect(filter.startsWith(newText)).toBe(true);
          expect(newText).not.toContain('PRIVATE KEY');
        }
      }
    }
    expect(answers).toBeGreaterThan(0);
  });
});

it('a mount that is typed again is proposed again, wherever one is in it', async () => {
  const service = serviceFor(SHORT);
  const lines = SHORT.split('\n');
  let tried = 0;
  for (const [line, content] of lines.entries()) {
    const target = /:(\/[^:"']+)/.exec(content)?.[1];
    if (target === undefined || !/^\s*- /.test(content)) continue;
    for (
      let character = content.indexOf('-') + 1;
      character < content.indexOf(target) + target.length;
      character++
    ) {
      // An item of a list begins with a dash and a blank; a variable that is not closed holds no colon.
      const head = content.slice(0, character);
      if (/\$\{[^}]*$|\$$/.test(head)) continue;
      service.open(FILE, [...lines.slice(0, line), head, ...lines.slice(line + 1)].join('\n'), ++tried);
      const completions = await service.complete(FILE, { line, character });
      const found = completions
        .map((each) => taken(head, each))
        .filter((each) => each.includes(`:${target}`));
      expect([head, found.length]).toEqual([head, 1]);
    }
  }
  expect(tried).toBeGreaterThan(150);
});

it.each([
  ['a list in brackets', '    volumes: [a:/b, ', ']'],
  ['a list in brackets that is not closed', '    volumes: [a:/b, ', ''],
  ['a list over several lines', '    volumes: [\n      a:/b,\n      ', '\n    ]'],
])('%s: a mount is proposed at each letter of it', async (_name, before, after) => {
  const service = serviceFor(SHORT);
  const at = SHORT.indexOf('    volumes:\n    - ./keys/useradm');
  const [head, tail] = [SHORT.slice(0, at) + before, after + SHORT.slice(SHORT.indexOf('\n  mender-device'))];
  const target = '/etc/useradm/rsa/private.pem';
  const entry = `./keys/useradm/private.key:${target}`;
  for (let length = 0; length <= entry.length; length++) {
    const lines = (head + entry.slice(0, length)).split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    service.open(FILE, head + entry.slice(0, length) + tail, length);
    const completions = await service.complete(FILE, position);
    const found = completions.map((each) => taken(lines.at(-1) ?? '', each));
    expect([length, found.filter((each) => each.includes(`:${target}`)).length]).toEqual([length, 1]);
  }
});

it('what was typed last counts, however many answers are asked for at once', async () => {
  const service = serviceFor(SHORT);
  const head = SHORT.slice(0, SHORT.indexOf('      - ./certs'));
  const asked = ['- ', '- .', '- ./'].map((typed, version) => {
    service.open(FILE, `${head}      ${typed}\n`, version);
    return service.complete(FILE, { line: 4, character: 6 + typed.length });
  });
  for (const completions of await Promise.all(asked)) expect(completions).toHaveLength(2);
});

it('a question that is withdrawn is not answered', async () => {
  const service = serviceFor(SHORT);
  service.open(FILE, `${SHORT}    volumes:\n      - `, 1);
  const controller = new AbortController();
  controller.abort();
  expect(await service.complete(FILE, { line: 16, character: 8 }, controller.signal)).toEqual([]);
});

it('nothing is thrown at whatever text, and every verb answers', async () => {
  const service = serviceFor(SHORT);
  const pieces = [
    '- ',
    '-',
    ':',
    '"',
    "'",
    '#',
    '${',
    '}',
    '{',
    '[',
    '\t',
    '\r\n',
    '\n',
    '  ',
    '&a ',
    '*a',
    '<<: ',
    '|\n',
    '\u{1f600}',
  ];
  const edit = fc.record({
    at: fc.nat(SHORT.length),
    cut: fc.nat(40),
    text: fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((parts) => parts.join('')),
  });
  let version = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
      let text = SHORT;
      for (const { at, cut, text: piece } of edits) text = text.slice(0, at) + piece + text.slice(at + cut);
      const before = text
        .slice(0, (edits.at(-1)?.at ?? 0) + (edits.at(-1)?.text.length ?? 0))
        .split(/\r\n|[\r\n]/);
      const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
      service.open(FILE, text, ++version);
      for (const { range } of await service.complete(FILE, position)) {
        expect(range.start.line).toBe(position.line);
        expect(range.start.character).toBeLessThanOrEqual(position.character);
        expect(range.end.character).toBeGreaterThanOrEqual(position.character);
      }
      await service.describe(FILE, position);
      await service.definition(FILE, position);
      await service.references(FILE, position);
      for (const { range, selection, children } of await service.outline(FILE)) {
        expect(selection.start.line).toBeGreaterThanOrEqual(range.start.line);
        for (const child of children) expect(child.range.end.line).toBeLessThanOrEqual(range.end.line);
      }
    }),
    { numRuns: 150 },
  );
});
