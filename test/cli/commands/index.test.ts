/** A command, and a format, is one file and its entry in a list. These tests tell which part was forgotten. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../server/src/cli/commands/index';
import { FORMATS } from '../../../server/src/cli/formats/index';

const root = resolve(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');

/** What the modules of a folder export that has all of these members. */
async function exportsWith(folder: string, members: readonly string[]): Promise<{ name: string }[]> {
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'));
  const modules = await Promise.all(files.map((name) => import(join(root, folder, name))));
  return modules
    .flatMap((module) => Object.values(module))
    .filter(
      (value): value is { name: string } =>
        typeof value === 'object' && value !== null && members.every((member) => member in value),
    );
}

describe.each([
  { folder: 'server/src/cli/commands', list: COMMANDS, members: ['name', 'summary', 'options', 'run'] },
  { folder: 'server/src/cli/formats', list: FORMATS, members: ['name', 'findings', 'rules'] },
])('$folder', ({ folder, list, members }) => {
  it('has each of its files in the list of index.ts', async () => {
    const found = await exportsWith(folder, members);
    expect(found.length).toBeGreaterThan(1);
    const names = list.map(({ name }) => name);
    const forgotten = found.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
    expect(forgotten, `not in the list of ${folder}/index.ts`).toEqual([]);
  });

  it('names each file and each entry alike, and none twice', () => {
    const names = list.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const files = readdirSync(join(root, folder)).map((name) => basename(name, '.ts'));
    expect(files).toEqual(expect.arrayContaining(names));
  });
});

describe('docs/cli.md', () => {
  const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, title = '']) => title);
  const titleOf = (name: string) => headings.find((title) => title.split(' ').includes(name));

  it('lists the commands as they describe themselves (-u writes it anew)', async () => {
    const rows = COMMANDS.map(({ name, summary }) => {
      const title = titleOf(name);
      const shown = `\`${name}\``;
      return [title ? `[${shown}](#${title.replaceAll(' ', '-')})` : shown, summary.replace(/\.$/, '')];
    });
    const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column]?.length ?? 0), 12);
    const line = ([first = '', second = '']: readonly string[]) =>
      `| ${first.padEnd(width(0))} | ${second.padEnd(width(1))} |\n`;
    const rule = `| ${'-'.repeat(width(0))} | ${'-'.repeat(width(1))} |\n`;
    const table = line(['command', 'what it does']) + rule + rows.map(line).join('');
    const written = page.replace(/^\| command .*\n(?:\|.*\n)+/m, () => table);
    await expect(written).toMatchFileSnapshot(join(root, 'docs/cli.md'));
  });

  it.each(COMMANDS.filter(({ group }) => group !== 'other'))(
    'has a part with an example of $name',
    ({ name }) => {
      expect(titleOf(name), `no heading "## ${name}"`).toBeDefined();
      expect(page).toMatch(new RegExp(`^mender-compose ${name}\\b`, 'm'));
    },
  );

  it.each(FORMATS.filter(({ isForPrograms }) => isForPrograms))('describes --format $name', ({ name }) => {
    expect(page).toContain(`\`--format ${name}\` prints`);
  });

  it('gives examples of options that there are', () => {
    const examples = [...page.matchAll(/^(?:\$ )?mender-compose (\S+)(.*)$/gm)];
    expect(examples.length).toBeGreaterThan(10);
    for (const [example, name, rest = ''] of examples) {
      if (name?.endsWith(':')) continue;
      const command = COMMANDS.find((candidate) => candidate.name === name);
      if (!command) throw new Error(`${example}: no such command`);
      const known = command.options.map((option) => option.name);
      for (const [, option] of rest.matchAll(/ --([\w-]+)/g)) expect(known, example).toContain(option);
    }
  });
});
