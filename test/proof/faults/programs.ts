/** The programs that are put to the test, bundled. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const REPOSITORY = path.resolve(import.meta.dirname, '../../..');

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
    ['server/src/cli/main.ts', programs.cli],
    ['server/src/lsp/main.ts', programs.server],
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
  await copyFile(path.join(import.meta.dirname, 'die-at.cjs'), at('die-at.cjs'));
  await writeFile(path.join(directory, 'package.json'), '{"version":"0.0.0"}');
  return programs;
}
