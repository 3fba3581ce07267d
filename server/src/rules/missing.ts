/** What the three rules about files that nothing mounts share. */
import type { RequirementState } from '../mender/deployment';
import type { RequirementKind } from '../mender/layout';
import { misplacedMounts } from './misplaced-mount';
import type { RuleContext, RuleFinding } from './rule';

/** A finding at the service's name for each requirement of `kind` that no mount meets. */
export function missingMounts(
  context: RuleContext,
  kind: RequirementKind,
  message: (state: RequirementState, title: string) => string,
): RuleFinding[] {
  const misplaced = misplacedMounts(context);
  return context.deployment.services.flatMap(({ service, role, states }) =>
    states.flatMap((state) => {
      if (state.requirement.kind !== kind || state.how !== 'none') return [];
      const span = service.declarations.at(-1);
      if (!span) return [];
      const meant = misplaced.find(
        ({ data }) =>
          data.kind === 'misplaced' &&
          data.requirement.id === state.requirement.id &&
          (data.owner ?? data.service) === service,
      );
      return {
        message: message(state, role.title),
        span,
        service: service.name,
        target: state.target,
        related: meant
          ? [{ message: 'It seems to be mounted here, at another path.', span: meant.span }]
          : [],
        data: { kind: 'missing', state, misplaced: meant },
      } satisfies RuleFinding;
    }),
  );
}
