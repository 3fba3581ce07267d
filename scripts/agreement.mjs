// `npm run agreement [-- --pairs N --chains N --seed N]`: compares what pki/ says of certificates, keys and chains with
// what openssl says, and Go, where one is installed.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'mender-compose-agreement-'));
try {
  const outfile = join(directory, 'agreement.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/pki/agreement/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  process.exitCode = await new Promise((resolve, reject) => {
    const judges = join(root, 'test/pki/agreement');
    const args = [outfile, '--judges', judges, ...process.argv.slice(2)];
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
