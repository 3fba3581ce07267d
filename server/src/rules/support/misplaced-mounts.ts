/** Mounts at paths that nothing reads, with what each was meant to be. */
import { posix } from 'node:path';
import type { Mount, Service } from '../../compose/types';
import type { Deployment, MenderComponent, RequirementState } from '../../mender/model/deployment';
import type { Layout, Requirement, RequirementKind } from '../../mender/model/layout';
import { isOwnBuild } from '../../mender/recognition/own-build';
import { foreignTargetsOf, targetsOf } from '../../mender/releases/index';
import { editDistance } from '../../text/edit-distance';
import type { FindingData, RuleContext, RuleFinding } from './rule';
import { titleOf } from './words';

type Misplaced = Extract<FindingData, { kind: 'misplaced' }>;

/** The rule's findings; `missing-*` looks among them for what explains that a file is missing. */
export function misplacedMounts(context: RuleContext): readonly RuleFinding[] {
  return context.once?.(lookForMisplaced) ?? lookForMisplaced(context);
}

function isOfHost({ type }: Mount): boolean {
  return type === 'bind' || type === 'secret' || type === 'config';
}

function lookForMisplaced({ deployment }: RuleContext): RuleFinding[] {
  if (!deployment.isMender) return [];
  const result: RuleFinding[] = [];
  const members = new Map(deployment.services.map((mender) => [mender.service, mender]));
  for (const service of deployment.stack.services.values()) {
    if (service.inactive) continue;
    const mender = members.get(service);
    // What the user's own program reads can't be known.
    if ((mender && isOwnBuild(service)) || service.hasBuild) continue;
    for (const mount of service.mounts) {
      if (!isOfHost(mount) || mount.unresolved.length > 0 || isRead(service, mender, mount)) continue;
      const data =
        inWrongService(service, mender, mount, deployment) ??
        (mender &&
          (withoutVariable(mender, mount) ??
            swapped(mender, mount) ??
            ofOtherRelease(mender, mount, deployment.layout) ??
            typo(mender, mount)));
      if (data) result.push(findingOf(data, deployment));
    }
  }
  return result;
}

/** True for what meets a requirement, and for paths that this service is told of or may read beside it. */
function isRead(service: Service, mender: MenderComponent | undefined, mount: Mount): boolean {
  if (mender?.states.some((state) => state.mount === mount)) return true;
  if (service.command.some((part) => part.includes(mount.target))) return true;
  for (const { value } of service.environment.values()) if (value === mount.target) return true;
  return (mender?.states ?? []).some((state) => {
    const { requirement } = state;
    // The path of the other edition: Mender's own files mount the key at both.
    if ([requirement.imageDefault, ...requirement.alternatives].includes(mount.target)) return true;
    const pattern = requirement.rotation?.fileName;
    return (
      pattern?.test(posix.basename(mount.target)) === true &&
      posix.dirname(mount.target) === posix.dirname(state.target)
    );
  });
}

function findingOf(data: Misplaced, { layout, recognition }: Deployment): RuleFinding {
  const { service, mount, requirement, owner } = data;
  const releases = foreignTargetsOf(layout).find(
    (foreign) => foreign.target === mount.target && foreign.role === requirement.role,
  )?.releases;
  const title = titleOf(data);
  const here = layout.releases ? recognition.title : 'this release';
  const messages: Record<Misplaced['reason'], string> = {
    typo: `${title} mounted at the wrong path: ${mount.target}. Mount it at ${requirement.target}.`,
    release: `${title} mounted at the path of releases ${releases}: ${mount.target}. For ${here}, mount it at ${requirement.target}.`,
    swapped: `${title} mounted with host path and container path swapped: ${requirement.target} belongs on the right.`,
    service: owner
      ? `${titleOf({ requirement, service: owner })} mounted in ${service.name}: ${mount.target}. Move the entry to ${owner.name}.`
      : `${service.name} does not read ${mount.target}. The ${requirement.role} service looks there for its ${requirement.title}.`,
    variable: `${title} mounted at a path that ${requirement.pathVariable} does not name: ${mount.target}. Set the variable to this path, or mount the key at ${requirement.target}.`,
  };
  return {
    message: messages[data.reason],
    span: mount.targetText.span,
    service: service.name,
    target: mount.target,
    related: owner?.declarations[0]
      ? [{ message: `${owner.name} reads this path.`, span: owner.declarations[0] }]
      : [],
    data,
  };
}

/** The layout's path of another role. */
function inWrongService(
  service: Service,
  mender: MenderComponent | undefined,
  mount: Mount,
  deployment: Deployment,
): Misplaced | undefined {
  // A service whose part isn't one of those with a file of its own may read what it likes.
  if (mender && !deployment.layout.requirements.some(({ role }) => role === mender.role.id)) return undefined;
  const requirement = deployment.layout.requirements.find(
    (candidate) => candidate.kind !== 'trusted-certificate' && targetsOf(candidate).includes(mount.target),
  );
  if (!requirement || requirement.role === mender?.role.id) return undefined;
  const owners = deployment.services.filter((candidate) => candidate.role.id === requirement.role);
  // The path of an extra that this deployment doesn't have: another rule of thumb will say it better.
  if (owners.length === 0 && requirement.role !== deployment.layout.storageServer && isExtra(requirement))
    return undefined;
  const unmet = owners.find((owner) =>
    owner.states.some((state) => state.requirement === requirement && state.how === 'none'),
  );
  // A service of no known role may be somebody's own gateway: it is only wrong where the right one lacks the file.
  if (!mender && !unmet) return undefined;
  return {
    kind: 'misplaced',
    service,
    mount,
    reason: 'service',
    requirement,
    owner: (unmet ?? owners[0])?.service,
  };
}

function unmet(mender: MenderComponent): readonly RequirementState[] {
  return mender.states.filter(
    (state) => state.how === 'none' && state.requirement.kind !== 'trusted-certificate',
  );
}

/** `/container/path:./host/path` */
function swapped(mender: MenderComponent, mount: Mount): Misplaced | undefined {
  const state = unmet(mender).find((candidate) => candidate.target === mount.sourceText?.value);
  return state && misplaced(mender, mount, 'swapped', state);
}

/** Where Mender's own files put it together with a variable that is missing here. */
function withoutVariable(mender: MenderComponent, mount: Mount): Misplaced | undefined {
  const state = unmet(mender).find(
    ({ requirement, target }) => requirement.target === mount.target && target !== mount.target,
  );
  return state && state.variable?.value === undefined
    ? misplaced(mender, mount, 'variable', state)
    : undefined;
}

function ofOtherRelease(mender: MenderComponent, mount: Mount, layout: Layout): Misplaced | undefined {
  const foreign = foreignTargetsOf(layout).find(
    (other) => other.target === mount.target && other.role === mender.role.id,
  );
  if (!foreign) return undefined;
  const alike = unmet(mender).filter(({ requirement }) => requirement.kind === foreign.kind);
  const state = alike.find(({ requirement }) => requirement.serves[0] === foreign.serves[0]) ?? alike[0];
  return state && misplaced(mender, mount, 'release', state);
}

/** Close to a path that the service needs and doesn't get: a few letters off, or another name in its directory. */
function typo(mender: MenderComponent, mount: Mount): Misplaced | undefined {
  let best: { state: RequirementState; distance: number } | undefined;
  for (const state of unmet(mender)) {
    const limit = Math.max(2, Math.floor(state.target.length * 0.12));
    let distance = editDistance(mount.target.toLowerCase(), state.target.toLowerCase(), limit);
    const sameDirectory = posix.dirname(mount.target) === posix.dirname(state.target);
    if (distance > limit && sameDirectory && suits(mount.target, state.requirement.kind)) distance = limit;
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { state, distance };
  }
  return best && misplaced(mender, mount, 'typo', best.state);
}

/** Whether a file's name sounds like what is needed. */
function suits(target: string, kind: RequirementKind): boolean {
  const name = posix.basename(target).toLowerCase();
  const soundsLikeKey = /key|priv/.test(name);
  const soundsLikeCertificate = /cert|crt|cer$|chain|server/.test(name);
  return kind === 'certificate'
    ? soundsLikeCertificate && !soundsLikeKey
    : soundsLikeKey || /\.pem$/.test(name);
}

/** A requirement of a service that only some deployments have. */
function isExtra({ need }: Requirement): boolean {
  return need === 'never' || need === 'storage-proxy-tls';
}

function misplaced(
  mender: MenderComponent,
  mount: Mount,
  reason: Misplaced['reason'],
  state: RequirementState,
): Misplaced {
  const requirement: Requirement = { ...state.requirement, target: state.target };
  return { kind: 'misplaced', service: mender.service, mount, reason, requirement, owner: undefined };
}
