/** What a map has lines for: the files that services need, mounted or not, and those mounted at a wrong path. Pure. */
import type { Mount, Service, Span } from '../../compose/types';
import type { RequirementState } from '../../mender/model/deployment';
import type { RequirementKind } from '../../mender/model/layout';
import { hostFileOf } from '../../mender/model/queries';
import { placeOf } from '../../mender/requirements/edit-location';
import { shownFile } from '../../rules/support/served-certificates';
import type { CheckedStack } from '../check/check-file';
import type { CodedFinding, Inside } from '../check/run-rules';
import { findingsAbout } from '../key-state/key-status';

/** One line of a map, before it has ids. */
export interface Line {
  readonly service: Service;
  /** undefined: a mount that meets no requirement. */
  readonly state: RequirementState | undefined;
  readonly mount: Mount | undefined;
  readonly hostFile: string | undefined;
  readonly label: string;
  readonly title: string;
  readonly kind: RequirementKind;
  readonly target: string;
  /** Where it is written; the service's name where nothing is mounted. */
  readonly span: Span | undefined;
  /** What is said of it. */
  readonly findings: readonly CodedFinding[];
}

/** The lines of a deployment, service by service, then the misplaced mounts. */
export function linesOf(checked: CheckedStack): readonly Line[] {
  const { findings } = checked;
  const { deployment } = checked.analysis;
  const needed = deployment.services.flatMap(({ states }) =>
    states.flatMap((state) => (state.how === 'not-needed' ? [] : [neededLine(state)])),
  );
  const misplaced = new Map<string, Omit<Line, 'span' | 'findings'>>();
  for (const { finding } of findings) {
    if (finding.data.kind !== 'misplaced') continue;
    const { service, mount, requirement } = finding.data;
    misplaced.set(JSON.stringify([service.name, mount.span]), {
      service,
      state: undefined,
      mount,
      hostFile: hostFileOf(mount),
      label: mount.sourceText?.raw ?? mount.target,
      title: requirement.title,
      kind: requirement.kind,
      target: mount.target,
    });
  }
  return [...needed, ...misplaced.values()].map((line): Line => {
    const { service, mount } = line;
    const span = mount?.sourceText?.span ?? mount?.span ?? placeOf(service, deployment);
    const found = line.state
      ? findingsAbout(line.state, checked)
      : findings.filter(({ finding }) => finding.service === service.name && finding.target === line.target);
    return { ...line, span, findings: found };
  });
}

function neededLine(state: RequirementState): Omit<Line, 'span' | 'findings'> {
  const { requirement, service, mount, hostFile, target } = state;
  const { kind, title } = requirement;
  return {
    service,
    state,
    mount,
    hostFile,
    label: mount ? shownFile(state) : title,
    title,
    kind,
    target,
  };
}

/** Groups of lines whose private keys are one key, each with two services or more. Lines are told by their index. */
export function sharedKeys(lines: readonly Line[], { identities }: Inside): readonly (readonly number[])[] {
  const groups: { identities: Set<string>; lines: number[] }[] = [];
  lines.forEach(({ kind, hostFile, state }, index) => {
    if (!state || hostFile === undefined || (kind !== 'private-key' && kind !== 'token-key')) return;
    const group = { identities: new Set(identities(hostFile)), lines: [index] };
    // One key may join two groups that had nothing in common before.
    for (const other of groups.filter(({ identities }) =>
      [...identities].some((identity) => group.identities.has(identity)),
    )) {
      for (const identity of other.identities) group.identities.add(identity);
      group.lines.push(...other.lines);
      groups.splice(groups.indexOf(other), 1);
    }
    groups.push(group);
  });
  return groups
    .map((group) => group.lines.sort((a, b) => a - b))
    .filter((group) => new Set(group.map((index) => lines[index]?.service.name)).size > 1);
}
