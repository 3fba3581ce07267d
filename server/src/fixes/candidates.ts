/** Existing files that a requirement could be met by, told by their content. */
import type { RequirementState } from '../mender/deployment';
import type { Requirement } from '../mender/layout';
import type { FileView, FixContext } from './draft';
import { knownFiles } from './known-files';
import { documentedPath } from './place';

export interface Candidate {
  readonly path: string;
  /** Good enough to be mounted without asking: the documented name, or the other half of the mounted pair. */
  readonly certain: boolean;
}

/** Directories where people keep keys, relative to the project directory. */
const USUAL: readonly string[] = ['ssl', 'keys', 'certs', 'cert', 'tls', 'keys-generated'];
/** More directories than this aren't looked into. */
const MAX_DIRECTORIES = 60;

/**
 * Files that fit, best first, at most `most`. Files that another service mounts are left out, except certificates to
 * trust.
 */
export async function candidatesFor(
  state: RequirementState,
  context: FixContext,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly Candidate[]> {
  const { around, work } = context;
  const documented = documentedPath(state, context);
  if (documented === undefined) return [];
  const partnerFile = partnerFileOf(state, context);
  const partnerView = partnerFile === undefined ? undefined : await around.view(partnerFile);
  const files = knownFiles(context);
  const reserved = reservedPaths(context);
  const isFree = (path: string) => {
    const others = files.uses(path) - (work.hostFile(state) === path ? 1 : 0);
    return others === 0 && !isForOthers(reserved.get(path), state);
  };
  const all = await around.pemFiles(await searchDirectories(documented, context));
  const rank = (path: string) =>
    path === documented ? 0 : around.paths.basename(path) === around.paths.basename(documented) ? 1 : 2;
  const ranked = all
    .filter(isFree)
    .map((path) => ({ path, rank: rank(path) }))
    .sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1));
  const isToken = state.requirement.kind === 'token-key';
  const certified = isToken ? await certifiedKeys(all, context) : new Set();
  const fitting: Candidate[] = [];
  for (const { path } of ranked) {
    if (fitting.length >= most) break;
    const view = await around.view(path);
    if (!view || !isOfKind(view, state.requirement)) continue;
    const isPartners = partnerView?.publicKey !== undefined && view.publicKey === partnerView.publicKey;
    if (isToken ? view.publicKey && certified.has(view.publicKey) : partnerView?.publicKey && !isPartners)
      continue;
    fitting.push({ path, certain: path === documented || isPartners });
  }
  return fitting;
}

/** The host file of the other half of a pair. */
function partnerFileOf(state: RequirementState, { deployment, work }: FixContext): string | undefined {
  const mender = deployment.services.find(({ service }) => service === state.service);
  const partner = mender?.states.find(({ requirement }) => requirement.id === state.requirement.pairsWith);
  return partner && work.hostFile(partner);
}

/** The public keys that certificates are for: their private keys are no token keys. */
async function certifiedKeys(paths: readonly string[], { around }: FixContext): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const path of paths) {
    const view = await around.view(path);
    if (view?.kind === 'certificate' && view.publicKey) keys.add(view.publicKey);
  }
  return keys;
}

/** Where the files of all requirements belong, with the documented path of each. */
function reservedPaths(context: FixContext): ReadonlyMap<string, ReadonlySet<string>> {
  return knownFiles(context).reserved(() => {
    const reserved = new Map<string, Set<string>>();
    for (const other of context.deployment.services.flatMap(({ states }) => states)) {
      const path = documentedPath(other, context);
      if (path === undefined) continue;
      const sources = reserved.get(path) ?? new Set();
      reserved.set(path, sources.add(other.requirement.documentedSource));
    }
    return reserved;
  });
}

function isForOthers(sources: ReadonlySet<string> | undefined, { requirement }: RequirementState): boolean {
  return sources !== undefined && (sources.size > 1 || !sources.has(requirement.documentedSource));
}

/** Whether a file is what the requirement asks for; nothing is said of what it is paired with. */
export function isOfKind(view: FileView, { kind, keyFormats }: Requirement): boolean {
  if (kind === 'private-key') return isUsableKey(view);
  if (kind !== 'token-key') return view.kind === 'certificate';
  const onlyPkcs1 = keyFormats !== undefined && !keyFormats.includes('pkcs8-rsa');
  return isUsableKey(view) && view.rsa && !(onlyPkcs1 && view.encoding === 'pkcs8');
}

function isUsableKey(view: FileView): boolean {
  return view.kind === 'private-key' && !view.encrypted;
}

async function searchDirectories(documented: string, context: FixContext): Promise<string[]> {
  const { paths } = context.around;
  const project = context.deployment.stack.projectDirectory;
  const result = new Set<string>([paths.dirname(documented)]);
  if (project !== undefined) {
    result.add(project);
    for (const name of USUAL) {
      const directory = paths.join(project, name);
      result.add(directory);
      for (const below of await context.around.directories(directory)) {
        result.add(below);
        if (name === 'keys-generated')
          for (const deep of await context.around.directories(below)) result.add(deep);
      }
    }
  }
  for (const { states } of context.deployment.services) {
    if (result.size >= MAX_DIRECTORIES) break;
    for (const state of states) {
      const file = context.work.hostFile(state);
      if (file !== undefined) result.add(paths.dirname(file));
    }
  }
  return [...result].slice(0, MAX_DIRECTORIES);
}
