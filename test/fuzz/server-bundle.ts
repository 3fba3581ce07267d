/** The language server as one file, for the fuzzer of the wire. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface ServerBundle {
  readonly path: string;
  remove(): void;
}

/** Bundles the server of the repository at `root` into a temporary directory. Takes about a second. */
export async function bundleServer(root: string): Promise<ServerBundle> {
  const directory = mkdtempSync(join(tmpdir(), 'mender-fuzz-'));
  const path = join(directory, 'server.js');
  await build({
    absWorkingDir: root,
    entryPoints: ['server/src/main/language-server.ts'],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
  return { path, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
