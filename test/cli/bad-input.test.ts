/** Input that is no compose file, through the real service: one clear message or finding, never a stack trace. */

import { describe, expect, it } from 'vitest';
import { memoryHost } from '../platform/memory-host';
import { yaml } from '../yaml';
import { runReal } from './real-cli';

const FILE = '/project/docker-compose.yml';
const NOISE = Uint8Array.from({ length: 4096 }, (_, index) => (index * 151) % 256);

describe.each(['check', 'fix'])('%s', (command) => {
  const findings: readonly [string, string | Uint8Array, string?][] = [
    ['not YAML', 'services: [a\n  mender-useradm: }{'],
    ['binary', NOISE],
    ['empty', ''],
    ['`services: 3`', 'services: 3\n'],
    ['a list', '- mender-useradm\n'],
    ['a lone word', 'mender-useradm\n'],
    [
      'a volume that is a number, in a service whose key is missing',
      yaml`
        services:
          mender-useradm:
            image: mendersoftware/useradm
            volumes:
              - 3
      `,
      '2 errors in 1 file.',
    ],
  ];
  it.each(findings)('%s: findings, and exit 1', async (_, content, count = '1 error in 1 file.') => {
    const host = memoryHost({ files: { [FILE]: content } });
    const { code, out, err } = await runReal([command, 'docker-compose.yml'], host);
    expect(code).toBe(1);
    expect(err).toBe('');
    expect(out).toMatch(/docker-compose\.yml:\d+:\d+: error: .*\[invalid-compose\]/);
    expect(out).toContain(count);
    expect(out).not.toMatch(/\n {4}at |\[object|undefined/);
    expect(host.bytes(FILE)).toEqual(
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    );
  });

  const messages: readonly [string, number, string, (host: ReturnType<typeof memoryHost>) => void][] = [
    [
      '10 MB',
      2,
      'docker-compose.yml is larger than 8 MB',
      (host) => host.put(FILE, '#'.repeat(10 * 1024 * 1024)),
    ],
    ['a directory of that name', 2, 'no compose file found', (host) => host.putDirectory(FILE)],
    [
      'a link that leads to itself',
      2,
      'is a symbolic link that leads to itself',
      (host) => host.putLink(FILE, FILE),
    ],
    [
      'no permission',
      2,
      'docker-compose.yml is not readable for this user.',
      (host) => {
        host.put(FILE, 'services: {}');
        host.deny(FILE);
      },
    ],
    ['missing', 2, 'docker-compose.yml does not exist.', () => undefined],
  ];
  it.each(messages)('%s: one line on standard error', async (_, exit, message, prepare) => {
    const host = memoryHost();
    host.putDirectory('/project');
    prepare(host);
    const { code, err } = await runReal([command, 'docker-compose.yml'], host);
    expect(code).toBe(exit);
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});

it('a deeply nested file and one of many aliases end in an answer', async () => {
  const bomb = [
    'a: &a [x, x]',
    ...[...'bcdefghijklmnop'].map(
      (name, at) => `${name}: &${name} [*${'abcdefghijklmnop'[at]}, *${'abcdefghijklmnop'[at]}]`,
    ),
  ];
  const host = memoryHost({
    files: {
      '/project/deep.yml': `services: ${'['.repeat(20_000)}`,
      '/project/bomb.yml': `${bomb.join('\n')}\nservices: {mender-useradm: {image: mendersoftware/useradm, volumes: *p}}\n`,
    },
  });
  for (const file of ['deep.yml', 'bomb.yml']) {
    const { code, err } = await runReal(['check', file], host);
    expect([file, code]).toEqual([file, 1]);
    expect(err).toBe('');
  }
});
