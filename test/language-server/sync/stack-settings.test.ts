/** The settings mender.stacks and mender.release, and the workspace's folders that they count from. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readRelease, readStacks } from '../../../server/src/language-server/sync/parse-settings';
import { type FakeService, fakeService } from '../fake-service';
import { connect, type Wire, type WireOptions } from '../wire';

let wire: Wire | undefined;
let service: FakeService;

async function start(options?: WireOptions): Promise<Wire> {
  service = fakeService();
  wire = await connect(service, options);
  return wire;
}

afterEach(() => {
  wire?.close();
  wire = undefined;
});

const latest = () => service.settings.at(-1);

describe('mender.stacks', () => {
  test('of initializationOptions holds from the first check on, relative to each folder', async () => {
    const settings = { stacks: [{ files: ['a.yml', '/x/b.yml'] }] };
    await start({
      folders: ['file:///p', 'file:///q'],
      capabilities: {},
      initializationOptions: { settings },
    });
    expect(latest()).toEqual({
      rules: {},
      trusted: true,
      folders: ['/p', '/q'],
      stacks: [{ files: ['/p/a.yml', '/x/b.yml'] }, { files: ['/q/a.yml', '/x/b.yml'] }],
    });
  });

  test('is asked for folder by folder, and counts for that folder alone', async () => {
    const w = await start({ folders: ['file:///p', 'file:///q'], configuration: { rules: {} } });
    w.folderConfiguration.set('file:///p', { stacks: [{ files: ['a.yml'], projectDirectory: '..' }] });
    w.folderConfiguration.set('file:///q', { stacks: [{ files: ['b.yml'], envFiles: ['c.env'] }] });
    await w.client.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await vi.waitFor(() =>
      expect(latest()?.stacks).toEqual([
        { files: ['/p/a.yml'], projectDirectory: '/' },
        { files: ['/q/b.yml'], envFiles: ['/q/c.env'] },
      ]),
    );
  });

  test('follows folders that come and go', async () => {
    const w = await start({ folders: ['file:///p'], configuration: { stacks: [{ files: ['a.yml'] }] } });
    await vi.waitFor(() => expect(latest()?.stacks).toEqual([{ files: ['/p/a.yml'] }]));
    await w.open('BAD');
    await w.publication(() => true);
    const before = service.checks.length;
    await w.client.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: [{ uri: 'file:///q', name: 'q' }], removed: [{ uri: 'file:///p', name: 'p' }] },
    });
    await vi.waitFor(() =>
      expect(latest()).toMatchObject({ folders: ['/q'], stacks: [{ files: ['/q/a.yml'] }] }),
    );
    await vi.waitFor(() => expect(service.checks.length).toBeGreaterThan(before));
  });

  test('is complained of once, and what is right in it holds', async () => {
    const stacks = [{ files: [] }, { files: ['a.yml'] }];
    const w = await start({ folders: ['file:///p', 'file:///q'], configuration: { stacks } });
    await w.client.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await vi.waitFor(() => expect(latest()?.stacks).toHaveLength(2));
    await w.open('BAD');
    await w.publication(() => true);
    expect(w.logged).toEqual([
      'Ignored in the setting mender.stacks: entry 1 (files must be a list of at least one path).',
    ]);
  });

  test.each([
    ['x', 'The setting mender.stacks is ignored: it must be a list of objects with "files".'],
    [[1], 'entry 1 (it must be an object such as {"files": ["docker-compose.yml", "prod.yml"]})'],
    [[{ files: 'a.yml' }], 'files must be a list of at least one path'],
    [[{ files: ['a.yml', ''] }], 'files must be a list of at least one path'],
    [[{ files: ['a.yml'], name: 1 }], 'name must be a text'],
    [[{ files: ['a.yml'], projectDirectory: [] }], 'projectDirectory must be the path of a directory'],
    [[{ files: ['a.yml'], envFiles: '.env' }], 'envFiles must be a list of paths'],
    [
      [{ files: ['a.yml'], file: 'b' }],
      'entry 1 (file is unknown: use name, files, projectDirectory, envFiles)',
    ],
  ])('%j is complained of', (stacks, words) => {
    const read = readStacks({ stacks }, ['/p']);
    expect(read.stacks).toEqual([]);
    expect(read.complaint).toContain(words);
  });

  test('is understood as a dotted name, on Windows, and without a folder where its paths are absolute', () => {
    expect(readStacks({ 'mender.stacks': [{ files: ['a.yml'] }] }, ['/p']).stacks).toEqual([
      { files: ['/p/a.yml'] },
    ]);
    expect(readStacks({ stacks: [{ files: ['a/b.yml', 'D:\\c.yml'] }] }, ['c:\\p']).stacks).toEqual([
      { files: ['c:\\p\\a\\b.yml', 'D:\\c.yml'] },
    ]);
    expect(readStacks({ stacks: [{ files: ['/p/../a.yml'] }] }, []).stacks).toEqual([{ files: ['/a.yml'] }]);
    expect(readStacks({ stacks: [{ files: ['a.yml'] }] }, []).complaint).toContain(
      'entry 1 (its paths are relative, and no folder is open)',
    );
  });

  test('that is absolute counts once, whatever the number of folders', () => {
    expect(readStacks({ stacks: [{ files: ['/a.yml'] }] }, ['/p', '/q']).stacks).toEqual([
      { files: ['/a.yml'] },
    ]);
  });
});

describe('mender.release', () => {
  const releases = { isRelease: (text: string) => text === '3.7', examples: ['3.7', '4.0'] };

  test.each([[undefined], [null], [''], ['auto'], ['Auto '], ['  ']])('%j: recognised', (release) => {
    expect(readRelease({ release }, releases)).toEqual({ release: undefined, complaint: undefined });
  });

  test('is handed on', async () => {
    expect(readRelease({ mender: { release: ' 3.7' } }, releases).release).toBe('3.7');
    await start({ configuration: { release: '3.7' } });
    await vi.waitFor(() => expect(latest()?.release).toBe('3.7'));
  });

  test.each([['3.99'], [3.7], [{}]])('%j is complained of', (release) => {
    expect(readRelease({ release }, releases)).toEqual({
      release: undefined,
      complaint: `The setting mender.release is ignored: ${JSON.stringify(release)} is not a known release. Use auto, or a release such as 3.7, 4.0.`,
    });
  });
});

describe('the folders', () => {
  test.each([
    [{ workspaceFolders: [{ uri: 'file:///p', name: 'p' }], rootUri: 'file:///other' }, ['/p']],
    [{ workspaceFolders: null, rootUri: 'file:///p' }, ['/p']],
    [{ rootPath: '/p' }, ['/p']],
    [{ workspaceFolders: [{ uri: 'vscode-vfs://github/x', name: 'x' }] }, undefined],
    [{ workspaceFolders: [null, { name: 'x' }] }, undefined],
    [{}, undefined],
  ])('of %j are %j', async (initialize, folders) => {
    await start({ capabilities: {}, initialize });
    expect(latest()?.folders).toEqual(folders);
  });
});
