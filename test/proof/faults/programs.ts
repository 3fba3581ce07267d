/** The programs that are put to the test, bundled. */
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { keysOfPrimes } from './prime-keys';

const REPOSITORY = path.resolve(import.meta.dirname, '../../..');

/**
 * Makes a directory of at least so many keys for `ready-keys.cjs`; every command line that is started from here on
 * takes its keys from it.
 */
export async function useReadyKeys(parent: string, atLeast: number): Promise<void> {
  const directory = path.join(parent, 'ready-keys');
  await mkdir(directory);
  for (const [index, key] of (await keysOfPrimes(atLeast)).entries()) {
    await writeFile(path.join(directory, `${index}.pem`), key.export({ type: 'pkcs8', format: 'pem' }));
  }
  // Another user takes some, too.
  await chmod(directory, 0o777);
  process.env.READY_KEYS = directory;
}

/** Paths of the bundles. */
export interface Programs {
  readonly cli: string;
  readonly server: string;
  /** `disks-main.ts` */
  readonly disks: string;
}

/** Bundles the command line, the language server and the trials of disks into `dist/` below `directory`. */
export async function buildPrograms(directory: string): Promise<Programs> {
  const dist = path.join(directory, 'dist');
  await mkdir(dist);
  const at = (name: string) => path.join(dist, name);
  const programs = { cli: at('cli.js'), server: at('server.js'), disks: at('disks.js') };
  for (const [entry, outfile] of [
    ['server/src/main/cli.ts', programs.cli],
    ['server/src/main/language-server.ts', programs.server],
    ['test/proof/faults/disks-main.ts', programs.disks],
  ] as const) {
    await build({
      absWorkingDir: REPOSITORY,
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      conditions: ['import', 'module', 'node'],
      logLevel: 'error',
    });
  }
  for (const name of ['die-at.cjs', 'ready-keys.cjs']) {
    await copyFile(path.join(import.meta.dirname, name), at(name));
  }
  await writeFile(path.join(directory, 'package.json'), '{"version":"0.0.0"}');
  return programs;
}
