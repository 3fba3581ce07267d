/** What the three rules about files that nothing mounts share. */
import type { RequirementState } from '../mender/deployment';
import type { RequirementKind } from '../mender/layout';
import type { RuleContext, RuleFinding } from './rule';

/** A finding at the service's name for each requirement of `kind` that no mount meets. */
export function missingMounts(
  context: RuleContext,
  kind: RequirementKind,
  message: (state: RequirementState, title: string) => string,
): RuleFinding[] {
  return context.deployment.services.flatMap(({ service, role, states }) =>
    states.flatMap((state) => {
      if (state.requirement.kind !== kind || state.how !== 'none') return [];
      const span = service.declarations.at(-1);
      if (!span) return [];
      return {
        message: message(state, role.title),
        span,
        service: service.name,
        target: state.target,
        related: [],
        data: { kind: 'missing', state },
      } satisfies RuleFinding;
    }),
  );
}
