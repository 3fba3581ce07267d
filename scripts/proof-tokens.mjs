// `npm run proof:tokens`: what is done with token keys, judged as each release loads them (needs Go; as root, modes too).
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const args = [
  cli,
  'run',
  '--project',
  'fast',
  '--silent=false',
  'test/proof/token-services.test.ts',
  'test/proof/token-loading.test.ts',
];
const { status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: { ...process.env, PROOF_TOKENS: '1' },
});
process.exitCode = status ?? 1;
