// `npm run proof:servers`: what is made here against nginx, Go, openssl, curl and Node. Says what this machine lacks.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const tests = ['test/proof/servers.test.ts', 'test/proof/tokens.test.ts'];
const args = [cli, 'run', '--project', 'fast', '--reporter=verbose', ...tests, ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: { ...process.env, PROOF_SERVERS: '1' },
});
process.exitCode = status ?? 1;
