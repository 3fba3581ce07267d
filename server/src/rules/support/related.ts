import type { Service, Span } from '../../compose/types';
import { otherPlaces } from '../../mender/requirements/edit-location';
import type { RelatedSpan } from './rule';

/** The other files that declare the service: what is missing could also be there. */
export function alsoDeclared(service: Service, place: Span): readonly RelatedSpan[] {
  return otherPlaces(service, place).map((span) => ({
    message: `${service.name} is declared here as well.`,
    span,
  }));
}
