// What VS Code loads before other extensions may go on, and that what comes after is loaded once.
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { bundles } from '../../scripts/bundles.mjs';

const root = join(import.meta.dirname, '../..');

async function bundled(name: string) {
  const options = bundles({ root, readable: true }).find(
    ({ entryPoints }) => entryPoints !== undefined && Object.hasOwn(entryPoints, name),
  );
  const { outputFiles, metafile } = await build({
    ...options,
    sourcemap: false,
    write: false,
    metafile: true,
  });
  return { text: outputFiles[0]?.text ?? '', files: Object.keys(metafile?.inputs ?? {}) };
}

test('the entry of the extension holds one file, and loads nothing when it is loaded', async () => {
  const { text, files } = await bundled('client');
  expect(files).toEqual(['client/src/extension.ts']);
  // Loaded by a function alone.
  expect(text.match(/^.*require\(.*$/gm)).toEqual([
    expect.stringMatching(/^ +.*require\("\.\/activate\.js"\)/),
  ]);
});

test('the names of vscode are copied once, and not for each file that imports them', async () => {
  const { text, files } = await bundled('activate');
  expect(files.filter((file) => file.startsWith('client/src/')).length).toBeGreaterThan(20);
  expect(text.match(/^.*__(toESM|reExport)\(.*require\("vscode"\).*$/gm)).toHaveLength(1);
});
