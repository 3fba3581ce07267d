// `npm run equality`: makes 20,000 random edits of compose files, and compares each answer of a service that reads only
// what an edit touched with that of a new one. `npm run equality -- --edits 100000 --seed 7` makes more, or others.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    edits: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const cli = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [
    cli,
    'run',
    '--project',
    'fast',
    'test/language-service/check/incremental.test.ts',
    '--disable-console-intercept',
  ],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
    env: { ...process.env, EQUALITY_SEED: values.seed, EQUALITY_EDITS: values.edits },
  },
);
process.exitCode = status ?? 1;
