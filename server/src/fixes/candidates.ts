/** Existing files that a requirement could be met by, told by their content. */
import type { RequirementState } from '../mender/deployment';
import type { Requirement } from '../mender/layout';
import type { FileView, FixContext } from './draft';
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

/** Files that fit, best first. Files that another service mounts are left out, except certificates to trust. */
export async function candidatesFor(
  state: RequirementState,
  context: FixContext,
): Promise<readonly Candidate[]> {
  const { around, work, deployment } = context;
  const documented = documentedPath(state, context);
  if (documented === undefined) return [];
  const states = deployment.services.flatMap((service) => service.states);
  const used = new Set(
    states.filter((other) => other !== state).flatMap((other) => work.hostFile(other) ?? []),
  );
  const reserved = states.flatMap((other) =>
    other.requirement.documentedSource === state.requirement.documentedSource
      ? []
      : (documentedPath(other, context) ?? []),
  );
  const partner = states.find(
    (other) => other.service === state.service && other.requirement.id === state.requirement.pairsWith,
  );
  const partnerFile = partner && work.hostFile(partner);
  const partnerView = partnerFile === undefined ? undefined : await around.view(partnerFile);
  const found: { path: string; view: FileView }[] = [];
  const certificates = new Set<string>();
  for (const path of await around.pemFiles(await searchDirectories(documented, states, context))) {
    const view = await around.view(path);
    if (!view) continue;
    if (view.kind === 'certificate' && view.publicKey) certificates.add(view.publicKey);
    if (!used.has(path) && !reserved.includes(path)) found.push({ path, view });
  }
  const fitting = found.filter(({ view }) => {
    if (!isOfKind(view, state.requirement)) return false;
    if (state.requirement.kind === 'token-key') {
      return !(view.publicKey && certificates.has(view.publicKey));
    }
    return partnerView?.publicKey === undefined || view.publicKey === partnerView.publicKey;
  });
  const rank = (path: string) =>
    path === documented ? 0 : around.paths.basename(path) === around.paths.basename(documented) ? 1 : 2;
  return fitting
    .sort((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1))
    .map(({ path, view }) => ({
      path,
      certain:
        path === documented ||
        (partnerView?.publicKey !== undefined && view.publicKey === partnerView.publicKey),
    }));
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

async function searchDirectories(
  documented: string,
  states: readonly RequirementState[],
  context: FixContext,
): Promise<string[]> {
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
  for (const state of states) {
    const file = context.work.hostFile(state);
    if (file !== undefined) result.add(paths.dirname(file));
  }
  return [...result].slice(0, MAX_DIRECTORIES);
}
