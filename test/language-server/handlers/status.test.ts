/** What the server tells of how a document was checked, and what else could be chosen. */
import { afterEach, describe, expect, test } from 'vitest';
import { directoryLabel, isInside, labelOf } from '../../../server/src/language-server/core/file-labels';
import type { OfferAnswer, ReleasesAnswer } from '../../../server/src/language-server/protocol/index';
import { type FakeService, fakeService } from '../fake-service';
import { connect, URI, type Wire, type WireOptions } from '../wire';

let wire: Wire;
let service: FakeService;

const BASE = '/project/docker-compose.yml';
const PROD = '/project/production/config/prod.yml';

async function start(options: WireOptions = { folders: ['file:///project'] }): Promise<void> {
  service = fakeService();
  wire = await connect(service, options);
}

afterEach(() => wire.close());

describe('mender/status', () => {
  test('tells stacks, release and counts, with paths as in the explorer', async () => {
    await start();
    service.disk.set(BASE, 'BAD');
    service.together([BASE, PROD], { name: 'prod', beside: ['/elsewhere/x.yml'] });
    await wire.open('BAD\nBAD', 1, `file://${PROD}`);
    await wire.until(() => wire.statuses.length > 0);
    expect(wire.statuses).toEqual([
      {
        uri: `file://${PROD}`,
        mender: true,
        stacks: [
          {
            name: 'prod',
            files: [
              { uri: `file://${BASE}`, label: 'docker-compose.yml' },
              { uri: `file://${PROD}`, label: 'production/config/prod.yml' },
            ],
            reason: 'inferred',
            why: 'They declare the same services.',
            projectDirectory: { uri: 'file:///project', label: '.' },
            beside: [{ uri: 'file:///elsewhere/x.yml', label: '../elsewhere/x.yml' }],
            release: { layout: 'traefik-3.7', title: 'Mender 3.7.0', why: 'The images say so.' },
          },
        ],
        counts: { error: 3, warning: 0, information: 0, hint: 0 },
      },
    ]);
  });

  test('tells a file that is no concern of ours too, so that an older answer goes', async () => {
    await start();
    await wire.open('mender');
    await wire.change('nothing', 2);
    await wire.until(() => wire.statuses.length === 2);
    expect(wire.statuses.map(({ mender, stacks }) => [mender, stacks])).toEqual([
      [true, []],
      [false, []],
    ]);
  });

  test('is sent again only when the answer is another, and anew for a document that is opened again', async () => {
    await start();
    await wire.open('BAD', 1);
    await wire.change('BAD ', 2);
    await wire.change('BAD\nBAD', 3);
    await wire.publication((p) => p.version === 3);
    await wire.client.sendNotification('textDocument/didClose', { textDocument: { uri: URI } });
    await wire.open('BAD\nBAD', 1);
    await wire.until(() => wire.statuses.length === 3);
    expect(wire.statuses.map(({ counts }) => counts.error)).toEqual([1, 2, 2]);
  });
});

describe('mender/offer', () => {
  const offer = (uri: unknown) => wire.client.sendRequest<OfferAnswer>('mender/offer', { uri });

  test('lists the files with URIs and paths, as the façade orders them', async () => {
    await start();
    service.stackOffer = {
      files: [
        { file: BASE, picked: true },
        { file: PROD, picked: false },
      ],
      projectDirectory: '/project/production',
    };
    await wire.open('mender');
    expect(await offer(URI)).toEqual({
      files: [
        { uri: URI, label: 'docker-compose.yml', picked: true },
        { uri: `file://${PROD}`, label: 'production/config/prod.yml', picked: false },
      ],
      projectDirectory: { uri: 'file:///project/production', label: 'production' },
    });
  });

  test('is null where there is nothing to choose, and for nonsense', async () => {
    await start();
    expect(await offer(URI)).toBeNull();
    expect(await offer(5)).toBeNull();
    expect(wire.logged).toEqual([expect.stringContaining('Listing files to check together failed')]);
  });
});

test('mender/releases lists examples', async () => {
  await start();
  expect(await wire.client.sendRequest<ReleasesAnswer>('mender/releases')).toEqual({
    releases: ['3.7', '4.0'],
  });
});

describe('labels', () => {
  test.each([
    ['/p/a/b.yml', ['/p'], undefined, 'a/b.yml'],
    ['/p/a/b.yml', ['/p', '/p/a'], undefined, 'a/b.yml'],
    ['/q/north/b.yml', ['/p', '/q/north/'], undefined, 'north/b.yml'],
    ['/q/south/c/b.yml', ['/q/north', '/q/south'], undefined, 'south/c/b.yml'],
    ['D:\\q\\b.yml', ['C:\\p', 'D:\\q'], undefined, 'q/b.yml'],
    ['/other/b.yml', ['/p', '/q'], undefined, '/other/b.yml'],
    ['/q/b.yml', ['/p'], '/q', 'b.yml'],
    ['/q/b.yml', ['/p'], '/q/deep', '../b.yml'],
    ['/q/b.yml', [], undefined, '/q/b.yml'],
    ['/p/..b.yml', ['/p'], undefined, '..b.yml'],
    ['c:\\p\\a\\b.yml', ['C:\\p\\'], undefined, 'a/b.yml'],
    ['untitled:Untitled-1', ['/p'], '/p', 'untitled:Untitled-1'],
  ])('of %s in %j from %s: %s', (file, folders, projectDirectory, label) => {
    expect(labelOf(file, folders, projectDirectory)).toBe(label);
  });

  test('of directories', () => {
    expect(directoryLabel('/p', ['/p'])).toBe('.');
    expect(directoryLabel('/p/a/b/', ['/p'])).toBe('a/b');
    expect(directoryLabel('/q', ['/p'])).toBe('/q');
    expect(directoryLabel('/q/south', ['/q/north', '/q/south'])).toBe('south');
    expect(directoryLabel('/q/south/c', ['/q/north', '/q/south'])).toBe('south/c');
    expect(directoryLabel('/', [])).toBe('/');
  });

  test('know what lies inside', () => {
    expect(isInside('/p', '/p/a.yml')).toBe(true);
    expect(isInside('/p', '/pq/a.yml')).toBe(false);
    expect(isInside('/', '/a.yml')).toBe(true);
    expect(isInside('c:\\p', 'd:\\p\\a.yml')).toBe(false);
    expect(isInside('vscode-vfs://x/p', '/p/a.yml')).toBe(false);
  });
});
