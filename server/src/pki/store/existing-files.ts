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
        `${target.asked} is a directory, not a file. Docker creates such a directory when a mounted ` +
        'file is missing. Stop the containers, remove it if it is empty, then try again. Nothing was created.'
      );
    }
    (kind === 'missing' ? absent : present).push(target);
  }
  if (present.length === 0) return undefined;
  if (absent.length === 0) {
    return `Another program created ${namesOf(present)} meanwhile. Run the command again. Nothing was created.`;
  }
  return (
    `${namesOf(present)} already exists, but ${namesOf(absent)} does not, and a new one would not belong to it. ` +
    'Move the existing file away to create both, or use other names. Nothing was created.'
  );
}

/** The paths as they were asked for, in a sentence. */
function namesOf(targets: readonly WriteTarget[]): string {
  return targets.map((target) => target.asked).join(' and ');
}
