/** `mender-compose map`: what it prints and writes, and what it never writes over. */
import { describe, expect, it } from 'vitest';
import { nodeHost } from '../../server/src/host/node-host';
import { memoryHost } from '../host/memory-host';
import { FILE, sharedHost, TEXT } from '../map/stacks';
import { parseXml } from '../map/xml';
import { runReal } from './real-cli';
import { runCli } from './run-cli';

const IN_P = { cwd: '/p' };

describe('map', () => {
  it('draws SVG on standard output, light unless asked otherwise', async () => {
    const host = await sharedHost();
    const light = await runReal(['map'], host, IN_P);
    expect(light).toMatchObject({ code: 0, err: '' });
    expect(parseXml(light.out).name).toBe('svg');
    const dark = await runReal(['map', '-f', 'docker-compose.yml', '--theme', 'dark'], host, IN_P);
    expect(dark.code).toBe(0);
    expect(dark.out).not.toBe(light.out);
  });

  it('draws Mermaid', async () => {
    const { code, out } = await runReal(['map', '--format', 'mermaid'], await sharedHost(), IN_P);
    expect(code).toBe(0);
    expect(out).toMatch(/^flowchart LR\n/);
    expect(out).toContain('==>|"same key"|');
  });

  it('tells the same as JSON, with paths from the working directory and times that people read', async () => {
    const { code, out } = await runReal(['map', '--format', 'json'], await sharedHost(), IN_P);
    expect(code).toBe(0);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({
      version: 1,
      maps: [{ release: 'Mender 3.7.0', composeFiles: ['docker-compose.yml'] }],
    });
    expect(answer.maps[0].files[0]).toMatchObject({
      path: 'cert.crt',
      certificate: {
        names: ['mender.example.com', '10.0.0.1'],
        validTo: expect.stringMatching(/^2035-01-1\dT/),
      },
    });
    expect(answer.maps[0].shared).toEqual([{ files: ['f1', 'f2'], services: ['s0', 's1'] }]);
  });

  it('never prints a key, in whatever format', async () => {
    const host = await sharedHost();
    const lines = (host.text('/p/private.key') ?? '').split('\n').filter((line) => line.length > 20);
    expect(lines.length).toBeGreaterThan(10);
    for (const format of ['svg', 'mermaid', 'json']) {
      const { out } = await runReal(['map', '--format', format], host, IN_P);
      for (const line of lines) expect(out).not.toContain(line);
    }
  });

  it('draws the files of one stack once', async () => {
    const files = {
      [FILE]: TEXT,
      '/p/docker-compose.override.yml': 'services:\n  mender-useradm:\n    restart: always\n',
    };
    const { out } = await runReal(['map', '--format', 'json'], memoryHost({ files }), IN_P);
    expect(JSON.parse(out).maps).toHaveLength(1);
    expect(JSON.parse(out).maps[0].composeFiles).toEqual([
      'docker-compose.yml',
      'docker-compose.override.yml',
    ]);
  });

  it('draws the example from the disk', async () => {
    const { code, out } = await runReal(['map', 'examples/production'], nodeHost(), { cwd: process.cwd() });
    expect(code).toBe(0);
    expect(out).toContain('One private key in 2 services');
  });

  it('says that there is nothing to draw', async () => {
    const host = memoryHost({ files: { [FILE]: 'services:\n  web:\n    image: nginx\n' } });
    const { code, out, err } = await runReal(['map', 'docker-compose.yml'], host, IN_P);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('no Mender service here');
    const none = await runReal(['map'], memoryHost({ files: { '/p/notes.txt': 'x' } }), IN_P);
    expect(none.code).toBe(2);
    expect(none.err).toContain('no compose file here');
  });
});

describe('map --output', () => {
  it('creates the file, and replaces it only with --force', async () => {
    const host = await sharedHost();
    expect(await runReal(['map', '-o', 'map.svg'], host, IN_P)).toEqual({ code: 0, out: '', err: '' });
    const first = host.text('/p/map.svg') ?? '';
    expect(parseXml(first).name).toBe('svg');
    const again = await runReal(['map', '-o', 'map.svg', '--theme', 'dark'], host, IN_P);
    expect(again.code).toBe(2);
    expect(again.err).toContain('map.svg is there already. Use --force to replace it.');
    expect(host.text('/p/map.svg')).toBe(first);
    const forced = await runReal(['map', '-o', 'map.svg', '--theme', 'dark', '--force'], host, IN_P);
    expect(forced).toEqual({ code: 0, out: '', err: '' });
    expect(host.text('/p/map.svg')).not.toBe(first);
  });

  it.each(['private.key', 'cert.crt', 'docker-compose.yml', 'elsewhere.txt'])(
    'never replaces %s, not even with --force',
    async (name) => {
      const host = await sharedHost();
      host.put('/p/elsewhere.txt', host.text('/p/private.key') ?? '');
      const before = host.text(`/p/${name}`);
      const { code, err } = await runReal(['map', '-o', name, '--force'], host, IN_P);
      expect(code).toBe(2);
      expect(err).toContain(`${name} is not replaced`);
      expect(host.text(`/p/${name}`)).toBe(before);
    },
  );

  it('follows no link, and says why it can’t write', async () => {
    const host = await sharedHost();
    host.putLink('/p/link.svg', '/p/private.key');
    expect((await runReal(['map', '-o', 'link.svg', '--force'], host, IN_P)).err).toContain(
      'no ordinary file',
    );
    const { code, err } = await runReal(['map', '-o', 'nowhere/map.svg'], host, IN_P);
    expect(code).toBe(2);
    expect(err).toMatch(/^mender-compose: .+\n$/);
  });
});

describe('map with wrong usage', () => {
  it.each([
    [['map', '--force'], '--force goes with --output'],
    [['map', '--format', 'png'], '--format is one of svg, mermaid, json, not png.'],
    [['map', '--format', 'json', '--theme', 'dark'], '--theme goes with --format svg'],
    [['map', '--quiet'], 'Unknown option --quiet for map.'],
  ])('%j', async (args, message) => {
    const { code, out, err } = await runCli(args, memoryHost());
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
});
