// @ts-check
// Our engine as a module, to call it without a process or a wire between.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { cache } from './servers.mjs';

/** @returns {Promise<typeof import('./engine')>} */
export async function engine() {
  const outfile = join(cache, 'engine.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'engine.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}
