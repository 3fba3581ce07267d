/**
 * Whole compose files with markers where findings belong (marked.ts), and what becomes of them:
 * `NAME.fixed.yml` by fix-all, `NAME.generated.yml` by fix-all with new keys. Too many findings fail as too few do.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check, edited, expectedMarks, FILE, foundMarks } from './marked';

const root = join(import.meta.dirname, '../fixtures/rules');
const fixtures = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yml') && !/\.(fixed|generated)\.yml$/.test(name))
  .sort();

/** The same text as people on other systems or with other habits save it. */
const variants: readonly [string, (text: string) => string][] = [
  ['as it is', (text) => text],
  ['with Windows line ends', (text) => text.replaceAll('\n', '\r\n')],
  ['without a final newline', (text) => text.replace(/\n$/, '')],
  ['with a byte order mark', (text) => `\uFEFF${text}`],
];

function golden(name: string, kind: string): string | undefined {
  const path = join(root, name.replace(/\.yml$/, `.${kind}.yml`));
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

describe.each(fixtures)('%s', (name) => {
  const plain = readFileSync(join(root, name), 'utf8');

  it.each(variants)('%s: each finding where it belongs, and no other', async (_, vary) => {
    const { findings } = await check(vary(plain));
    expect(foundMarks(findings)).toEqual(expectedMarks(vary(plain)));
    for (const finding of findings) {
      expect(finding.message).toMatch(/[.!]$/);
      expect(finding.message).not.toMatch(/undefined|null|\[object/);
    }
  });

  for (const [kind, generate] of [
    ['fixed', false],
    ['generated', true],
  ] as const) {
    const wanted = golden(name, kind);
    if (wanted === undefined) continue;
    it.each(variants)(`%s: ${kind} as the author would have written it`, async (_, vary) => {
      const text = vary(plain);
      const { service } = await check(text);
      const after = edited(text, await service.planAll(FILE, { generate }));
      expect(after).toBe(vary(wanted));
      const again = await check(after);
      const plan = await again.service.planAll(FILE, { generate });
      expect(plan.edits).toEqual([]);
      if (generate) {
        expect(again.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      }
    });
  }
});
