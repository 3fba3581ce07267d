/** Every text that the client shows can be translated, and every translation is complete. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { t } from '../../../client/src/l10n/translate';
import manifest from '../../../package.json';

const root = new URL('../../..', import.meta.url).pathname;
const source = join(root, 'client/src');

const sources = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(source, name), 'utf8') }));

/** The literals in calls of `t`. */
function messagesOf(text: string): string[] {
  const calls = text.matchAll(/\bt\(\s*('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/g);
  return [...calls].map(([, literal = '']) => literal.slice(1, -1).replaceAll(/\\(.)/g, '$1'));
}

const messages = [...new Set(sources.flatMap(({ text }) => messagesOf(text)))].sort();

function json(name: string): Record<string, string> {
  return JSON.parse(readFileSync(join(root, name), 'utf8'));
}

describe('texts of the client', () => {
  test('are literals, which can be found', () => {
    for (const { name, text } of sources) {
      const calls = text.match(/(?<![\w.$])t\(/g)?.length ?? 0;
      const defined = name === join('l10n', 'translate.ts') ? 1 : 0;
      expect(messagesOf(text).length + defined, name).toBe(calls);
    }
    expect(messages.length).toBeGreaterThan(100);
  });

  // `npx vitest run --project fast test/client/l10n/l10n.test.ts -u` writes the bundle anew.
  test('are all in the bundle that VS Code reads, and nothing else is', async () => {
    const bundle = Object.fromEntries(messages.map((message) => [message, message]));
    const file = join(root, manifest.l10n, 'bundle.l10n.json');
    await expect(`${JSON.stringify(bundle, undefined, 2)}\n`).toMatchFileSnapshot(file);
  });

  test('have their translator before any of them is read', () => {
    const entry = sources.find(({ name }) => name === 'activate.ts')?.text ?? '';
    const first = /^import .*$/m.exec(entry)?.[0];
    expect(first).toBe("import './l10n/use-vscode-l10n';");
  });

  test('are filled in without a translator as with one', () => {
    expect(t('{0} of {1}, {0}', 'a', 2)).toBe('a of 2, a');
    expect(t('{0} {7}', '{1}')).toBe('{1} {7}');
  });
});

describe('texts of the manifest', () => {
  const nls = existsSync(join(root, 'package.nls.json')) ? json('package.nls.json') : {};

  /** Every place where VS Code replaces `%key%` and people read the text. */
  function shown(value: unknown, path: string[] = []): [string, string][] {
    if (typeof value === 'string') {
      const key = path.at(-1) ?? '';
      return /^(title|category|description|markdownDescription|contents|name|displayName|label|shortTitle|altText)$/.test(
        key,
      )
        ? [[path.join('.'), value]]
        : [];
    }
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => shown(inner, [...path, key]));
  }

  const texts = [
    ...shown(manifest.contributes),
    ...shown(manifest.capabilities),
    ['description', manifest.description] as [string, string],
  ].filter(([path]) => !path.includes('properties.name.') || path.endsWith('escription'));

  test('are keys of package.nls.json, each used', () => {
    const keys = texts.map(([path, text]) => {
      const key = /^%([\w.-]+)%$/.exec(text)?.[1];
      expect(key, `${path}: ${text}`).toBeDefined();
      expect(nls[key ?? ''], `${path}: ${text}`).toBeTruthy();
      return key;
    });
    expect([...new Set(keys)].sort()).toEqual(Object.keys(nls).sort());
  });
});
