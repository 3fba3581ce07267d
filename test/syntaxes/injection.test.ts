/** The grammar that is injected into YAML: what it colours, that the table agrees, and that it changes nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json';
import { layouts, roles } from '../../server/src/mender/releases/index';
import { injectionGrammar } from './injection';
import { type Grammars, grammarOf, type Token, tokeniser } from './tokenise';
import { reducedYaml, vscodeYaml } from './yaml-grammars';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FILE = 'mender-compose.injection.tmLanguage.json';
const SCOPE = 'source.yaml.mender-compose';

const SAMPLE = `# mender-useradm in a comment
services:
  mender-useradm:
    image: registry.example.com/mender-useradm:1.0
    depends_on: [mender-device-auth, "mender-deployments"]
    hostname: mender-useradm.example.com
    volumes:
      - ./keys/private.pem:/etc/useradm/rsa/private.pem:ro
      - "./keys/private.pem:/etc/useradm/rsa/private.pem"
      - type: bind
        source: ./keys/private.pem.old
        target: /etc/useradm/rsa/private.pem
      - ./keys:/etc/useradm/rsa/private.pem.d
    environment:
      USERADM_SERVER_PRIV_KEY_PATH: /etc/useradm/rsa/private.pem
  'mender-deployments':
    environment:
      - STORAGE_BACKEND_CERT=/etc/ssl/certs/docker.mender.io.crt
      - MY_STORAGE_BACKEND_CERT=/etc/x
  my-mender-useradm:
    image: nginx
`;

const isOurs = (scope: string) => scope.endsWith('.mender');

/** What is coloured: the text, and the scope that it gets. */
function coloured(lines: readonly (readonly Token[])[]): string[] {
  return lines.flatMap((tokens, index) =>
    tokens.flatMap(({ text, scopes }) => {
      const ours = scopes.filter(isOurs);
      return ours.length > 0 ? [`${index + 1}: ${text} -> ${ours.join(' ')}`] : [];
    }),
  );
}

/** Every character with its scopes, ours left out. */
function others(lines: readonly (readonly Token[])[]): string[][] {
  return lines.map((tokens) =>
    tokens.flatMap(({ text, scopes }) => {
      const rest = scopes.filter((scope) => !isOurs(scope)).join(' ');
      return Array.from(text, (character) => `${character} ${rest}`);
    }),
  );
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

// Where no VS Code is installed, its grammar can't be had: the end-to-end tests install one.
const real = vscodeYaml();
const yamls: [string, Grammars][] = [
  ['our reduced YAML grammar', reducedYaml],
  ...(real ? [['the YAML grammar of VS Code', real] as [string, Grammars]] : []),
];

describe.each(yamls)('in %s', (_, grammars) => {
  let plain: (text: string) => Token[][];
  let injected: (text: string) => Token[][];

  beforeAll(async () => {
    plain = await tokeniser('source.yaml', grammars);
    const all: Grammars = (scope) => (scope === SCOPE ? grammarOf(FILE) : grammars(scope));
    injected = await tokeniser('source.yaml', all, SCOPE);
  });

  test('services, container paths and variables have scopes of their own', () => {
    expect(coloured(plain(SAMPLE))).toEqual([]);
    expect(coloured(injected(SAMPLE))).toEqual([
      '3: mender-useradm -> support.class.service.mender',
      '5: mender-device-auth -> support.class.service.mender',
      '5: mender-deployments -> support.class.service.mender',
      '8: /etc/useradm/rsa/private.pem -> variable.other.constant.path.mender',
      '9: /etc/useradm/rsa/private.pem -> variable.other.constant.path.mender',
      '12: /etc/useradm/rsa/private.pem -> variable.other.constant.path.mender',
      '15: USERADM_SERVER_PRIV_KEY_PATH -> variable.other.env.mender',
      '15: /etc/useradm/rsa/private.pem -> variable.other.constant.path.mender',
      '16: mender-deployments -> support.class.service.mender',
      '18: STORAGE_BACKEND_CERT -> variable.other.env.mender',
      '18: /etc/ssl/certs/docker.mender.io.crt -> variable.other.constant.path.mender',
    ]);
  });

  test('every word of the table is coloured', () => {
    for (const name of roles.flatMap(({ names }) => names))
      expect(coloured(injected(`services:\n  ${name}:\n    image: x`))).toHaveLength(1);
    for (const { target, pathVariable } of layouts.flatMap(({ requirements }) => requirements)) {
      expect(coloured(injected(`volumes:\n  - ./a:${target}:ro`))).toHaveLength(1);
      if (pathVariable) expect(coloured(injected(`environment:\n  ${pathVariable}: x`))).toHaveLength(1);
    }
  });

  test('no character of any compose file loses or changes another scope', () => {
    const files = [join(root, 'test', 'fixtures'), join(root, 'examples')].flatMap(yamlFiles);
    expect(files.length).toBeGreaterThan(30);
    let marked = 0;
    for (const file of [SAMPLE, ...files.map((path) => readFileSync(path, 'utf8'))]) {
      const tokens = injected(file);
      marked += coloured(tokens).length;
      expect(others(tokens)).toEqual(others(plain(file)));
    }
    expect(marked).toBeGreaterThan(100);
  });
});

// The reduced grammar knows no block scalars, so this needs the one that the end-to-end tests install.
test.skipIf(real === undefined)('the lines of a block scalar are text, and stay as they are', async () => {
  const all: Grammars = (scope) => (scope === SCOPE ? grammarOf(FILE) : real?.(scope));
  const injected = await tokeniser('source.yaml', all, SCOPE);
  expect(coloured(injected('text: |\n  ask mender-useradm\nmender-useradm: 1\n'))).toHaveLength(1);
});

test('the grammar is that of the table of layouts; -u writes it anew', async () => {
  const text = `${JSON.stringify(injectionGrammar(), undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot(`../../syntaxes/${FILE}`);
});

test('the manifest injects it into YAML, which VS Code uses for compose files too', () => {
  expect(manifest.contributes.grammars).toContainEqual({
    scopeName: SCOPE,
    path: `./syntaxes/${FILE}`,
    injectTo: ['source.yaml'],
  });
});
