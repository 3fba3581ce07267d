/** The stacks that files were checked in: each once, and in words. */
import type { StackInfo } from '../../language-service/api/index';
import type { FileReport } from './check-files';

/** Every stack of some reports, once. */
export function stacksOf(reports: readonly FileReport[]): StackInfo[] {
  const stacks = reports.flatMap((report) => report.stacks);
  return [...new Map(stacks.map((stack) => [JSON.stringify(stack), stack])).values()];
}

/** Every file that was checked, once. */
export function filesOf(reports: readonly FileReport[]): string[] {
  return [...new Set(reports.flatMap(({ file, stacks }) => [file, ...stacks.flatMap(({ files }) => files)]))];
}

/** One line: the files, why these, the release, and why this one; undefined for a stack without a Mender service. */
export function stackLine(stack: StackInfo, display: (path: string) => string): string | undefined {
  const { files, reason, why, beside, release } = stack;
  if (release === undefined) return undefined;
  // Only -f makes a setting of the command line.
  const reasons = reason === 'setting' ? 'given with -f' : `${reason}: ${clause(why)}`;
  const together = `${files.map(display).join(' + ')} (${reasons})`;
  const near = beside.length > 0 ? ` beside ${beside.map(display).join(', ')}` : '';
  return `${together}${near} · ${release.title} (${clause(release.why)})`;
}

/** A sentence as it stands within another. */
function clause(sentence: string): string {
  const text = sentence.trim().replace(/\.$/, '');
  // A name keeps its first letter: `COMPOSE_FILE in .env`.
  return /^[A-Z][a-z]*\b/.test(text) && !/^\w*[._]/.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}
