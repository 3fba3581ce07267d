/** The settings of what is shown in the text, and what a hover's links hold. */
import { describe, expect, test } from 'vitest';
import manifest from '../../../package.json';
import { readShows } from '../../../server/src/lsp/read-settings';
import { noEditor } from '../../service/no-editor';
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
  const match = /^\[((?:\\.|[^\\\]])*)\]\(command:mender\.applyFix\?([^()\s]*)\)$/.exec(link);
  expect(match).not.toBeNull();
  expect(JSON.parse(decodeURIComponent(match?.[2] ?? ''))).toEqual([URI, fix.id]);
  wire.close();
});
