/** Which services use one private key, by every mark that tells two paths for the same key. */
import type { RequirementState } from '../mender/deployment';
import type { RuleContext, RuleFinding } from './rule';

export interface SharedKey {
  readonly state: RequirementState;
  /** The same key in other services. */
  readonly others: readonly RequirementState[];
}

function isTokenKey(state: RequirementState): boolean {
  return state.requirement.kind === 'token-key';
}

/** Every private key that another service uses too, `token` telling token keys of different services apart. */
export function sharedKeys(context: RuleContext, token: boolean): SharedKey[] {
  const states = context.deployment.services
    .flatMap((service) => service.states)
    .filter(({ requirement }) => requirement.kind === 'token-key' || requirement.kind === 'private-key');
  const byMark = new Map<string, RequirementState[]>();
  for (const state of states) {
    for (const mark of state.hostFile === undefined ? [] : context.identities(state.hostFile)) {
      const list = byMark.get(mark) ?? [];
      if (!list.includes(state)) list.push(state);
      byMark.set(mark, list);
    }
  }
  return states.flatMap((state) => {
    const others = new Set<RequirementState>();
    for (const mark of state.hostFile === undefined ? [] : context.identities(state.hostFile)) {
      for (const other of byMark.get(mark) ?? []) {
        const bothTokens = isTokenKey(state) && isTokenKey(other);
        if (other.service !== state.service && bothTokens === token) others.add(other);
      }
    }
    return others.size > 0 ? [{ state, others: [...others] }] : [];
  });
}

/** One finding at the source of each mount, related to the others'. */
export function sharedKeyFindings(
  shared: readonly SharedKey[],
  message: (state: RequirementState, others: string) => string,
): RuleFinding[] {
  return shared.flatMap(({ state, others }) => {
    const place = state.mount?.sourceText?.span ?? state.mount?.span;
    if (!place) return [];
    return {
      message: message(state, others.map((other) => other.service.name).join(' and ')),
      span: place,
      service: state.service.name,
      target: state.target,
      related: others.flatMap((other) => {
        const span = other.mount?.sourceText?.span ?? other.mount?.span;
        return span ? [{ message: `${other.service.name} uses the same key.`, span }] : [];
      }),
      data: { kind: 'shared-key', state, others },
    } satisfies RuleFinding;
  });
}
