/** Edits on files of every style: what was asked for is there, and nothing else moved. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editCompose } from '../../../server/src/compose/edit/edit';
import type { EditOperation } from '../../../server/src/compose/edit/operations';
import { loadStack } from '../../../server/src/compose/loader/load-project';
import { applyChanges } from '../../../server/src/compose/syntax/line-index';
import { yaml } from '../../yaml';

const FILE = '/p/compose.yml';

function stackOf(text: string) {
  return loadStack({
    files: [FILE],
    projectDirectory: '/p',
    envFiles: undefined,
    environment: () => undefined,
    paths: posix,
    homeDirectory: '/home/a',
    read: async (file) => (file === FILE ? { text } : { missing: true }),
  });
}

function edit(text: string, operations: readonly EditOperation[]): string {
  return applyChanges(text, editCompose(text, operations).changes);
}

/** Files as they are, and with the mount and the variable: `NAME.yml`, `NAME.edited.yml`. */
const root = join(import.meta.dirname, '../../fixtures/edits');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const fixtures = readdirSync(root)
  .filter((name) => !name.endsWith('.edited.yml'))
  .map((name) => name.slice(0, -'.yml'.length));

const mount = { source: './keys/new.pem', target: '/etc/useradm/rsa/private.pem', readOnly: true };
const addMount: EditOperation = { op: 'add-mount', service: 'a', mount };
const setVariable: EditOperation = { op: 'set-environment', service: 'a', name: 'NEW', value: '/x' };

describe('adding to a service', () => {
  it.each(fixtures)('%s', (name) => {
    expect(edit(read(`${name}.yml`), [addMount, setVariable])).toBe(read(`${name}.edited.yml`));
  });

  it('non-ASCII text, tabs in scalars and Windows line ends', () => {
    const text =
      'services:\r\n  a:\r\n    labels: ["größe\tΩ"]\r\n    volumes:\r\n      - \'./schlüssel/ä.pem:/ä\'\r\n';
    expect(edit(text, [addMount, setVariable])).toBe(
      "services:\r\n  a:\r\n    labels: [\"größe\tΩ\"]\r\n    volumes:\r\n      - './schlüssel/ä.pem:/ä'\r\n      - './keys/new.pem:/etc/useradm/rsa/private.pem:ro'\r\n    environment:\r\n      - NEW=/x\r\n",
    );
  });

  it.each([
    ['a key without a place for a value', 'services:\n  ? a'],
    [
      'a service with a key that is not there',
      yaml`
      services:
        a:
          image: i
          ?
    `,
    ],
    [
      'a service in braces with a list of mappings from elsewhere',
      yaml`
        x-s: &s
          volumes:
            - type: bind
              source: ./a
              target: /a
        services: { a: { <<: *s } }
      `,
    ],
    ['a key that is a block', 'services:\n  a:\n    ? >'],
    ['a service that is reset', 'services:\n  a: !reset\n'],
    ['a list that is a text', 'services:\n  a:\n    volumes: one\n'],
    ['a service in braces whose list has no value', 'services: { a: { volumes: , image: i } }\n'],
  ])('leaves %s as it is rather than break it', (_name, text) => {
    expect(edit(text, [addMount])).toBe(text);
  });

  it('carries out what it can where one of several would break the file', () => {
    const text = yaml`
      services:
        a:
          image: i
        b: { volumes: , image: i }
    `;
    expect(edit(text, [{ ...addMount, service: 'b' }, addMount])).toBe(
      yaml`
        services:
          a:
            image: i
            volumes:
              - ./keys/new.pem:/etc/useradm/rsa/private.pem:ro
          b: { volumes: , image: i }
      `,
    );
  });

  it.each([
    ['|-', ''],
    ['>-', ''],
    ['|', '\n'],
  ])('makes a mount in a block %s read-only', (sign, rest) => {
    const text = yaml`
      services:
        a:
          volumes:
            - ${sign}
              ./k:/k${rest}
        b: {}
    `;
    const start = text.indexOf(sign);
    expect(edit(text, [{ op: 'make-read-only', service: 'a', start, end: text.indexOf('/k:/k') + 5 }])).toBe(
      text.replace('/k:/k', '/k:/k:ro'),
    );
  });

  it.each([
    ['./k:/k', './k:/k:ro'],
    ['C:\\k:/k:rw', 'C:\\k:/k:ro'],
    ['${A:-./k}:/k:z', '${A:-./k}:/k:z,ro'],
    ['${A:-${B:-./k}}:$T', '${A:-${B:-./k}}:$T:ro'],
    ['{ type: bind, target: /k, read_only: }', '{ type: bind, target: /k, read_only: true }'],
  ])('makes %s read-only', (before, after) => {
    const text = yaml`
      services:
        a:
          volumes:
            - ${before}
    `;
    const start = text.indexOf(before);
    const operation: EditOperation = {
      op: 'make-read-only',
      service: 'a',
      start,
      end: start + before.length,
    };
    expect(edit(text, [operation])).toBe(text.replace(before, () => after));
  });

  it.each(['./k:/k:${MODE}', './k:/k:${MODE:-rw}', './k:/k${', '${A:-./k:/k}', '${A'])(
    'leaves %s alone, whose mode is not in the text',
    (mount) => {
      const text = yaml`
        services:
          a:
            volumes:
              - ${mount}
      `;
      const start = text.indexOf(mount);
      const operation: EditOperation = {
        op: 'make-read-only',
        service: 'a',
        start,
        end: start + mount.length,
      };
      expect(editCompose(text, [operation])).toEqual({ changes: [], undone: [operation] });
    },
  );

  it.each(['\n', '\r\n'])('keeps the blank lines that belong to a block, with line ends %j', (eol) => {
    const lines = ['services:', '  a:', '    command: |+', '      run', '', '', '  b: {}', ''];
    const added = ['    volumes:', '      - ./keys/new.pem:/etc/useradm/rsa/private.pem:ro'];
    expect(edit(lines.join(eol), [addMount])).toBe(
      [...lines.slice(0, 6), ...added, ...lines.slice(6)].join(eol),
    );
  });

  it('leaves a service alone that is not there', () => {
    expect(editCompose('services:\n  b: {}\n', [addMount])).toEqual({ changes: [], undone: [addMount] });
    expect(editCompose('nonsense: [', [addMount])).toEqual({ changes: [], undone: [addMount] });
    expect(editCompose('', [addMount])).toEqual({ changes: [], undone: [addMount] });
  });
});

describe('any style', () => {
  const quote = fc.constantFrom('', '"', "'");
  const style = fc.record({
    indent: fc.integer({ min: 1, max: 6 }),
    dash: fc.integer({ min: 0, max: 4 }),
    quote,
    eol: fc.constantFrom('\n', '\r\n'),
    final: fc.boolean(),
    long: fc.boolean(),
    map: fc.boolean(),
    comments: fc.boolean(),
    order: fc.shuffledSubarray(['volumes', 'environment', 'image', 'command'], { minLength: 0 }),
    after: fc.boolean(),
  });

  type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

  function write(s: Style): string {
    const pad = (depth: number) => ' '.repeat(s.indent * depth);
    const item = `${pad(2)}${' '.repeat(s.dash)}- `;
    const note = s.comments ? '  # größer' : '';
    const lines = ['services:', `${pad(1)}a:${note}`];
    for (const key of s.order) {
      if (key === 'image') lines.push(`${pad(2)}image: i${note}`);
      if (key === 'command') lines.push(`${pad(2)}command: >-`, `${pad(3)}run`, `${pad(3)}fast`);
      if (key === 'volumes') {
        lines.push(`${pad(2)}volumes:${note}`);
        if (s.long) {
          lines.push(
            `${item}type: bind`,
            `${' '.repeat(item.length)}source: ${s.quote}./x${s.quote}`,
            `${' '.repeat(item.length)}target: ${s.quote}/x${s.quote}${note}`,
          );
        } else lines.push(`${item}${s.quote}./x:/x${s.quote}${note}`);
      }
      if (key === 'environment') {
        lines.push(`${pad(2)}environment:`);
        lines.push(s.map ? `${pad(3)}OLD: ${s.quote}o${s.quote}${note}` : `${item}OLD=o${note}`);
      }
      if (s.comments) lines.push(`${pad(2)}# between`);
    }
    if (s.after) lines.push('', `${pad(1)}b:`, `${pad(2)}image: other`);
    return lines.join(s.eol) + (s.final ? s.eol : '');
  }

  it('gets exactly what was asked for, and every line before stays', async () => {
    await fc.assert(
      fc.asyncProperty(style, async (s) => {
        const text = write(s);
        const before = await stackOf(text);
        const { changes } = editCompose(text, [addMount, setVariable]);
        const after = applyChanges(text, changes);
        const stack = await stackOf(after);
        expect(stack.problems).toEqual([]);
        const service = stack.services.get('a');
        const old = before.services.get('a');
        expect(service?.mounts.map(({ target, readOnly, syntax }) => [target, readOnly, syntax])).toEqual([
          ...(old?.mounts ?? []).map(({ target, readOnly, syntax }) => [target, readOnly, syntax]),
          [mount.target, true, s.long && s.order.includes('volumes') ? 'long' : 'short'],
        ]);
        expect([...(service?.environment ?? [])].map(([name, { value }]) => [name, value])).toEqual([
          ...[...(old?.environment ?? [])].map(([name, { value }]) => [name, value]),
          ['NEW', '/x'],
        ]);
        expect(stack.services.get('b')?.image?.value).toBe(before.services.get('b')?.image?.value);
        for (const change of changes) expect(change.start).toBe(change.end);
        expect(after.replaceAll('\r\n', '').includes('\r')).toBe(false);
        if (s.eol === '\r\n') expect(after.replaceAll('\r\n', '')).not.toContain('\n');
      }),
      { numRuns: 1000 },
    );
  });
});
