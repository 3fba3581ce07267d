import type { Finding, Range, StackInfo } from '../../language-service/api/index';
import { LOG_COMMAND } from '../core/clean-output';
import type { Format } from './format';

/** Version 1 of the JSON format: the order of keys is part of it, lines and characters are counted from 0. */
export const json: Format = {
  name: 'json',
  isForPrograms: true,
  findings: ({ findings, stacks, display }) =>
    print({
      version: 1,
      findings: findings.map((finding) => findingJson(finding, display)),
      stacks: stacks.map((stack) => stackJson(stack, display)),
    }),
  rules: (rules) =>
    print(rules.map(({ code, severity, summary, page }) => ({ code, severity, summary, page }))),
};

/** One finding as the JSON format has it. */
export function findingJson(finding: Finding, display: (path: string) => string): object {
  return {
    code: finding.code,
    severity: finding.severity,
    message: finding.message,
    file: display(finding.file),
    range: rangeJson(finding.range),
    service: finding.service ?? null,
    target: finding.target ?? null,
    related: finding.related.map(({ message, file, range }) => ({
      message,
      file: display(file),
      range: rangeJson(range),
    })),
    fixes: finding.fixes.map(({ title, kind }) => ({ title, kind })),
  };
}

/** One stack as the JSON format has it. */
export function stackJson(stack: StackInfo, display: (path: string) => string): object {
  const { release } = stack;
  return {
    name: stack.name ?? null,
    files: stack.files.map(display),
    reason: stack.reason,
    why: stack.why,
    projectDirectory: stack.projectDirectory === undefined ? null : display(stack.projectDirectory),
    beside: stack.beside.map(display),
    release: release ? { layout: release.layout, title: release.title, why: release.why } : null,
  };
}

/**
 * A value as indented JSON with a line end, in which what acts on a terminal or isn't seen is written as a number, and
 * so is what begins a command to what collects logs.
 */
export function print(value: unknown): string {
  const escaped = (text: string) =>
    Array.from(
      { length: text.length },
      (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join('');
  // Between strings JSON has none of these but the line ends that are ours.
  const json = JSON.stringify(value, null, 2)
    .replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)
    .replace(LOG_COMMAND, escaped);
  return `${json}\n`;
}

function rangeJson({ start, end }: Range): Range {
  return {
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
}
