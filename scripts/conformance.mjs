// `npm run conformance`: compares our loader with compose-go, and prints how many stacks differ. Needs Go.
// `npm run conformance -- 42` uses that seed for the generated stacks, `-- 42 10000` generates so many.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [seed = String(Math.floor(Math.random() * 2 ** 31)), count = '2000'] = process.argv.slice(2);
const cli = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(process.execPath, [cli, 'run', '--project', 'fast', 'test/conformance'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: { ...process.env, CONFORMANCE_SEED: seed, CONFORMANCE_COUNT: count, CONFORMANCE_EDITS: count },
});
process.exitCode = status ?? 1;
