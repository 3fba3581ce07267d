/** Where in a stack a person would put an entry of a service right. */
import { memo } from '../../cache/memo';
import type { Service, Span } from '../../compose/types';
import type { Deployment } from '../model/deployment';
import { targetsOf } from '../releases/index';

/**
 * The name of the service in the file where a missing entry belongs: the last one that declares the service and
 * mounts certificates or keys already; else the last one that declares it. Files that are only extended serve other
 * services too: they come last.
 */
export function placeOf(service: Service, deployment: Deployment): Span | undefined {
  const { files } = deployment.stack;
  const order = new Map(
    files.filter(({ role }) => role !== 'extended').map(({ file }, index) => [file, index] as const),
  );
  const places = service.declarations.filter(({ file }) => order.has(file));
  // Merge order is the order of files; within one file a later declaration wins.
  places.sort((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0));
  const mounting = filesWithKeys(deployment);
  return places.findLast(({ file }) => mounting.has(file)) ?? places.at(-1) ?? service.declarations.at(-1);
}

/** The other places that declare the service, in merge order. */
export function otherPlaces(service: Service, place: Span): readonly Span[] {
  return service.declarations.filter((span) => span.file !== place.file || span.start !== place.start);
}

/** The files in which some Mender service gets a certificate or a key. */
const filesWithKeys = memo((deployment: Deployment): ReadonlySet<string> => {
  const targets = new Set(deployment.layout.requirements.flatMap(targetsOf));
  const result = new Set<string>();
  for (const { service, states } of deployment.services) {
    for (const { mount } of states) if (mount) result.add(mount.span.file);
    for (const mount of service.mounts) if (targets.has(mount.target)) result.add(mount.span.file);
  }
  return result;
});
