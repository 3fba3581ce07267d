/** Edits on files of every style: what was asked for is there, and nothing else moved. */
import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editCompose } from '../../../server/src/compose/edit/edit';
import type { EditOperation } from '../../../server/src/compose/edit/operations';
import { loadStack } from '../../../server/src/compose/loader/load-project';
import { applyChanges } from '../../../server/src/compose/syntax/line-index';

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

const mount = { source: './keys/new.pem', target: '/etc/useradm/rsa/private.pem', readOnly: true };
const addMount: EditOperation = { op: 'add-mount', service: 'a', mount };
const setVariable: EditOperation = { op: 'set-environment', service: 'a', name: 'NEW', value: '/x' };

describe('adding to a service', () => {
  const cases: Readonly<Record<string, [before: string, after: string]>> = {
    'an empty service': [
      'services:\n  a:\n',
      'services:\n  a:\n    volumes:\n      - ./keys/new.pem:/etc/useradm/rsa/private.pem:ro\n    environment:\n      - NEW=/x\n',
    ],
    'an empty list': [
      'services:\n  a:\n    volumes: []\n    environment: {}\n',
      'services:\n  a:\n    volumes: [./keys/new.pem:/etc/useradm/rsa/private.pem:ro]\n    environment: { NEW: /x }\n',
    ],
    'keys without a value': [
      'services:\n  a:\n    volumes: # none yet\n    environment:\n  b: {}\n',
      'services:\n  a:\n    volumes: # none yet\n      - ./keys/new.pem:/etc/useradm/rsa/private.pem:ro\n    environment:\n      - NEW=/x\n  b: {}\n',
    ],
    'lists flush with their key, of another service': [
      'services:\n   b:\n      volumes:\n      - "./b:/b"\n      environment:\n         X: "1"\n   a:\n      image: i\n\n\n# end\n',
      'services:\n   b:\n      volumes:\n      - "./b:/b"\n      environment:\n         X: "1"\n   a:\n      image: i\n      volumes:\n      - "./keys/new.pem:/etc/useradm/rsa/private.pem:ro"\n      environment:\n         NEW: /x\n\n\n# end\n',
    ],
    'a flow list over several lines': [
      'services:\n  a:\n    volumes: [\n      "./x:/x", # first\n      "./y:/y"\n    ]\n    environment: [A=1,]\n',
      'services:\n  a:\n    volumes: [\n      "./x:/x", # first\n      "./y:/y",\n      "./keys/new.pem:/etc/useradm/rsa/private.pem:ro"\n    ]\n    environment: [A=1, NEW=/x]\n',
    ],
    'a service in braces': [
      'services: { a: { image: "i" }, b: {} }\n',
      'services: { a: { image: "i", volumes: [./keys/new.pem:/etc/useradm/rsa/private.pem:ro], environment: [NEW=/x] }, b: {} }\n',
    ],
    'a list that ends in a block scalar': [
      'services:\n  a:\n    environment:\n      A: |\n        one\n        two\n\n    volumes:\n      - type: bind\n        source: ./a\n        target: /a\n        bind:\n          create_host_path: false\n    # last words\n',
      'services:\n  a:\n    environment:\n      A: |\n        one\n        two\n      NEW: /x\n\n    volumes:\n      - type: bind\n        source: ./a\n        target: /a\n        bind:\n          create_host_path: false\n      - type: bind\n        source: ./keys/new.pem\n        target: /etc/useradm/rsa/private.pem\n        read_only: true\n    # last words\n',
    ],
    'a service in braces whose lists come from elsewhere': [
      'x-v: &v ["./a:/a", &b ./b:/b]\nx-s: &s { volumes: *v, environment: { A: "1", B: yes } }\nservices:\n  a: { <<: *s, image: i }\n  b: { volumes: *v }\n',
      'x-v: &v ["./a:/a", &b ./b:/b]\nx-s: &s { volumes: *v, environment: { A: "1", B: yes } }\nservices:\n  a: { <<: *s, image: i, volumes: [./a:/a, ./b:/b, ./keys/new.pem:/etc/useradm/rsa/private.pem:ro], environment: { A: "1", B: "yes", NEW: /x } }\n  b: { volumes: *v }\n',
    ],
    'a service in braces with a list behind an alias': [
      'x-v: &v [./a:/a]\nservices:\n  a: { volumes: *v, image: i }\n',
      'x-v: &v [./a:/a]\nservices:\n  a: { volumes: [./a:/a, ./keys/new.pem:/etc/useradm/rsa/private.pem:ro], image: i, environment: [NEW=/x] }\n',
    ],
    'an environment behind an alias': [
      'x-e: &e\n  A: b\nservices:\n  a:\n    environment: *e\n    volumes: &v\n      - ./a:/a\n  b:\n    volumes: *v\n',
      'x-e: &e\n  A: b\nservices:\n  a:\n    environment:\n      <<: *e\n      NEW: /x\n    volumes: &v\n      - ./a:/a\n      - ./keys/new.pem:/etc/useradm/rsa/private.pem:ro\n  b:\n    volumes: *v\n',
    ],
    'fields that are reset: what was taken away stays away': [
      'services:\n  a:\n    volumes: !reset # none\n    environment: !reset []\n',
      'services:\n  a:\n    volumes: !override # none\n      - ./keys/new.pem:/etc/useradm/rsa/private.pem:ro\n    environment: !override [NEW=/x]\n',
    ],
    'fields that are reset, whatever stands under them': [
      'services:\n  a:\n    volumes: !reset\n      - ./a:/a\n      - ./b:/b # b\n    environment: !reset none\n',
      'services:\n  a:\n    volumes: !override [./keys/new.pem:/etc/useradm/rsa/private.pem:ro] # b\n    environment: !override [NEW=/x]\n',
    ],
    'a service in braces with fields that are reset': [
      'services:\n  a: { volumes: !reset , environment: !reset { A: b } }\n',
      'services:\n  a: { volumes: !override [./keys/new.pem:/etc/useradm/rsa/private.pem:ro] , environment: !override { NEW: /x } }\n',
    ],
    'a service of a second document': [
      'services:\n  b:\n    image: i\n---\nservices:\n    a:\n        image: i\n',
      'services:\n  b:\n    image: i\n---\nservices:\n    a:\n        image: i\n        volumes:\n            - ./keys/new.pem:/etc/useradm/rsa/private.pem:ro\n        environment:\n            - NEW=/x\n',
    ],
    'a service of two documents: the last one wins': [
      'services:\n  a:\n    environment: { NEW: /y }\n---\nservices:\n  a:\n    volumes: !reset []\n',
      'services:\n  a:\n    environment: { NEW: /y }\n---\nservices:\n  a:\n    volumes: !override [./keys/new.pem:/etc/useradm/rsa/private.pem:ro]\n    environment:\n      - NEW=/x\n',
    ],
    'non-ASCII text, tabs in scalars and Windows line ends': [
      'services:\r\n  a:\r\n    labels: ["größe\tΩ"]\r\n    volumes:\r\n      - \'./schlüssel/ä.pem:/ä\'\r\n',
      "services:\r\n  a:\r\n    labels: [\"größe\tΩ\"]\r\n    volumes:\r\n      - './schlüssel/ä.pem:/ä'\r\n      - './keys/new.pem:/etc/useradm/rsa/private.pem:ro'\r\n    environment:\r\n      - NEW=/x\r\n",
    ],
  };

  it.each(Object.entries(cases))('%s', (_name, [before, after]) => {
    expect(edit(before, [addMount, setVariable])).toBe(after);
  });

  it.each([
    ['a key without a place for a value', 'services:\n  ? a'],
    ['a service with a key that is not there', 'services:\n  a:\n    image: i\n    ?\n'],
    [
      'a service in braces with a list of mappings from elsewhere',
      'x-s: &s\n  volumes:\n    - type: bind\n      source: ./a\n      target: /a\nservices: { a: { <<: *s } }\n',
    ],
    ['a key that is a block', 'services:\n  a:\n    ? >'],
    ['a service that is reset', 'services:\n  a: !reset\n'],
    ['a list that is a text', 'services:\n  a:\n    volumes: one\n'],
    ['a service in braces whose list has no value', 'services: { a: { volumes: , image: i } }\n'],
  ])('leaves %s as it is rather than break it', (_name, text) => {
    expect(edit(text, [addMount])).toBe(text);
  });

  it('carries out what it can where one of several would break the file', () => {
    const text = 'services:\n  a:\n    image: i\n  b: { volumes: , image: i }\n';
    expect(edit(text, [{ ...addMount, service: 'b' }, addMount])).toBe(
      'services:\n  a:\n    image: i\n    volumes:\n      - ./keys/new.pem:/etc/useradm/rsa/private.pem:ro\n  b: { volumes: , image: i }\n',
    );
  });

  it.each([
    ['|-', ''],
    ['>-', ''],
    ['|', '\n'],
  ])('makes a mount in a block %s read-only', (sign, rest) => {
    const text = `services:\n  a:\n    volumes:\n      - ${sign}\n        ./k:/k${rest}\n  b: {}\n`;
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
    const text = `services:\n  a:\n    volumes:\n      - ${before}\n`;
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
      const text = `services:\n  a:\n    volumes:\n      - ${mount}\n`;
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
