/** Which services use one private key, by every mark that tells two paths for the same key. */

import type { Span } from '../../compose/types';
import type { RequirementState } from '../../mender/model/deployment';
import { statesOf } from '../../mender/model/queries';
import type { RelatedSpan, RuleContext, RuleFinding } from './rule';

export interface SharedKey {
  readonly state: RequirementState;
  readonly group: Group;
}

interface Group {
  /** Who uses a key, in order. */
  readonly users: readonly RequirementState[];
  readonly services: ReadonlySet<RequirementState['service']>;
}

/** Other places that a finding points at; a key can be shared by a thousand services. */
const MAX_RELATED = 50;
/** Characters of names at the start and at the end of a list: of a longer one, nobody is shown more. */
const MAX_NAMES = 2000;

/** Every private key that another service uses too, `token` telling token keys of different services apart. */
export function sharedKeys(context: RuleContext, token: boolean): SharedKey[] {
  const marksOf = ({ hostFile }: RequirementState) =>
    hostFile === undefined ? [] : context.identities(hostFile);
  const byMark = context.once?.(usersOfMarks) ?? usersOfMarks(context);
  if (byMark.size === 0) return [];
  const sharing = new Set([...byMark.values()].flatMap((users) => [...users]));
  const states = statesOf(context.deployment).filter((state) => sharing.has(state));
  const groups = new Map<string, Group>();
  return states.flatMap((state) => {
    const marks = marksOf(state);
    const isToken = isTokenKey(state);
    // Whoever has the same marks shares with the same ones.
    const key = [isToken, ...marks].join('\0');
    const group =
      groups.get(key) ?? groupOf(marks, byMark, (other) => (isToken && isTokenKey(other)) === token);
    groups.set(key, group);
    return othersIn(group, state) > 0 ? [{ state, group }] : [];
  });
}

/** By mark, who uses each key that is used more than once, in order: most keys are somebody's own. */
function usersOfMarks({
  deployment,
  identities,
}: RuleContext): ReadonlyMap<string, ReadonlySet<RequirementState>> {
  const first = new Map<string, RequirementState>();
  const shared = new Map<string, Set<RequirementState>>();
  for (const state of statesOf(deployment)) {
    const { requirement, hostFile } = state;
    if (hostFile === undefined || (requirement.kind !== 'token-key' && requirement.kind !== 'private-key'))
      continue;
    for (const mark of identities(hostFile)) {
      const other = first.get(mark);
      if (other) shared.set(mark, (shared.get(mark) ?? new Set([other])).add(state));
      else first.set(mark, state);
    }
  }
  return shared;
}

function isTokenKey(state: RequirementState): boolean {
  return state.requirement.kind === 'token-key';
}

function groupOf(
  marks: readonly string[],
  byMark: ReadonlyMap<string, ReadonlySet<RequirementState>>,
  counts: (state: RequirementState) => boolean,
): Group {
  const users = new Set(marks.flatMap((mark) => [...(byMark.get(mark) ?? [])].filter(counts)));
  return { users: [...users], services: new Set([...users].map(({ service }) => service)) };
}

/** How many other services use a group's key. */
function othersIn({ services }: Group, { service }: RequirementState): number {
  return services.size - (services.has(service) ? 1 : 0);
}

/** One finding at the source of each mount, related to the first of the others'. */
export function sharedKeyFindings(
  shared: readonly SharedKey[],
  message: (state: RequirementState, others: string) => string,
): RuleFinding[] {
  return shared.flatMap((key) => {
    const { state } = key;
    const place = placeOf(state);
    if (!place) return [];
    return {
      message: message(state, namesIn(key)),
      span: place,
      service: state.service.name,
      target: state.target,
      related: relatedOf(key),
      data: {
        kind: 'shared-key',
        state,
        services: othersIn(key.group, state),
        users: key.group.users,
      },
    } satisfies RuleFinding;
  });
}

function placeOf({ mount }: RequirementState): Span | undefined {
  return mount?.sourceText?.span ?? mount?.span;
}

/** The names of the others; the middle of a list is left out where nobody would be shown it. */
function namesIn({ group: { users }, state }: SharedKey): string {
  const first: string[] = [];
  const last: string[] = [];
  const isOther = (index: number) => users[index]?.service !== state.service;
  const nameAt = (index: number) => users[index]?.service.name ?? '';
  let front = 0;
  for (let length = 0; front < users.length && length < MAX_NAMES; front++) {
    if (!isOther(front)) continue;
    first.push(nameAt(front));
    length += nameAt(front).length;
  }
  let back = users.length;
  for (let length = 0; back > front && length < MAX_NAMES; back--) {
    if (!isOther(back - 1)) continue;
    last.unshift(nameAt(back - 1));
    length += nameAt(back - 1).length;
  }
  return [...first, ...(back > front ? ['…'] : []), ...last].join(' and ');
}

function relatedOf({ group: { users }, state }: SharedKey): RelatedSpan[] {
  const related: RelatedSpan[] = [];
  for (const other of users) {
    if (related.length === MAX_RELATED) break;
    const span = other.service === state.service ? undefined : placeOf(other);
    if (span) related.push({ message: `${other.service.name} uses the same key.`, span });
  }
  return related;
}
