// THIRD_PARTY_NOTICES.txt: the licences of what esbuild really puts into the bundles. `--check` only compares.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundles } from './bundles.mjs';

const fileName = 'THIRD_PARTY_NOTICES.txt';

/**
 * The text of the notices: every package with a file in a bundle, with its version, licence and licence text.
 * @param {string} root the project's root, with its dependencies installed
 * @returns {Promise<string>}
 * @throws {Error} when a bundled package comes without a licence text
 */
export async function notices(root) {
  const packages = (await bundledPackages(root)).map((directory) => describe(root, directory));
  packages.sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
  const rule = '-'.repeat(80);
  return [
    'Third-party notices of Mender Compose',
    '',
    'The bundles of this extension (dist/*.js) contain code of the packages below, unchanged but for minification.',
    '',
    ...packages.map(({ name, version, licence }) => `* ${name} ${version} (${licence})`),
    ...packages.flatMap(({ name, version, licence, text }) => [
      '',
      rule,
      `${name} ${version}`,
      `Licence: ${licence}`,
      rule,
      '',
      text,
    ]),
    '',
  ].join('\n');
}

/**
 * The directories, relative to the root, of all packages with a file that contributes to a bundle.
 * @param {string} root
 */
async function bundledPackages(root) {
  const results = await Promise.all(
    bundles({ root, readable: false }).map((options) => build({ ...options, metafile: true, write: false })),
  );
  /** @type {Set<string>} */
  const directories = new Set();
  for (const { metafile } of results) {
    for (const { inputs } of Object.values(metafile?.outputs ?? {})) {
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        const directory = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
        if (directory && bytesInOutput > 0) directories.add(directory);
      }
    }
  }
  return [...directories];
}

/**
 * @param {string} root
 * @param {string} directory
 */
function describe(root, directory) {
  const manifest = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'));
  const file = readdirSync(join(root, directory))
    .sort()
    .find((name) => /^licen[cs]e(\.(md|txt))?$/i.test(name));
  if (!file) throw new Error(`${directory} comes without a licence text: ask its authors, or leave it out.`);
  const text = readFileSync(join(root, directory, file), 'utf8')
    .replaceAll('\r\n', '\n')
    .replace(/[ \t]+$/gm, '');
  return {
    name: /** @type {string} */ (manifest.name),
    version: /** @type {string} */ (manifest.version),
    licence: chosen(manifest.license),
    text: text.trim(),
  };
}

/**
 * Where a package offers a choice of licences: the one that it is used under here.
 * @param {string} offered an SPDX expression
 */
function chosen(offered) {
  return offered === '(BSD-3-Clause OR GPL-2.0)'
    ? 'BSD-3-Clause, chosen from BSD-3-Clause OR GPL-2.0'
    : offered;
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const path = join(root, fileName);
  const text = await notices(root);
  const current = existsSync(path) && readFileSync(path, 'utf8') === text;
  if (current) {
    console.log(`${fileName} is current.`);
  } else if (process.argv.includes('--check')) {
    console.error(`${fileName} is not current: run \`node scripts/notices.mjs\`.`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
    console.log(`${fileName} written.`);
  }
}
