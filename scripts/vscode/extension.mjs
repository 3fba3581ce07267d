// Puts the extension into a VS Code: as the package that users get, or as the files that were just built.
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
const folders = ['dist', 'docs', 'images', 'l10n', 'syntaxes'];

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

/**
 * Makes the package that users get, unless `npm test` has made it already and told so in MENDER_COMPOSE_VSIX.
 * @param {string} root the project's root
 * @returns {Promise<string>} the path of the .vsix
 * @throws {Error} when there is no package afterwards
 */
export async function makeVsix(root) {
  if (process.env.MENDER_COMPOSE_VSIX) return process.env.MENDER_COMPOSE_VSIX;
  const output = await run(process.execPath, [join(root, 'scripts', 'package.mjs')], { cwd: root });
  const named = /\S+\.vsix(?=\s*$)/.exec(output)?.[0];
  if (!named)
    throw new Error(`scripts/package.mjs did not end with the path of a .vsix. It wrote:\n${output}`);
  const path = resolve(root, named);
  if (!existsSync(path)) throw new Error(`scripts/package.mjs named ${path}, which does not exist.`);
  return path;
}
