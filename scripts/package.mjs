// `npm run package`: makes out/mender-compose-<version>.vsix and prints how big it is and, last, where. It builds beside
// the project's dist/ and moves the finished package into place, so that tests may use both meanwhile.
// `--out FILE` names another place.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { build } from 'esbuild';
import { bundles } from './bundles.mjs';
import { packagedReadme } from './package-readme.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string' } } });
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const vsix = values.out ? resolve(values.out) : join(root, 'out', `${name}-${version}.vsix`);

mkdirSync(dirname(vsix), { recursive: true });
const work = mkdtempSync(join(dirname(vsix), '.package-'));
try {
  const stage = join(work, 'extension');
  const ignoreFile = join(root, '.vscodeignore');
  const options = bundles({ root, readable: false });
  await Promise.all(options.map((bundle) => build({ ...bundle, outdir: join(stage, 'dist') })));
  const files = await listFiles({ cwd: root, packageManager: PackageManager.None, ignoreFile });
  for (const file of files.filter((file) => !file.startsWith('dist/'))) {
    cpSync(join(root, file), join(stage, file));
  }
  cpSync(ignoreFile, join(stage, '.vscodeignore'));
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  writeFileSync(join(stage, 'README.md'), packagedReadme(readme, root));

  const packagePath = join(work, 'finished.vsix');
  await createVSIX({
    cwd: stage,
    packagePath,
    dependencies: false,
    // There is no public repository. The README needs none: see package-readme.mjs.
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  renameSync(packagePath, vsix);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${(statSync(vsix).size / 1000).toFixed(0)} kB`);
// The last line is the path alone, for programs.
console.log(vsix);
