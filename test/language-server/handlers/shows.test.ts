/** The settings of what is shown in the text, and what a hover's links hold. */
import { describe, expect, test } from 'vitest';
import manifest from '../../../package.json';
import { readShows } from '../../../server/src/language-server/sync/parse-settings';
import { noEditor } from '../../fixes/no-editor';
import { fakeService } from '../fake-service';
import { connect, URI } from '../wire';

describe('the settings of what is shown', () => {
  test.each([
    [undefined, { codeLens: true, inlayHints: false }],
    [{}, { codeLens: true, inlayHints: false }],
    [{ codeLens: { enabled: false } }, { codeLens: false, inlayHints: false }],
    [{ mender: { inlayHints: { enabled: true } } }, { codeLens: true, inlayHints: true }],
    [
      { 'mender.codeLens.enabled': false, 'inlayHints.enabled': true },
      { codeLens: false, inlayHints: true },
    ],
    [
      { codeLens: null, inlayHints: {} },
      { codeLens: true, inlayHints: false },
    ],
  ])('%j', (section, shows) => {
    expect(readShows(section)).toEqual({ shows, complaint: undefined });
  });

  test('that are wrong keep their defaults and are named', () => {
    expect(readShows({ codeLens: { enabled: 'no' }, inlayHints: { enabled: true } })).toEqual({
      shows: { codeLens: true, inlayHints: true },
      complaint: 'Ignored in the settings: mender.codeLens.enabled must be true or false.',
    });
  });

  test('have in the manifest the defaults of the server', () => {
    const { properties } = manifest.contributes.configuration;
    expect(readShows(undefined).shows).toEqual({
      codeLens: properties['mender.codeLens.enabled'].default,
      inlayHints: properties['mender.inlayHints.enabled'].default,
    });
  });
});

test('a link of a hover holds one command, whatever its title and id are', async () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const title = 'Mount ./a](command:other) `b`\n**c**';
  const fix = { id: "it's (1) ) [2]", title, kind: 'quickfix', generates: false, preferred: true } as const;
  const wire = await connect({
    ...fakeService(),
    ...noEditor,
    describe: async () => ({ range, markdown: 'text', actions: [fix] }),
  });
  await wire.open('x');
  const hover = await wire.client.sendRequest<{ contents: { value: string } }>('textDocument/hover', {
    textDocument: { uri: URI },
    position: range.start,
  });
  const link = hover.contents.value.slice('text\n\n'.length);
  const match = /^\[((?:\\.|[^\\\]])*)\]\(command:mender\.reviewFix\?([^()\s]*)\)$/.exec(link);
  expect(match).not.toBeNull();
  expect(JSON.parse(decodeURIComponent(match?.[2] ?? ''))).toEqual([URI, fix.id]);
  wire.close();
});

describe('after a check, a client is asked to ask anew', () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const news = { changes: [{ uri: 'file:///project/key.pem', type: 2 }] };

  async function start(refreshSupport: boolean) {
    let title = 'as before';
    let asked = 0;
    const fake = fakeService();
    const wire = await connect(
      {
        ...fake,
        async lenses() {
          asked++;
          return [{ range, title, tooltip: '', key: '', fixable: false }];
        },
      },
      { capabilities: { workspace: { codeLens: { refreshSupport } } } },
    );
    let refreshes = 0;
    wire.client.onRequest('workspace/codeLens/refresh', () => {
      refreshes++;
      return null;
    });
    const lenses = () => wire.client.sendRequest('textDocument/codeLens', { textDocument: { uri: URI } });
    await wire.open('mender');
    await wire.publication(() => true);
    return {
      wire,
      lenses,
      /** How often it was asked for lenses, once it has checked after news from the disk. */
      async askedAfterNews() {
        const before = fake.checks.length;
        await wire.client.sendNotification('workspace/didChangeWatchedFiles', news);
        await expect.poll(() => fake.checks.length).toBeGreaterThan(before);
        await wire.client.sendRequest('mender/releases');
        return asked;
      },
      /** How often it was asked, once the server has compared its answer after news from the disk. */
      async refreshesAfter(next: string) {
        title = next;
        const before = asked;
        await wire.client.sendNotification('workspace/didChangeWatchedFiles', news);
        await expect.poll(() => asked).toBeGreaterThan(before);
        // What the server sends before this answer has come before it.
        await wire.client.sendRequest('mender/releases');
        return refreshes;
      },
    };
  }

  test('where the answer would be another', async () => {
    const { lenses, refreshesAfter, wire } = await start(true);
    await lenses();
    expect(await refreshesAfter('as before')).toBe(0);
    expect(await refreshesAfter('otherwise')).toBe(1);
    await lenses();
    expect(await refreshesAfter('otherwise')).toBe(1);
    wire.close();
  });

  test('not before it has asked, nor when it can’t be asked to', async () => {
    const quiet = await start(true);
    expect(await quiet.askedAfterNews()).toBe(0);
    quiet.wire.close();
    const old = await start(false);
    await old.lenses();
    expect(await old.askedAfterNews()).toBe(1);
    old.wire.close();
  });
});
