/** The release of a stack whose images don't tell it: by the paths at which files are mounted. */
import type { Service, Stack } from '../../compose/types';
import { isAtOrAbove } from '../model/container-path';
import type { Layout, Requirement, RoleId } from '../model/layout';
import { layouts } from '../releases/index';
import { recogniseRoles } from './recognise-roles';

export interface FoundLayouts {
  /** Those that fit best, oldest first; several where the files fit them alike; none without any sign. */
  readonly layouts: readonly Layout[];
  /** The clearest sign, a sentence for people. */
  readonly mark: string | undefined;
}

/** Points for a sign. A file at the very path says more than a directory above it, or a name. */
const AT = 4;
const ABOVE = 2;
const NAME = 1;

interface Sign {
  readonly points: number;
  readonly text: string;
}

/** The layouts, or those of `candidates`, that the mounts, path variables and names of a stack fit best. */
export function recogniseByMounts(stack: Stack, candidates: readonly Layout[] = layouts): FoundLayouts {
  const roles = [...recogniseRoles(stack)].map(([service, role]) => ({ service, role: role.id }));
  const scored = candidates.map((layout) => {
    const signs = roles.flatMap(({ service, role }) => signsOf(service, role, layout));
    return { layout, signs, points: signs.reduce((sum, { points }) => sum + points, 0) };
  });
  const most = Math.max(...scored.map(({ points }) => points));
  if (most === 0) return { layouts: [], mark: undefined };
  const best = scored.filter(({ points }) => points === most);
  // A sign that other layouts know as well tells little: the rarest one is shown.
  const rarity = ({ text }: Sign) =>
    scored.filter(({ signs }) => signs.some((sign) => sign.text === text)).length;
  const shown = [...(best.at(-1)?.signs ?? [])].sort((a, b) => rarity(a) - rarity(b) || b.points - a.points);
  return { layouts: best.map(({ layout }) => layout), mark: shown[0]?.text };
}

function signsOf(service: Service, role: RoleId, layout: Layout): readonly Sign[] {
  const needed = layout.requirements.filter(
    (requirement) => requirement.role === role && requirement.kind !== 'trusted-certificate',
  );
  return [
    ...needed.flatMap((requirement) => signOf(service, requirement)),
    ...(role === 'api-gateway' ? gatewaySigns(service, layout) : []),
    ...nameSigns(service, layout),
  ];
}

/** A mount where the layout wants it, or a variable that names this path. */
function signOf(service: Service, requirement: Requirement): readonly Sign[] {
  const variable = requirement.pathVariable && service.environment.get(requirement.pathVariable);
  const signs: Sign[] = [];
  if (variable && variable.value === requirement.target && requirement.target !== requirement.imageDefault) {
    signs.push({
      points: AT,
      text: `${variable.name} of ${service.name} is ${requirement.target}.`,
    });
  }
  const paths = [requirement.target, ...requirement.alternatives];
  const file = service.mounts.find(({ target }) => paths.includes(target));
  if (file) signs.push({ points: AT, text: `${service.name} has a mount at ${file.target}.` });
  else {
    const above = service.mounts.find(
      ({ target, type }) => type !== 'tmpfs' && isAtOrAbove(target, requirement.target),
    );
    if (above) signs.push({ points: ABOVE, text: `${service.name} has a mount at ${above.target}.` });
  }
  return signs;
}

/** The gateway's image, and configuration that is mounted into it. */
function gatewaySigns(service: Service, layout: Layout): readonly Sign[] {
  const image = service.image?.value ?? '';
  const traefik = /(?:^|\/)traefik(?::v?(\d+\.\d+)?|@|$)/.exec(image);
  const is = (yes: boolean, points: number, text: string) => (yes ? [{ points, text }] : []);
  const uses = `${service.name} uses the image ${image}.`;
  const support = service.mounts.find(({ target }) => layout.supportTargets.includes(target));
  return [
    ...is(traefik !== null && layout.gateway === 'traefik', NAME, uses),
    ...is(traefik?.[1] !== undefined && layout.traefik.includes(traefik[1]), NAME, uses),
    ...is(/mendersoftware\/api-gateway(?:[:@]|$)/.test(image) && layout.gateway === 'nginx', NAME, uses),
    ...is(support !== undefined, ABOVE, `${service.name} has a mount at ${support?.target}.`),
  ];
}

function nameSigns({ name }: Service, { serviceNames }: Layout): readonly Sign[] {
  return serviceNames.includes(name) ? [{ points: NAME, text: `A service is named ${name}.` }] : [];
}
