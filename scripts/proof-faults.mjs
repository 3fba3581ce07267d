// `npm run proof:faults [-- --kills N --seed N --races N --ready-keys]`: kills, races, full disks and links while keys
// are made. With --ready-keys, RSA keys are made beforehand: many times faster, and most moments are those of writing.
// The ordinary tests do the same with fewer kills and races. Exit code 1 when anything is wrong.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const text = /** @type {const} */ ({ type: 'string' });
const { values } = parseArgs({
  options: { kills: text, seed: text, races: text, 'ready-keys': { type: 'boolean' } },
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
];
const { status } = spawnSync(process.execPath, args, {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: {
    ...process.env,
    PROOF_KILLS: values.kills ?? '500',
    PROOF_RACES: values.races ?? '20',
    PROOF_SEED: seed,
    PROOF_READY_KEYS: values['ready-keys'] ? '1' : '',
  },
});
process.exitCode = status ?? 1;
