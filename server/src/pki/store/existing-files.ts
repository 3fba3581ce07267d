/** What is there already of files that are wanted. */
import type { Host } from '../../platform/platform';
import type { WriteTarget } from './write-target';

/** Why files can't be made at some targets; undefined when all are free. A key that is there is never taken for a new one. */
export async function problemAt(host: Host, targets: readonly WriteTarget[]): Promise<string | undefined> {
  const present: WriteTarget[] = [];
  const absent: WriteTarget[] = [];
  for (const target of targets) {
    const kind = await host.writer.nameKind(target.path);
    if (kind === 'directory') {
      return (
        `${target.asked} is a directory, where a file belongs. Docker makes such a directory when a mounted ` +
        'file is missing. Stop the containers, remove it if it is empty, then try again. Nothing was made.'
      );
    }
    (kind === 'missing' ? absent : present).push(target);
  }
  if (present.length === 0) return undefined;
  if (absent.length === 0) {
    return `${namesOf(present)} is there by now: it was made by somebody else meanwhile. Run the command again. Nothing was made.`;
  }
  return (
    `${namesOf(present)} is there already, but ${namesOf(absent)} is not, and a new one would not belong to it. ` +
    'Move the existing file away to have both made, or choose other names. Nothing was made.'
  );
}

/** The paths as they were asked for, in a sentence. */
function namesOf(targets: readonly WriteTarget[]): string {
  return targets.map((target) => target.asked).join(' and ');
}
