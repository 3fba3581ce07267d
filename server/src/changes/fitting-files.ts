/** Existing files that a requirement could be met by, told by their content. */

import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import type { Requirement, RoleId } from '../mender/model/layout';
import { isStorageOnly } from '../mender/model/storage-pair';
import { relativeWithin } from '../platform/is-within';
import { documentedPath } from './file-paths';
import { knownFiles } from './mounted-files';
import type { FileView, FixContext } from './types';

export interface Candidate {
  readonly path: string;
  /** Good enough to be mounted without asking: the documented name, or the other half of the mounted pair. */
  readonly certain: boolean;
  /** Mender publishes it, for demos: it comes last, is never certain, and whoever offers it says so. */
  readonly demo: boolean;
}

/** A certificate and the key that it is for. */
export interface CandidatePair {
  readonly certificate: Candidate;
  readonly key: Candidate;
}

/** Directories where people keep keys, relative to the project directory. */
const USUAL: readonly string[] = ['ssl', 'keys', 'certs', 'cert', 'tls', 'keys-generated'];
/** More directories than this aren't looked into. */
const MAX_DIRECTORIES = 60;

/**
 * Files that fit, best first, at most `most`. What another requirement of the deployment uses or names is left out,
 * except for certificates to trust; and half a pair, where the other half is mounted and not known to fit.
 */
export async function candidatesFor(
  state: RequirementState,
  context: FixContext,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly Candidate[]> {
  const { around } = context;
  const documented = documentedPath(state, context);
  if (documented === undefined) return [];
  const partnerFile = partnerFileOf(state, context);
  const partnerView = partnerFile === undefined ? undefined : await around.view(partnerFile);
  const all = await around.pemFiles(await searchDirectories(documented, context));
  const isToken = state.requirement.kind === 'token-key';
  const certified = isToken ? await certifiedKeys(all, context) : new Set();
  const belongsHere = belonging(state, context);
  const fitting: (Candidate & { readonly rank: readonly number[] })[] = [];
  for (const path of all) {
    if (!isFree(path, state, context) || !belongsHere(path)) continue;
    const view = await around.view(path);
    if (!view || !isOfKind(view, state.requirement)) continue;
    const isPartners = partnerView?.publicKey !== undefined && view.publicKey === partnerView.publicKey;
    if (isToken ? view.publicKey && certified.has(view.publicKey) : partnerView?.publicKey && !isPartners)
      continue;
    const demo = view.published;
    fitting.push({
      path,
      demo,
      certain: !demo && (path === documented || isPartners),
      rank: [
        demo ? 1 : 0,
        path === (state.hostFile ?? documented) ? 0 : 1,
        isPartners ? 0 : 1,
        -nearness(path, state, context),
        isNamedFor(path, state, context) ? 0 : 1,
        // What has its issuers along is what clients need.
        -view.certificates,
      ],
    });
  }
  return fitting
    .sort((a, b) => compareRanks(a.rank, b.rank) || (a.path < b.path ? -1 : 1))
    .slice(0, most)
    .map(({ path, demo, certain }) => ({ path, demo, certain }));
}

/** Certificates with the keys that they are for, best first: two halves are mounted together, or none. */
export async function candidatePairs(
  certificate: RequirementState,
  key: RequirementState,
  context: FixContext,
): Promise<readonly CandidatePair[]> {
  const keys = new Map<string, Candidate>();
  for (const candidate of await candidatesFor(key, context)) {
    const { publicKey } = (await context.around.view(candidate.path)) ?? {};
    if (publicKey !== undefined && !keys.has(publicKey)) keys.set(publicKey, candidate);
  }
  const pairs: CandidatePair[] = [];
  for (const candidate of await candidatesFor(certificate, context)) {
    const { publicKey } = (await context.around.view(candidate.path)) ?? {};
    const matching = publicKey === undefined ? undefined : keys.get(publicKey);
    if (matching) pairs.push({ certificate: candidate, key: matching });
  }
  return pairs;
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((rank, place) => rank !== b[place]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

/** Whether no other requirement uses a file, or has its place there. */
function isFree(path: string, state: RequirementState, context: FixContext): boolean {
  const { kind, serves } = state.requirement;
  const { services } = context.deployment;
  // Counted once for all who ask.
  const states = knownFiles(context).uses(path) === 0 ? [] : services.flatMap((service) => service.states);
  const users = states
    .filter((other) => other !== state && context.planned.hostFile(other) === path)
    // Who serves storage and who trusts it have one certificate.
    .filter(({ requirement }) => !(requirement.kind === 'trusted-certificate' && serves.includes('storage')));
  if (users.length > 0) return kind === 'trusted-certificate' && users.every(isCertificate);
  return !isForOthers(reservedPaths(context).get(path), state);
}

function isCertificate({ requirement: { kind } }: RequirementState): boolean {
  return kind === 'certificate' || kind === 'trusted-certificate';
}

/** Where a file of a requirement is mounted from, or would lie: the paths that others may resemble. */
function wantedPaths(state: RequirementState, context: FixContext): readonly string[] {
  return [state.hostFile, documentedPath(state, context)].filter((path) => path !== undefined);
}

/** How many parts at the end of its path a file has in common with where the requirement's file is wanted. */
export function nearness(path: string, state: RequirementState, context: FixContext): number {
  const parts = path.split(/[\\/]/);
  const common = (wanted: string) => {
    const others = wanted.split(/[\\/]/);
    let same = 0;
    while (same < parts.length && parts.at(-1 - same) === others.at(-1 - same) && same < others.length)
      same++;
    return same;
  };
  return Math.max(0, ...wantedPaths(state, context).map(common));
}

/** By which words files are named for a role. */
const WORDS: Readonly<Partial<Record<RoleId, readonly string[]>>> = {
  useradm: ['useradm'],
  deviceauth: ['deviceauth', 'device-auth', 'device_auth'],
  tenantadm: ['tenantadm'],
  'storage-proxy': ['storage', 's3', 'minio'],
  'api-gateway': ['gateway'],
  mtls: ['mtls'],
};

/** A path below the project directory names a service, wherever that directory lies. */
function ownPath(path: string, { deployment, around }: FixContext): string {
  const project = deployment.stack.projectDirectory;
  const relative = project === undefined ? undefined : relativeWithin(around.paths, project, path);
  return (relative ?? path).toLowerCase();
}

function isNamedFor(path: string, { requirement, service }: RequirementState, context: FixContext): boolean {
  const own = ownPath(path, context);
  const { role } = requirement;
  const words = [service.name.toLowerCase(), ...(WORDS[role] ?? [])];
  return (
    words.some((word) => own.includes(word)) || (isStorageOnly({ requirement }) && own.includes('storage'))
  );
}

/**
 * Whether a file isn't meant for another requirement: one whose place has more of its path in common, or for which it
 * is named while it isn't for this one.
 */
function belonging(state: RequirementState, context: FixContext): (path: string) => boolean {
  const { requirement } = state;
  let known: readonly RequirementState[] | undefined;
  // Looked for once a file asks: most requirements have none, and a deployment has thousands of them.
  const others = () => {
    known ??= context.deployment.services
      .flatMap(({ states }) => states)
      .filter(({ requirement: other }) => other.id !== requirement.id || other.role !== requirement.role);
    return known;
  };
  const foreign = Object.entries(WORDS).flatMap(([role, words]) =>
    role === requirement.role || (role === 'storage-proxy' && requirement.serves.includes('storage'))
      ? []
      : words,
  );
  const isTrust = requirement.kind === 'trusted-certificate';
  return (path) => {
    const near = nearness(path, state, context);
    if (isTrust || isNamedFor(path, state, context)) return true;
    const nearer = others().some(
      (other) =>
        other.requirement.kind !== 'trusted-certificate' &&
        isCertificate(other) === isCertificate(state) &&
        nearness(path, other, context) > Math.max(near, 1),
    );
    if (nearer) return false;
    const own = ownPath(path, context);
    return near > 1 || !foreign.some((word) => own.includes(word));
  };
}

/** Whether the other half of a pair is mounted, and what belongs to it can't be told: nothing is mounted beside that. */
export async function isHalf(
  state: RequirementState,
  { service }: MenderComponent,
  context: FixContext,
): Promise<boolean> {
  const { pairsWith } = state.requirement;
  const states = context.deployment.services.find((mender) => mender.service === service)?.states ?? [];
  const partner = states.find(({ requirement }) => requirement.id === pairsWith);
  if (!partner || state.requirement.kind === 'trusted-certificate') return false;
  const file = context.planned.hostFile(partner);
  return file === undefined || (await context.around.view(file))?.publicKey === undefined;
}

/** What mounting existing files is called. */
export function mountTitle(what: string, demo: boolean): string {
  return demo ? `Mount ${what} (demo only: anyone can download it)` : `Mount ${what}`;
}

/** The host file of the other half of a pair. */
function partnerFileOf(state: RequirementState, { deployment, planned }: FixContext): string | undefined {
  const mender = deployment.services.find(({ service }) => service === state.service);
  const partner = mender?.states.find(({ requirement }) => requirement.id === state.requirement.pairsWith);
  return partner && planned.hostFile(partner);
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
  for (const directory of knownFiles(context).directories) {
    if (result.size >= MAX_DIRECTORIES) break;
    result.add(directory);
  }
  return [...result].slice(0, MAX_DIRECTORIES);
}
