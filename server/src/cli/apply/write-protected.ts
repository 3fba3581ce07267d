/** Files whose mode lets nobody write to them: an editor asks before it writes to one, and so do we. */
import type { Plan } from '../../language-service/api/index';
import { displayer } from '../check/check-files';
import { printable } from '../core/style';
import type { Session } from '../session/types';

const WRITE_BITS = 0o222;

/**
 * Whether a plan may be carried out as far as write-protected files go. `asked`: they are written to, because somebody
 * allowed it. Where nobody can be asked, they refuse by themselves.
 */
export async function mayWrite(
  { edits }: Plan,
  { context, parsed, prompt }: Session,
): Promise<'asked' | 'as-usual' | 'no'> {
  if (parsed.switches.has('write-protected')) return 'asked';
  const files: string[] = [];
  for (const { file } of edits) {
    const status = await context.host.files.status(file);
    const mode = status.ok ? status.value.mode : undefined;
    if (mode !== undefined && (mode & WRITE_BITS) === 0) files.push(file);
  }
  if (files.length === 0 || !prompt || parsed.switches.has('yes')) return 'as-usual';
  const names = files.map((file) => printable(displayer(context)(file))).join(' and ');
  const are = files.length > 1 ? 'are' : 'is';
  const answer = await prompt.ask(`${names} ${are} write-protected. Write anyway? [y/N] `);
  return /^y(es)?$/i.test(answer ?? '') ? 'asked' : 'no';
}
