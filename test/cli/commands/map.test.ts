/** `mender-compose map`: what it prints and writes, and what it never writes over. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nodeHost } from '../../../server/src/platform/node/node-platform';
import { FILE, sharedHost, TEXT } from '../../key-map/stacks';
import { parseXml } from '../../key-map/xml';
import { memoryHost } from '../../platform/memory-host';
import { runReal } from '../real-cli';
import { runCli } from '../run-cli';

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
    expect(err).toContain('no Mender service');
    const none = await runReal(['map'], memoryHost({ files: { '/p/notes.txt': 'x' } }), IN_P);
    expect(none.code).toBe(2);
    expect(none.err).toContain('no compose file found');
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
    expect(again.err).toContain('map.svg already exists. Pass --force to replace it.');
    expect(host.text('/p/map.svg')).toBe(first);
    const forced = await runReal(['map', '-o', 'map.svg', '--theme', 'dark', '--force'], host, IN_P);
    expect(forced).toEqual({ code: 0, out: '', err: '' });
    expect(host.text('/p/map.svg')).not.toBe(first);
  });

  it('replaces drawings of ours of every format', async () => {
    const host = await sharedHost();
    for (const format of ['svg', 'mermaid', 'json']) {
      for (const next of ['svg', 'mermaid', 'json']) {
        host.drop('/p/map');
        await runReal(['map', '--format', format, '-o', 'map'], host, IN_P);
        const forced = await runReal(['map', '--format', next, '-o', 'map', '--force'], host, IN_P);
        expect(forced).toEqual({ code: 0, out: '', err: '' });
        expect(host.text('/p/map')).toBe((await runReal(['map', '--format', next], host, IN_P)).out);
      }
    }
  });

  it('never replaces anything else, not even with --force', async () => {
    const pkcs8 = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const host = await sharedHost();
    const drawing = (await runReal(['map'], host, IN_P)).out;
    const others = {
      'elsewhere.txt': host.text('/p/private.key') ?? '',
      'key.der': pkcs8.export({ type: 'pkcs8', format: 'der' }),
      'key.pkcs1': pkcs8.export({ type: 'pkcs1', format: 'der' }),
      // PFX, of which only the beginning matters here.
      'pair.p12': Buffer.from(
        '3082 0a3c 0201 0330 820a 0206 092a 8648 86f7 0d01 0701'.replaceAll(' ', ''),
        'hex',
      ),
      '.env': 'PASSWORD=hunter2\n',
      'other.yml': 'services:\n  web:\n    image: nginx\n',
      'notes.md': '# Notes\n',
      'empty.svg': '',
      'other.svg': '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>\n',
      'other.mmd': 'flowchart LR\n  a --> b\n',
      'other.json': '{"version": 1, "maps": []}\n',
      'cut.svg': drawing.slice(0, -20),
      'broken.svg': Buffer.concat([Buffer.from(drawing), Buffer.from([0xff, 0xfe])]),
    };
    for (const [name, content] of Object.entries(others)) host.put(`/p/${name}`, content);
    for (const name of ['private.key', 'cert.crt', 'docker-compose.yml', ...Object.keys(others)]) {
      const before = host.bytes(`/p/${name}`);
      const { code, err } = await runReal(['map', 'docker-compose.yml', '-o', name, '--force'], host, IN_P);
      expect({ name, code, err }).toEqual({
        name,
        code: 2,
        err: `mender-compose: ${name} is not replaced: it is not a drawing of mender-compose.\n`,
      });
      expect(host.bytes(`/p/${name}`), name).toEqual(before);
    }
  });

  it('knows a file of the deployment by whatever way leads to it', async () => {
    const host = await sharedHost();
    const drawing = (await runReal(['map'], host, IN_P)).out;
    // A drawing where a certificate is mounted: it is a file of the deployment all the same.
    host.put('/p/cert.crt', drawing);
    host.putLink('/q/here', '/p');
    for (const [output, cwd] of [
      ['here/cert.crt', '/q'],
      ['here/docker-compose.yml', '/q'],
      ['../p/cert.crt', '/q'],
    ] as const) {
      const { code, err } = await runReal(['map', '/p/docker-compose.yml', '-o', output, '--force'], host, {
        cwd,
      });
      expect(code).toBe(2);
      expect(err).toContain('is not replaced');
    }
    const linked = await runReal(
      ['map', '/q/here/docker-compose.yml', '-o', '/p/cert.crt', '--force'],
      host,
      IN_P,
    );
    expect(linked.err).toContain('is not replaced');
    expect(host.text('/p/cert.crt')).toBe(drawing);
    expect(host.text('/p/docker-compose.yml')).toBe(TEXT);
  });

  it('follows no link, and says why it can’t write', async () => {
    const host = await sharedHost();
    host.putLink('/p/link.svg', '/p/private.key');
    expect((await runReal(['map', '-o', 'link.svg', '--force'], host, IN_P)).err).toContain(
      'not a regular file',
    );
    const { code, err } = await runReal(['map', '-o', 'nowhere/map.svg'], host, IN_P);
    expect(code).toBe(2);
    expect(err).toMatch(/^mender-compose: .+\n$/);
  });
});

describe('map with wrong usage', () => {
  it.each([
    [['map', '--force'], 'Pass --force only with --output'],
    [['map', '--format', 'png'], '--format is one of svg, mermaid, json, not png.'],
    [['map', '--format', 'json', '--theme', 'dark'], 'Pass --theme only with --format svg'],
    [['map', '--quiet'], 'Unknown option --quiet for map.'],
  ])('%j', async (args, message) => {
    const { code, out, err } = await runCli(args, memoryHost());
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
});
