// Puts the extension into a VS Code: as the package that users get, or as the files that were just built.
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/** What of the project's root makes the extension, when it isn't packaged. */
const parts = [
  'package.json',
  'package.nls.json',
  'language-configuration.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];
const folders = ['dist', 'syntaxes', 'images', 'snippets', 'schemas', 'walkthrough'];

/**
 * Installs a .vsix with VS Code's own installer.
 * @param {import('./code-server.mjs').VsCode} vscode
 * @param {string} vsix
 * @param {readonly string[]} directories the arguments that name its data and extension directories
 * @param {NodeJS.ProcessEnv} env
 * @throws {Error} with the installer's output when it refuses the package
 */
export async function installVsix(vscode, vsix, directories, env) {
  const args = [
    vscode.serverMain,
    '--install-extension',
    vsix,
    ...directories,
    '--accept-server-license-terms',
  ];
  const output = await run(process.execPath, args, { env });
  if (!/successfully installed/.test(output)) {
    throw new Error(`VS Code did not say that it installed ${vsix}:\n${output}`);
  }
}

/**
 * Copies a built extension into a directory of extensions, where VS Code finds it at its start.
 * @param {string} root the project's root
 * @param {string} extensions
 */
export function copyUnpacked(root, extensions) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const home = join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  for (const part of [...parts, ...folders]) {
    if (existsSync(join(root, part))) cpSync(join(root, part), join(home, part), { recursive: true });
  }
}
