/** What the three rules about files that nothing mounts share. */

import type { Service, Span } from '../../compose/types';
import type { RequirementState } from '../../mender/model/deployment';
import type { RequirementKind } from '../../mender/model/layout';
import { statesOf } from '../../mender/model/queries';
import { otherPlaces, placeOf } from '../../mender/requirements/edit-location';
import { misplacedMounts } from './misplaced-mounts';
import type { RelatedSpan, RuleContext, RuleFinding } from './rule';
import { titleOf, whoLooksThere, withoutIt } from './words';

/** A finding at the service's name for each requirement of `kind` that no mount meets. */
export function missingMounts(context: RuleContext, kind: RequirementKind): RuleFinding[] {
  const { deployment } = context;
  const misplaced = misplacedMounts(context);
  return statesOf(deployment).flatMap((state) => {
    const { service, requirement } = state;
    if (requirement.kind !== kind || state.how !== 'none') return [];
    const span = placeOf(service, deployment);
    if (!span) return [];
    const meant = misplaced.find(
      ({ data }) =>
        data.kind === 'misplaced' &&
        data.requirement.id === requirement.id &&
        (data.owner ?? data.service) === service,
    );
    return {
      message: messageOf(state, context),
      span,
      service: service.name,
      target: state.target,
      related: [
        ...(meant ? [{ message: 'It seems to be mounted here, at another path.', span: meant.span }] : []),
        ...alsoDeclared(service, span),
      ],
      data: { kind: 'missing', state, misplaced: meant },
    } satisfies RuleFinding;
  });
}

function messageOf(state: RequirementState, context: RuleContext): string {
  return `${titleOf(state)} not mounted at ${state.target}${whoLooksThere(context.deployment)}. ${withoutIt(state)}`;
}

/** The other files that declare the service: what is missing could also be there. */
export function alsoDeclared(service: Service, place: Span): readonly RelatedSpan[] {
  return otherPlaces(service, place).map((span) => ({
    message: `${service.name} is declared here as well.`,
    span,
  }));
}
