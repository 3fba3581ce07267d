// `npm run proof:faults [-- --kills N --seed N --races N --at-once N --ready-keys]`: every command is killed at every step of its
// writing and at random, and another one follows; then races, full disks and links while keys are made. With --kills,
// only so many of those kills; with --ready-keys, RSA keys are made beforehand, which is many times faster. The ordinary
// tests do the same with few kills and races. Exit code 1 when anything is wrong.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const text = /** @type {const} */ ({ type: 'string' });
const { values } = parseArgs({
  options: { kills: text, seed: text, races: text, 'at-once': text, 'ready-keys': { type: 'boolean' } },
});
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
const cli = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const args = [
  cli,
  'run',
  '--project',
  'fast',
  '--silent=false',
  'test/proof/faults.test.ts',
  'test/proof/leaks.test.ts',
  // Said while it runs, not at the end.
  '--disable-console-intercept',
];
const { status } = spawnSync(process.execPath, args, {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: {
    ...process.env,
    PROOF_KILLS: values.kills ?? '0',
    PROOF_RACES: values.races ?? '20',
    PROOF_SEED: seed,
    PROOF_AT_ONCE: values['at-once'] ?? '',
    PROOF_READY_KEYS: values['ready-keys'] ? '1' : '',
  },
});
process.exitCode = status ?? 1;
