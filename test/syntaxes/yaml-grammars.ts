/**
 * Grammars of YAML to inject into. VS Code's own isn't in this repository: it is taken from the VS Code that the
 * end-to-end tests have installed, and from none where there isn't one. A reduced one of ours is always there, which
 * has the same scopes where it matters: keys, plain and quoted strings, comments.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../scripts/vscode/cache.mjs';
import type { Grammars } from './tokenise';

/** VS Code's grammars; undefined where no VS Code is installed. */
export function vscodeYaml(): Grammars | undefined {
  const folder = installed();
  if (folder === undefined) return undefined;
  const { contributes } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return (scope) => {
    const found = contributes.grammars.find((each: { scopeName: string }) => each.scopeName === scope);
    return found && JSON.parse(readFileSync(join(folder, found.path), 'utf8'));
  };
}

/** The YAML extension of the newest installation. */
function installed(): string | undefined {
  const cache = cacheDirectory();
  if (!existsSync(cache)) return undefined;
  return readdirSync(cache)
    .filter((name) => /^code-server-[\d.]+-r\d+$/.test(name))
    .map((name) => join(cache, name, 'extensions', 'yaml'))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .sort()
    .at(-1);
}

const REDUCED = {
  scopeName: 'source.yaml',
  patterns: [
    { match: '(?:^|(?<=\\s))#.*$', name: 'comment.line.number-sign.yaml' },
    {
      begin: '(["\'])(?=(?:(?!\\1).)*\\1\\s*:(?:\\s|$))',
      end: '\\1',
      name: 'string.quoted.yaml entity.name.tag.yaml',
    },
    {
      begin: '(?=[A-Za-z0-9_./$<][^#:"\']*:(?:\\s|$))',
      end: '(?=\\s*:(?:\\s|$))',
      name: 'string.unquoted.plain.yaml entity.name.tag.yaml',
    },
    { begin: '"', end: '"', name: 'string.quoted.double.yaml' },
    { begin: "'", end: "'", name: 'string.quoted.single.yaml' },
    { match: '[|>][+-]?$', name: 'keyword.control.flow.block-scalar.yaml' },
    { match: '[-:,\\[\\]{}](?=\\s|$)|[\\[\\]{}]', name: 'punctuation.yaml' },
    {
      begin: '(?=[^\\s#:,\\[\\]{}"\'])',
      end: '(?=\\s+#|\\s*$|,\\s|[\\]}])',
      name: 'string.unquoted.plain.out.yaml',
    },
  ],
};

export const reducedYaml: Grammars = (scope) => (scope === 'source.yaml' ? REDUCED : undefined);
