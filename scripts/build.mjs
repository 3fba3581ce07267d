// Bundles client, server and command line into dist/, each one file. `--watch` rebuilds on change.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const watch = process.argv.includes('--watch');

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minify: !watch,
  keepNames: false,
  // The ESM builds of yaml and vscode-uri are smaller once tree-shaken than their CommonJS ones.
  mainFields: ['module', 'main'],
  conditions: ['import', 'module', 'node'],
  sourcemap: watch ? 'linked' : false,
  legalComments: 'none',
  logLevel: 'warning',
};

const bundles = [
  { ...common, entryPoints: { client: 'client/src/extension.ts' }, external: ['vscode'] },
  { ...common, entryPoints: { server: 'server/src/lsp/main.ts' } },
  {
    ...common,
    entryPoints: { cli: 'server/src/cli/main.ts' },
    banner: { js: '#!/usr/bin/env node' },
  },
].map((options) => ({ ...options, outdir: 'dist' }));

if (!watch) rmSync(`${root}dist`, { recursive: true, force: true });
if (watch) {
  for (const options of bundles) await (await context(options)).watch();
} else {
  await Promise.all(bundles.map((options) => build(options)));
}
