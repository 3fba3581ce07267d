/**
 * README, manifest and pages say of each rule what the rule says of itself. `npm run generate` writes what is out of
 * date; what it can't write (a page, a fixture, a test) is asked for here, by code.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixes } from '../../server/src/fixes/index';
import { listRules } from '../../server/src/language-service/info/rules';
import { mountedFileRules, rules as ruleModules } from '../../server/src/rules/index';
import { withCommonParts, withRuleTable, withRuleTexts, withSettings } from './written-from-rules';

const root = join(import.meta.dirname, '../..');
const rules = listRules();
const codes = rules.map(({ code }) => code);
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const filesIn = (directory: string, end: string) =>
  readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith(end),
  );

/** The codes that name what differs: a line of another rule's is nobody's. */
function outOfDate(written: string, today: string): string {
  const known = new Set(today.split('\n').map((line) => line.replaceAll(/\s+/g, ' ')));
  const late = written.split('\n').filter((line) => !known.has(line.replaceAll(/\s+/g, ' ')));
  const named = codes.filter((code) => late.some((line) => new RegExp(`[\`".]${code}[\`"%]`).test(line)));
  return `out of date (npm run generate writes it): ${named.join(', ') || 'a rule that is no longer there'}`;
}

it.each([
  ['README.md', withRuleTable],
  ['package.json', withSettings],
  ['package.nls.json', withRuleTexts],
])('%s has the rules', async (file, write) => {
  const today = read(file);
  const written = write(today, rules);
  await expect(written, outOfDate(written, today)).toMatchFileSnapshot(join(root, file));
});

it('every page has its rule', () => {
  const others = filesIn('docs/rules', '.md').filter((name) => !codes.includes(basename(name, '.md')));
  expect(others, 'pages of no rule').toEqual([]);
});

it('every module of rules is registered, under its own name', () => {
  const modules = readdirSync(join(root, 'server/src/rules')).filter((name) => /(?<!^index)\.ts$/.test(name));
  const missing = modules.map((name) => basename(name, '.ts')).filter((name) => !codes.includes(name));
  expect(missing, 'not in server/src/rules/index.ts').toEqual([]);
  expect(modules).toHaveLength(codes.length);
});

it('every fix is named by a rule', () => {
  const named = new Set(ruleModules.map(({ fix }) => fix));
  expect(Object.keys(fixes).filter((id) => ![...named].includes(id as keyof typeof fixes))).toEqual([]);
});

const fixtures = filesIn('test/fixtures/rules', '.yml').map((name) => read(`test/fixtures/rules/${name}`));
const tests = filesIn('test/rules', '.test.ts').map((name) => read(`test/rules/${name}`));
const needFiles = new Set(mountedFileRules.map(({ code }) => code));

describe.each(ruleModules)('$code', (rule) => {
  const { code, summary, shortState, fixAll, fix } = rule;
  const info = rules.find((each) => each.code === code) ?? expect.fail(code);

  it('has its page', async () => {
    const path = join(root, info.page);
    expect(existsSync(path), `write ${info.page}: what, why, "Reported", "Not reported", "Fixes"`).toBe(true);
    const today = read(info.page);
    const written = withCommonParts(today, info);
    await expect(written, outOfDate(written, today)).toMatchFileSnapshot(path);
    for (const heading of ['What it reports', 'Why it matters', 'Reported', 'Not reported', 'Fixes'])
      expect(today, `${info.page} has no section "${heading}"`).toContain(`\n## ${heading}\n`);
  });

  it('has its fixture', () => {
    const isMarked = fixtures.some((text) =>
      new RegExp(`^\\s*# *~+ .*(?<![\\w-])${code}(?![\\w-])`, 'm').test(text),
    );
    const isNamed = needFiles.has(code) && tests.some((text) => text.includes(`'${code}`));
    expect(isMarked || isNamed, `mark ${code} in a file of test/fixtures/rules`).toBe(true);
  });

  it('says of itself what others show', () => {
    expect(summary).toMatch(/^[A-Z].*[^.]$/i);
    expect(shortState ?? 'nothing').toMatch(/^[a-zA-Z].*[^.]$/);
    // What is not part of a plan for everything can still have a fix; what is part of it has one.
    if (fixAll !== 'never') expect(fix, `${code} is fixed with everything: by which fix?`).toBeDefined();
    if (needFiles.has(code))
      expect(shortState, `${code} is about a file: its state in a few words`).toBeDefined();
  });
});
