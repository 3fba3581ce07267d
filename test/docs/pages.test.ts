/** The examples of the rules' pages are run, and the README's pictures are there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pictures } from '../../scripts/pictures.mjs';
import { listRules } from '../../server/src/language-service/info/rules';
import { keyFiles } from '../rules/key-files';
import { CERTIFICATE_CODES } from '../rules/made-certificates';
import { check, FILE_CODES } from '../rules/marked';

const root = join(import.meta.dirname, '../..');
const rules = listRules();
const read = (path: string) => readFileSync(join(root, path), 'utf8');

it('the README shows pictures that are there, each taken by an end-to-end test', () => {
  const shown = [...read('README.md').matchAll(/\[[^\]]*\]\(images\/([^)]+\.png)\)/g)];
  expect(shown.length).toBeGreaterThan(10);
  for (const [, picture = ''] of shown) {
    expect(existsSync(join(root, 'images', picture)), picture).toBe(true);
    expect(Object.keys(pictures), picture).toContain(picture);
  }
});

// Those about certificates need files: certificate-pages.test.ts runs them.
const withoutFiles = rules.filter(({ code }) => !CERTIFICATE_CODES.includes(code));

describe.each(withoutFiles)('$code', ({ code, page }) => {
  const examples = [...read(page).matchAll(/```ya?ml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

  it('has a failing example and a passing one', async () => {
    expect(examples).toHaveLength(2);
    const prepare = FILE_CODES.includes(code) ? await keyFiles() : undefined;
    const [failing, passing] = await Promise.all(examples.map((example) => check(example, {}, prepare)));
    expect(failing?.findings.map((finding) => finding.code)).toContain(code);
    expect(passing?.findings).toEqual([]);
  });
});
