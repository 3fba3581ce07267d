/** Fix of `private-key-in-git`: a line in `.gitignore`, where git doesn't track the key yet. */
import { relativeWithin } from '../host/within';
import type { RuleFinding } from '../rules/rule';
import { type Draft, EMPTY, type FileOperation, type FixContext } from './draft';
import { shownPath } from './place';

export async function fixKeyInGit(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'key-in-git') return [];
  const { file, root } = finding.data;
  const ignored = ignoreKey(file, root, context);
  if (!ignored) return [];
  return [
    {
      ...EMPTY,
      title: `Add ${shownPath(file, context)} to ${shownPath(ignored.file, context).replace(/^\.[\\/]/, '')}`,
      operations: [ignored],
      preferred: true,
      automatic: false,
    },
  ];
}

/** The line that keeps a private key out of the git work tree `root`; undefined where the key lies elsewhere. */
export function ignoreKey(
  file: string,
  root: string,
  context: Pick<FixContext, 'around' | 'deployment'>,
): FileOperation | undefined {
  const { paths } = context.around;
  const project = context.deployment.stack.projectDirectory;
  const inside = (directory: string | undefined, path: string) =>
    directory !== undefined && relativeTo(directory, path, paths) !== undefined;
  // The ignore file beside the compose file, where that lies in the same repository and above the key.
  const home = project !== undefined && inside(root, project) && inside(project, file) ? project : root;
  const below = relativeTo(home, file, paths);
  if (below === undefined) return undefined;
  return { file: paths.join(home, '.gitignore'), operation: { op: 'append-line', text: patternOf(below) } };
}

/** undefined where `path` doesn't lie below `directory`; the directory itself is ''. */
function relativeTo(
  directory: string,
  path: string,
  paths: FixContext['around']['paths'],
): string | undefined {
  return relativeWithin(paths, directory, path)?.replaceAll(paths.sep, '/');
}

/** A pattern that means this file alone: the slash ties it to the directory, and a backslash takes a sign's meaning. */
function patternOf(below: string): string {
  return `/${below.replaceAll(/[\\*?[]/g, '\\$&').replace(/ $/, '\\ ')}`;
}
