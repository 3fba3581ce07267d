/** Stacks that are written to exhaust: each is answered, in bounded room, and never with a throw. */

import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadStack } from '../../../server/src/compose/loader/load-project';
import { yaml } from '../../yaml';

function load(files: Readonly<Record<string, string>>, first = '/p/0.yml') {
  return loadStack({
    files: [first],
    projectDirectory: undefined,
    envFiles: undefined,
    environment: () => undefined,
    paths: posix,
    homeDirectory: '/home/a',
    read: async (file) => {
      const text = files[file];
      return text === undefined ? { missing: true } : { text };
    },
  });
}

/** `levels` mappings, each nine times the one before: 9^12 entries when written out. */
const bomb = Array.from({ length: 13 }, (_, level) => {
  const below = Array.from({ length: 9 }, (_, i) => (level === 0 ? `k${i}: 1` : `k${i}: *b${level - 1}`));
  return `x-${level}: &b${level} {${below.join(', ')}}\n`;
}).join('');

describe('a hostile stack', () => {
  it('of aliases that multiply is merged where they are, not where they lead', async () => {
    const service = yaml`
      services:
        a:
          deploy: *b12
          image: i
    `;
    const stack = await load({ '/p/0.yml': `${bomb}${service}---\n${bomb}${service}` });
    expect(stack.services.get('a')?.image?.value).toBe('i');
    expect(stack.problems).toEqual([]);
  });

  it('of merge keys that lead back into what they stand in, two at each level, is read', async () => {
    const stack = await load({
      '/p/0.yml': yaml`
          x: &m
           services:
            a: {<<: *m}
            b: {<<: *m}
          services:
            a: {<<: *m, image: i}
            b: {<<: *m}
        `,
    });
    expect(stack.services.get('a')?.image?.value).toBe('i');
    expect(stack.problems).toHaveLength(1);
    expect(stack.problems[0]?.message).toContain('is inside of its own anchor');
  });

  it('of services that extend each other a thousand deep is read, as far as can be told', async () => {
    const services = Array.from({ length: 2000 }, (_, i) => `  s${i}:\n    extends: s${i + 1}\n`).join('');
    const stack = await load({ '/p/0.yml': `services:\n${services}  s2000:\n    image: i\n` });
    expect(stack.services.size).toBe(2001);
    expect(stack.services.get('s1999')?.image?.value).toBe('i');
    expect(stack.services.get('s0')?.partial).toBe(true);
    expect(stack.problems.map(({ message }) => message)).toEqual([
      'Services extend each other more than 500 deep: what s500 extends is not read.',
    ]);
  });

  it('of ten thousand includes says where it stops', async () => {
    const files: Record<string, string> = {};
    let all = 'include:\n';
    for (let i = 1; i <= 10_000; i++) {
      all += `  - ${i}.yml\n`;
      files[`/p/${i}.yml`] = `services:\n  s${i}:\n    image: i\n`;
    }
    const stack = await load({ ...files, '/p/0.yml': all });
    expect(stack.services.size).toBe(999);
    expect(stack.problems.length).toBeLessThanOrEqual(200);
    expect(stack.problems[0]?.message).toContain('only 1000 files');
  });

  it('of includes in a row a thousand long ends', async () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 2000; i++) files[`/p/${i}.yml`] = `include: [${i + 1}.yml]\nservices: {}\n`;
    const stack = await load(files);
    expect(stack.problems).toHaveLength(1);
  });

  it('of files that include each other as overlays, which is no circle to Compose, ends', async () => {
    const stack = await load({
      '/p/0.yml': 'include: [{path: [1.yml, 0.yml]}, {path: [1.yml, 0.yml]}]\nservices: {a: {image: a}}\n',
      '/p/1.yml': 'services: {b: {image: b}}\n',
    });
    expect(stack.services.get('a')?.image?.value).toBe('a');
    expect(stack.problems).toHaveLength(1);
    expect(stack.incomplete).toBe(true);
  });

  it('of includes that double from level to level ends', async () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 40; i++)
      files[`/p/${i}.yml`] = `include: [${i + 1}.yml, ./${i + 1}.yml]\nservices: {s${i}: {image: i}}\n`;
    const stack = await load({ ...files, '/p/40.yml': 'services: {last: {image: i}}\n' });
    expect(stack.services.get('last')?.image?.value).toBe('i');
    expect(stack.problems).toHaveLength(1);
  });

  it.each([
    ['brackets', `services: ${'['.repeat(100_000)}`],
    ['braces', `services: ${'{a: '.repeat(20_000)}`],
    ['dashes', `services:\n  ${'- '.repeat(100_000)}a`],
    ['question marks', `services:\n  ${'? '.repeat(100_000)}a`],
    ['indentation', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('nested thousands deep by %s is one problem', async (_by, text) => {
    const stack = await load({ '/p/0.yml': text });
    expect(stack.problems.map(({ message }) => message)).toEqual(['The file is nested too deeply.']);
  });

  it('nested as deep as anybody writes is read', async () => {
    const text = yaml`
      services:
        a:
          image: i
          x: ${'['.repeat(50)}${']'.repeat(50)}
    `;
    const stack = await load({ '/p/0.yml': text });
    expect(stack.problems).toEqual([]);
    expect(stack.services.get('a')?.image?.value).toBe('i');
  });
});
