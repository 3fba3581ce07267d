/** What the mounts of a deployment tell of its files: which are in use, and where the others belong. Looked up, not searched. */

import type { PlatformPath } from 'node:path';
import { memo } from '../cache/memo';
import type { RequirementState } from '../mender/model/deployment';
import type { FixContext, PlannedState } from './types';

/** Where a mounted file lies, if that is how the documentation has it below some directory. */
interface Root {
  /** The documented directory that corresponds to `base`, part by part. */
  readonly prefix: string;
  readonly base: string;
}

interface Found extends Root {
  readonly state: RequirementState;
  readonly index: number;
}

export interface KnownFiles {
  /** Where they lie, each directory once, in the order of the services. */
  readonly directories: ReadonlySet<string>;
  /** How many requirements a host file meets. */
  uses(file: string): number;
  /** The directory for documented paths that begin with `parts`: the same service's first, then those of the same kind. */
  baseFor(
    state: RequirementState,
    parts: readonly string[],
  ): { readonly base: string; readonly rest: readonly string[] } | undefined;
  /** The value that `look` gives, once for each state. */
  kept(state: RequirementState, look: () => string | undefined): string | undefined;
  /** What `look` gives, once: where the files of all requirements belong, with the documented paths. */
  reserved(look: () => ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, ReadonlySet<string>>;
}

interface Kept extends Pick<FixContext, 'deployment' | 'directory'> {
  readonly version: number;
  readonly files: KnownFiles;
}

const known = memo((_: PlannedState): { kept?: Kept } => ({}));
/** As the deployment is before anything is done: one look for all who ask for a fix each. */
const untouched = memo((_: FixContext['deployment']) => new Map<string | undefined, KnownFiles>());

/** What is known as the deployment will be by now. */
export function knownFiles(context: FixContext): KnownFiles {
  const { planned, deployment, directory } = context;
  const { version } = planned;
  const before = known(planned).kept;
  const isCurrent =
    before?.version === version && before.deployment === deployment && before.directory === directory;
  if (isCurrent) return before.files;
  const files = version === 0 ? lookOnce(context) : lookAround(context);
  known(planned).kept = { version, deployment, directory, files };
  return files;
}

function lookOnce(context: FixContext): KnownFiles {
  const { deployment, directory } = context;
  const byDirectory = untouched(deployment);
  const files = byDirectory.get(directory) ?? lookAround(context);
  byDirectory.set(directory, files);
  return files;
}

function lookAround({ deployment, planned, around }: FixContext): KnownFiles {
  const uses = new Map<string, number>();
  const directories = new Set<string>();
  const byService = new Map<RequirementState['service'], Found[]>();
  /** The first ones of each kind and prefix, of two services: one of them is not the one that asks. */
  const byKind = new Map<string, Found[]>();
  let index = 0;
  for (const state of deployment.services.flatMap(({ states }) => states)) {
    const file = planned.hostFile(state);
    if (file === undefined) continue;
    uses.set(file, (uses.get(file) ?? 0) + 1);
    directories.add(around.paths.dirname(file));
    const root = rootOf(state, file, around.paths);
    if (!root) continue;
    const found = { ...root, state, index: index++ };
    addTo(byService, state.service, found);
    const key = `${state.requirement.kind}\0${root.prefix}`;
    const first = byKind.get(key);
    if (!first) byKind.set(key, [found]);
    else if (first.length < 2 && first[0]?.state.service !== state.service) first.push(found);
  }
  const everywhere = [...byKind.values()].flat().sort((a, b) => a.index - b.index);
  const values = new Map<RequirementState, string | undefined>();
  let reserved: ReturnType<KnownFiles['reserved']> | undefined;
  return {
    directories,
    uses: (file) => uses.get(file) ?? 0,
    baseFor(state, parts) {
      const fits = ({ prefix, state: other }: Found) =>
        other !== state && prefix === parts.slice(0, prefix.split('/').length).join('/');
      const own = (byService.get(state.service) ?? []).filter(fits);
      const others = everywhere.filter((each) => each.state.service !== state.service && fits(each));
      const isSame = (each: Found) => each.state.requirement.kind === state.requirement.kind;
      const best = own.find(isSame) ?? own[0] ?? others.find(isSame) ?? others[0];
      return best && { base: best.base, rest: parts.slice(best.prefix.split('/').length) };
    },
    kept(state, look) {
      if (!values.has(state)) values.set(state, look());
      return values.get(state);
    },
    reserved(look) {
      reserved ??= look();
      return reserved;
    },
  };
}

function addTo<K>(map: Map<K, Found[]>, key: K, found: Found): void {
  const list = map.get(key);
  if (list) list.push(found);
  else map.set(key, [found]);
}

const roots = memo((_: RequirementState) => new Map<string, Root | undefined>());

function rootOf(state: RequirementState, file: string, paths: PlatformPath): Root | undefined {
  const known = roots(state);
  if (!known.has(file)) known.set(file, searchRoot(partsOf(state.requirement.documentedSource), file, paths));
  return known.get(file);
}

/** `keys/useradm/private.key`: only where the file's own directory is the documented one do others follow it. */
function searchRoot(documented: readonly string[], file: string, paths: PlatformPath): Root | undefined {
  const actual = file.split(/[\\/]/);
  let same = 0;
  while (same < documented.length && documented.at(-1 - same) === actual.at(-1 - same)) same++;
  const depth = documented.length - same;
  if (same < 2 || depth === 0) return undefined;
  let base = file;
  for (let step = 0; step < same; step++) base = paths.dirname(base);
  return { prefix: documented.slice(0, depth).join('/'), base };
}

/** The parts of a documented path. */
export function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '.');
}
