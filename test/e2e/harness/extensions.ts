// Extensions that stand beside ours in a test: packed at its start from a directory below test/e2e/extensions.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { afterAll } from 'vitest';

const directory = fileURLToPath(new URL('../extensions', import.meta.url));

/**
 * Packs `test/e2e/extensions/NAME`, for as long as the test file runs.
 * @param more puts further files into the directory that is packed
 * @returns the path of the .vsix
 */
export async function packTestExtension(
  name: string,
  more: (directory: string) => void | Promise<void> = () => undefined,
): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), `mender-compose-e2e-${name}-`));
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  const stage = join(work, 'extension');
  cpSync(join(directory, name), stage, { recursive: true });
  // What is bundled stays out; without the file, the packer asks whether everything is meant.
  writeFileSync(join(stage, '.vscodeignore'), 'main.mjs\n');
  await more(stage);
  const packagePath = join(work, `${name}.vsix`);
  await createVSIX({
    cwd: stage,
    packagePath,
    dependencies: false,
    skipLicense: true,
    allowMissingRepository: true,
  });
  return packagePath;
}
