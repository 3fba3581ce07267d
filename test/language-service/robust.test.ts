/** Bad input: one clear finding or message, never a throw, and the service goes on. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { memoryHost } from '../platform/memory-host';
import { check, FILE } from '../rules/marked';
import { yaml } from '../yaml';

const fixtureDirectory = join(import.meta.dirname, '../fixtures/rules');
const fixtures = readdirSync(fixtureDirectory, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yml'))
  .map((name) => readFileSync(join(fixtureDirectory, name), 'utf8'));

describe('a file that is no compose file', () => {
  it.each([
    ['not YAML', 'services: [unclosed\n  mender: "', 1],
    ['empty', '', 1],
    ['only comments', '# mender\n', 1],
    ['a list', '- mender\n- services\n', 1],
    ['a scalar', 'mender', 1],
    ['`services: 3`', 'services: 3\n', 1],
    ['a service that is a list', 'services:\n  mender-useradm:\n    - image\n', 1],
    ['a volume that is a list', 'services:\n  mender-useradm:\n    volumes: [[3]]\n', 1],
    [
      'volumes that are a mapping',
      yaml`
      services:
        mender-useradm:
          volumes:
            a: b
    `,
      1,
    ],
    ['an environment that is text', 'services:\n  mender-useradm:\n    environment: A=b\n', 1],
    [
      'a key written twice',
      yaml`
      services:
        other:
          image: a # mender
          image: b
    `,
      1,
    ],
    [
      'volumes written twice',
      yaml`
      services:
        mender-useradm:
          volumes: []
          volumes: []
    `,
      1,
    ],
    ['a tab as indentation', 'services:\n\tmender-useradm:\n', 1],
    ['an unknown alias', 'services:\n  mender-useradm: *nothing\n', 1],
    ['a circle of aliases', 'services: &s\n  mender-useradm: *s\n', 1],
  ])('%s: one finding', async (_name, text, count) => {
    const { findings } = await check(text);
    expect(findings.map(({ code }) => code)).toEqual(Array(count).fill('invalid-compose'));
    expect(findings[0]?.message).toMatch(/^[A-Z`].*[.!]$/);
    expect(findings[0]?.message).not.toMatch(/ at .*\.[jt]s|Error:/);
  });

  it.each([
    ['binary', new Uint8Array([0xff, 0xfe, 0, 1, 2, 0x80])],
    ['text with a NUL', 'services:\0'],
  ])('%s: one finding', async (_name, content) => {
    const host = memoryHost({ files: { [FILE]: content } });
    const answer = await createLanguageService(host).check(FILE);
    expect(answer).toMatchObject({ findings: [{ code: 'invalid-compose' }] });
  });

  it('is told apart when it cannot be read at all', async () => {
    const host = memoryHost({ files: { '/project/big.yml': new Uint8Array(10 * 1024 * 1024).fill(35) } });
    host.putDirectory('/project/directory.yml');
    host.put('/project/secret.yml', 'services:');
    host.deny('/project/secret.yml');
    host.putOther('/project/fifo.yml');
    const service = createLanguageService(host);
    const problems = [];
    for (const name of ['big', 'directory', 'secret', 'fifo', 'none']) {
      problems.push(await service.check(`/project/${name}.yml`));
    }
    expect(problems).toEqual([
      { problem: 'is larger than 8 MB, too large for a compose file.' },
      { problem: 'is a directory, not a file.' },
      { problem: 'is not readable for this user.' },
      { problem: 'is not a regular file.' },
      { problem: 'does not exist.' },
    ]);
  });
});

describe('other software', () => {
  it.each([
    ['k8s.yaml', 'kind: Deployment\nmetadata: {name: x}\n'],
    ['notes.yaml', 'this: [is broken'],
    ['docker-compose.yml', 'services:\n  web: {image: nginx}\n  db: [broken]\n'],
  ])('%s is left in peace when it is opened', async (name, text) => {
    const service = createLanguageService(memoryHost({}));
    service.open(`/project/${name}`, text, 1);
    expect(await service.check(`/project/${name}`)).toMatchObject({ findings: [], mender: false });
  });
});

describe('half-typed text', () => {
  it('never throws, whatever part of a file is there', async () => {
    const service = createLanguageService(memoryHost({}));
    for (const text of fixtures) {
      for (let length = 0; length <= text.length; length += 7) {
        service.open(FILE, text.slice(0, length), length);
        const answer = await service.check(FILE);
        expect(answer).toHaveProperty('findings');
      }
    }
  });

  it('never throws for random damage, and every range is inside the text', async () => {
    const service = createLanguageService(memoryHost({}));
    const damage = fc.record({
      text: fc.constantFrom(...fixtures),
      at: fc.nat(),
      remove: fc.nat(30),
      insert: fc.oneof(
        fc.string({ maxLength: 12, unit: 'binary' }),
        fc.constantFrom('*', '&a', '<<: *b', '- ', '\t', '${', '"', '{', '[', '|\n'),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (steps) => {
        let text = steps[0]?.text ?? '';
        for (const { at, remove, insert } of steps) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + insert + text.slice(place + remove);
        }
        service.open(FILE, text, 1);
        const answer = await service.check(FILE, undefined, { fixes: true });
        if (!answer || 'problem' in answer) throw new Error('no answer');
        const lines = text.split(/\r\n|\r|\n/);
        for (const { range } of answer.findings) {
          expect(range.start.line).toBeLessThan(lines.length);
          expect(range.end.character).toBeLessThanOrEqual(lines[range.end.line]?.length ?? -1);
        }
        await service.planAll(FILE, { generate: true });
      }),
      { numRuns: 1000 },
    );
  });

  it('survives hostile YAML', async () => {
    const service = createLanguageService(memoryHost({}));
    const bomb = ['a: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 30; i++)
      bomb.push(
        `b${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    const merges = Array.from(
      { length: 200 },
      (_, i) => `x${i}: &m${i}\n${i ? `  <<: [*m${i - 1}, *m${i - 1}]\n` : ''}  k${i}: 1`,
    );
    for (const text of [
      `services: ${'['.repeat(100_000)}`,
      `services: ${'{a: '.repeat(20_000)}`,
      `${bomb.join('\n')}\nservices:\n  mender-useradm: {volumes: *a29}\n`,
      `${merges.join('\n')}\nservices:\n  mender-useradm:\n    <<: *m199\n`,
      `services:\n  mender-useradm:\n    image: "${'x'.repeat(1_000_000)}"\n`,
      'services:\n  mender-useradm:\n    image: "\ud800"\n',
    ]) {
      service.open(FILE, text, 1);
      expect(await service.check(FILE)).toHaveProperty('findings');
    }
  });
});
