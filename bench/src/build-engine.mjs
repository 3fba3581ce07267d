// @ts-check
// TypeScript of this project as modules, to call it without a process or a wire between.
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { cache } from './servers.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @returns {Promise<typeof import('./engine')>} */
export function engine() {
  return bundled('bench/src/engine.ts');
}

/** @returns {Promise<typeof import('../../test/e2e/harness/workbench')>} what a person does in VS Code */
export function workbench() {
  return bundled('test/e2e/harness/workbench.ts');
}

/** @param {string} entry */
async function bundled(entry) {
  const outfile = join(cache, `${basename(entry, '.ts')}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['playwright-core'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}
