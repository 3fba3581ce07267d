/**
 * Fixture files with markers: a comment line whose tildes stand under the text of the line before it, followed by
 * the codes expected exactly there: `#      ~~~~~ misplaced-mount`.
 */
import { expect } from 'vitest';
import { applyChanges, lineIndex } from '../../server/src/compose/syntax/line-index';
import type { Finding, LanguageService, Plan, Settings } from '../../server/src/language-service/api/index';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { mountedFileRules } from '../../server/src/rules/index';
import { type MemoryHost, memoryHost } from '../platform/memory-host';

export const FILE = '/project/docker-compose.yml';

/** `line:from-to code`, lines and characters counted from 0, in order. */
export function expectedMarks(text: string): string[] {
  const lines = text.split(/\r?\n/);
  const result: string[] = [];
  let target = 0;
  lines.forEach((line, index) => {
    const marker = /^\s*#[ ]*(~+)\s+([a-z0-9-]+(?:\s+[a-z0-9-]+)*)\s*$/.exec(line);
    if (!marker?.[1] || !marker[2]) {
      target = index;
      return;
    }
    const from = line.indexOf('~');
    for (const code of marker[2].split(/\s+/))
      result.push(`${target}:${from}-${from + marker[1].length} ${code}`);
  });
  return result.sort();
}

export function foundMarks(findings: readonly Finding[]): string[] {
  return findings
    .map(({ code, range }) => {
      expect(range.end.line).toBe(range.start.line);
      return `${range.start.line}:${range.start.character}-${range.end.character} ${code}`;
    })
    .sort();
}

export interface Checked {
  readonly host: MemoryHost;
  readonly service: LanguageService;
  readonly findings: readonly Finding[];
}

/** The codes that look into the files behind mounts. */
export const FILE_CODES: readonly string[] = mountedFileRules.map(({ code }) => code);

/** For compose files whose keys are nowhere: what the mounts name is of no concern, only that they are there. */
export const MOUNTS_ONLY: Settings = {
  rules: Object.fromEntries(FILE_CODES.map((code) => [code, 'off'])),
  trusted: true,
};

/**
 * Checks one compose text as a file on a disk in memory, by the rules that read compose files alone; where `prepare`
 * puts the files that it mounts on the disk, by all.
 */
export async function check(
  text: string,
  files: Record<string, string> = {},
  prepare?: (host: MemoryHost) => void,
): Promise<Checked> {
  const host = memoryHost({ files: { [FILE]: text, ...files } });
  prepare?.(host);
  const service = createLanguageService(host);
  if (!prepare) service.configure(MOUNTS_ONLY);
  const answer = await service.check(FILE, undefined, { fixes: true });
  if (answer === undefined || 'problem' in answer) throw new Error(`not checked: ${JSON.stringify(answer)}`);
  return { host, service, findings: answer.findings };
}

/** The compose text after a plan's edits. */
export function edited(text: string, plan: Plan, file = FILE): string {
  const lines = lineIndex(text);
  const edits = plan.edits.filter((edit) => edit.file === file).flatMap((edit) => edit.edits);
  return applyChanges(
    text,
    edits.map(({ range, newText }) => ({
      start: lines.offsetAt(range.start.line, range.start.character),
      end: lines.offsetAt(range.end.line, range.end.character),
      newText,
    })),
  );
}
