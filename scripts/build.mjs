// Bundles client, server, command line, and what makes keys for both into dist/, each one file. `--watch` rebuilds on change.
import { chmodSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';
import { bundles } from './bundles.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const watch = process.argv.includes('--watch');
const all = bundles({ root, readable: watch });

if (!watch) rmSync(`${root}dist`, { recursive: true, force: true });
if (watch) {
  for (const options of all) await (await context(options)).watch();
} else {
  await Promise.all(all.map((options) => build(options)));
  // node_modules/.bin/mender-compose leads here.
  chmodSync(`${root}dist/cli.js`, 0o755);
}
