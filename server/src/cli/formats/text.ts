import type { Finding, Position, Severity } from '../../language-service/api/index';
import { SEVERITY_ORDER } from '../check/check-files';
import { stackLine } from '../check/stacks';
import { printable, type Style } from '../core/style';
import { excerpt, splitLines } from './excerpt';
import type { Format, Report } from './format';

/** For people: each finding with its source line, then what there is in total and what can be done about it. */
export const text: Format = {
  name: 'text',
  isForPrograms: false,
  findings: (report) => {
    const files = groupByFile(report.findings);
    const blocks = [...files].flatMap(([file, findings]) => {
      const lines = splitLines(report.texts.get(file) ?? '');
      return findings.map((finding) => block(finding, lines, report));
    });
    return report.quiet
      ? blocks.join('\n')
      : [...blocks, stacksText(report), summary(report)].filter((part) => part !== '').join('\n');
  },
  rules: (rules) => {
    const codes = Math.max(...rules.map(({ code }) => code.length));
    const severities = Math.max(...rules.map(({ severity }) => severity.length));
    return rules
      .map(
        ({ code, severity, summary }) =>
          `${code.padEnd(codes)}  ${severity.padEnd(severities)}  ${summary}\n`,
      )
      .join('');
  },
};

function groupByFile(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) groups.set(finding.file, [...(groups.get(finding.file) ?? []), finding]);
  return groups;
}

function block(finding: Finding, lines: readonly string[], { display, style }: Report): string {
  const colour = colourOf(finding.severity, style);
  const location = locationOf(display(finding.file), finding.range.start);
  const message = `${colour(`${finding.severity}:`)} ${printable(finding.message)} ${style.dim(`[${finding.code}]`)}`;
  const result = [`${style.bold(`${location}:`)} ${message}`];
  const gutter = String(finding.range.start.line + 1);
  const margin = ' '.repeat(gutter.length);
  const shown = excerpt(lines, finding.range);
  if (shown) {
    result.push(`  ${style.dim(`${gutter} |`)} ${shown.line}`.trimEnd());
    const indent = /^ */.exec(shown.underline)?.[0] ?? '';
    result.push(`  ${style.dim(`${margin} |`)} ${indent}${colour(shown.underline.slice(indent.length))}`);
  }
  for (const { file, range, message } of finding.related) {
    result.push(
      `  ${margin} ${style.dim('=')} ${locationOf(display(file), range.start)}: ${printable(message)}`,
    );
  }
  const fix = finding.fixes.find(({ preferred }) => preferred) ?? finding.fixes[0];
  if (fix) result.push(`  ${margin} ${style.dim('=')} ${style.green('fix:')} ${printable(fix.title)}`);
  return result.map((line) => `${line}\n`).join('');
}

/** What was checked together and as which release: without it, nobody knows what a finding rests on. */
function stacksText({ stacks, display, style }: Report): string {
  const lines = stacks.flatMap((stack) => stackLine(stack, display) ?? []);
  return lines.map((line) => `${style.dim(printable(line))}\n`).join('');
}

/** As editors and terminals count, from 1. */
function locationOf(file: string, { line, character }: Position): string {
  return `${printable(file)}:${line + 1}:${character + 1}`;
}

function colourOf(severity: Severity, style: Style): (text: string) => string {
  if (severity === 'error') return style.red;
  return severity === 'warning' ? style.yellow : style.blue;
}

function summary(report: Report): string {
  const { findings, files, style } = report;
  if (findings.length === 0) return `${style.green('No problems found')} in ${count(files, 'file')}.\n`;
  const parts = SEVERITY_ORDER.flatMap((severity) => {
    const some = findings.filter((finding) => finding.severity === severity).length;
    return some === 0 ? [] : [colourOf(severity, style)(countSeverity(some, severity))];
  });
  const touched = new Set(findings.map(({ file }) => file)).size;
  return `${parts.join(', ')} in ${count(touched, 'file')}.\n${advice(report)}`;
}

/** What the `fix` command would do about it. */
function advice({ remedies, paths, style }: Report): string {
  const rows: [string, string][] = [];
  const command = (words: string) =>
    ['mender-compose fix', words, printable(paths)].filter(Boolean).join(' ');
  if (remedies?.edits) rows.push([command(''), 'fixes what needs no new key']);
  if (remedies && remedies.creates > 0) {
    const files =
      remedies.creates === 1 ? '1 key or certificate' : `${remedies.creates} keys and certificates`;
    rows.push([command('--generate'), `also creates ${files}`]);
  }
  const column = Math.max(0, ...rows.map(([words]) => words.length));
  return rows
    .map(([words, effect]) => `${style.bold(words)}${' '.repeat(column - words.length)}  ${effect}\n`)
    .join('');
}

function countSeverity(number: number, severity: Severity): string {
  return severity === 'information' ? `${number} information` : count(number, severity);
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
