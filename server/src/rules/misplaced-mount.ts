import { posix } from 'node:path';
import type { Mount, Service } from '../compose/model';
import type { Deployment, MenderService, RequirementState } from '../mender/deployment';
import type { ForeignTarget, Requirement, RequirementKind } from '../mender/layout';
import { editDistance } from './edit-distance';
import type { FindingData, Rule, RuleContext, RuleFinding } from './rule';

type Misplaced = Extract<FindingData, { kind: 'misplaced' }>;

export const misplacedMount: Rule = {
  code: 'misplaced-mount',
  severity: 'warning',
  summary:
    'A certificate or key is mounted at a path that no Mender service reads, close to one that it does',
  check: misplacedMounts,
};

/** The rule's findings; `missing-*` looks among them for what explains that a file is missing. */
export function misplacedMounts({ deployment, foreignTargets }: RuleContext): RuleFinding[] {
  if (!deployment.isMender) return [];
  const result: RuleFinding[] = [];
  for (const service of deployment.stack.services.values()) {
    if (service.inactive) continue;
    const mender = deployment.services.find((candidate) => candidate.service === service);
    for (const mount of service.mounts) {
      if (mount.type !== 'bind' && mount.type !== 'secret' && mount.type !== 'config') continue;
      if (mount.unresolved.length > 0 || mender?.states.some((state) => state.mount === mount)) continue;
      const data =
        inWrongService(service, mender, mount, deployment) ??
        (mender &&
          (swapped(mender, mount) ?? ofOtherRelease(mender, mount, foreignTargets) ?? typo(mender, mount)));
      if (data) result.push(findingOf(data, foreignTargets));
    }
  }
  return result;
}

function findingOf(data: Misplaced, foreignTargets: readonly ForeignTarget[]): RuleFinding {
  const { service, mount, requirement, owner } = data;
  const releases = foreignTargets.find((foreign) => foreign.target === mount.target)?.releases;
  const messages: Record<Misplaced['reason'], string> = {
    typo: `${service.name} does not read ${mount.target}. It looks for its ${requirement.title} at ${requirement.target}.`,
    release: `${service.name} of this release does not read ${mount.target}, the path of releases ${releases}. It looks for its ${requirement.title} at ${requirement.target}.`,
    swapped: `Host path and container path are swapped: ${requirement.target} is where ${service.name} looks for its ${requirement.title}, so it belongs on the right.`,
    service: `${service.name} does not read ${mount.target}. ${owner ? `${owner.name} does: the entry belongs there.` : `It is where the ${requirement.role} service looks for its ${requirement.title}.`}`,
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
  mender: MenderService | undefined,
  mount: Mount,
  deployment: Deployment,
): Misplaced | undefined {
  const requirement = deployment.layout.requirements.find(
    (candidate) => candidate.target === mount.target && candidate.kind !== 'trusted-certificate',
  );
  if (!requirement || requirement.role === mender?.role.id) return undefined;
  const owners = deployment.services.filter((candidate) => candidate.role.id === requirement.role);
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

function unmet(mender: MenderService): readonly RequirementState[] {
  return mender.states.filter(
    (state) => state.how === 'none' && state.requirement.kind !== 'trusted-certificate',
  );
}

/** `/container/path:./host/path` */
function swapped(mender: MenderService, mount: Mount): Misplaced | undefined {
  const state = unmet(mender).find((candidate) => candidate.target === mount.sourceText?.value);
  return state && misplaced(mender, mount, 'swapped', state);
}

function ofOtherRelease(
  mender: MenderService,
  mount: Mount,
  foreignTargets: readonly ForeignTarget[],
): Misplaced | undefined {
  const foreign = foreignTargets.find(
    (other) => other.target === mount.target && other.role === mender.role.id,
  );
  const state = foreign && unmet(mender).find((candidate) => candidate.requirement.kind === foreign.kind);
  return state && misplaced(mender, mount, 'release', state);
}

/** Close to a path that the service needs and doesn't get: a few letters off, or another name in its directory. */
function typo(mender: MenderService, mount: Mount): Misplaced | undefined {
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

function misplaced(
  mender: MenderService,
  mount: Mount,
  reason: Misplaced['reason'],
  state: RequirementState,
): Misplaced {
  const requirement: Requirement = { ...state.requirement, target: state.target };
  return { kind: 'misplaced', service: mender.service, mount, reason, requirement, owner: undefined };
}
