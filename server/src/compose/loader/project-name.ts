/** The name of a project, which files may use as `${COMPOSE_PROJECT_NAME}`. */

import type { ScalarTree } from '../node/node';
import type { Lookup } from '../syntax/interpolation';
import type { Loading } from './context';

/** The project's name as compose-go finds it: by variable, by `name:` of the last file that has it, by directory. */
export async function projectName(
  files: readonly string[],
  projectDirectory: string | undefined,
  lookup: Lookup,
  loading: Loading,
): Promise<string | undefined> {
  const given = lookup('COMPOSE_PROJECT_NAME');
  if (given !== undefined && given !== '') return undefined;
  let name: ScalarTree | undefined;
  for (const file of files) {
    const answer = await loading.read(file);
    if (!('text' in answer)) continue;
    const yaml = loading.cache.parse(file, answer.text);
    for (const value of yaml.topLevel('name', file, projectDirectory, lookup))
      if (value.kind === 'scalar' && value.text.value) name = value;
  }
  if (name) return normalized(name.text.value) || undefined;
  const directory = projectDirectory && loading.paths.basename(projectDirectory);
  return normalized(directory ?? '') || undefined;
}

function normalized(name: string): string {
  return (name.toLowerCase().match(/[a-z0-9_-]/g) ?? []).join('').replace(/^[_-]+/, '');
}
