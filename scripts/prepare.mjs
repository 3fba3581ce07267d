// Runs after `npm ci`: builds the bundles and links the command line, so that `npx mender-compose` and
// `node_modules/.bin/mender-compose` work in a checkout. npm links the bins of dependencies only, not a package's own.
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
if (existsSync(`${root}node_modules/esbuild`)) {
  await import('./build.mjs');
  const bin = `${root}node_modules/.bin`;
  mkdirSync(bin, { recursive: true });
  rmSync(`${bin}/mender-compose`, { force: true });
  if (process.platform === 'win32') {
    writeFileSync(`${bin}\\mender-compose.cmd`, '@node "%~dp0\\..\\..\\dist\\cli.js" %*\r\n');
  } else {
    symlinkSync('../../dist/cli.js', `${bin}/mender-compose`);
  }
}
