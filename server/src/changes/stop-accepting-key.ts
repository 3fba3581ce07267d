/** Keys whose tokens a service accepts beside those of its signing key, taken away from it. */

import type { Mount } from '../compose/types';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { shownPath } from './file-paths';
import { mountOperation } from './mount-operations';
import { environmentOperation } from './set-variable';
import type { FileOperation, FixContext } from './types';

/**
 * What takes an accepted key away from its service: its mount, its variable, or, in a directory that is mounted as a
 * whole, another key over its name (`instead`, a file of the host). A reason where that can't be done.
 */
export function stopAccepting(
  state: RequirementState,
  instead: string | undefined,
  mender: MenderComponent,
  context: FixContext,
): readonly FileOperation[] | string {
  const { requirement, mount, hostFile } = state;
  const operations: FileOperation[] = [];
  const variable = requirement.pathVariable;
  if (requirement.accepted === 'fallback' && variable !== undefined) {
    // Without a value it names no key.
    operations.push(environmentOperation(variable, '', state.variable, mender, context));
  }
  if (!mount) return operations;
  if (state.how === 'file') {
    const removed = removalOf(mount, mender, context);
    if (removed) return [...operations, ...removed];
  } else if (requirement.accepted === 'fallback') return operations;
  else if (instead !== undefined) return [...operations, mountOperation(state, instead, mender, context)];
  if (requirement.accepted === 'fallback') return operations;
  const shown = hostFile === undefined ? state.target : shownPath(hostFile, context);
  return `${mender.service.name} also accepts tokens of ${shown}, by an entry that cannot be removed here. Remove it by hand, then try again.`;
}

/** The operation that takes a mount out; undefined for an entry that other services have too, or a secret. */
export function removalOf(
  mount: Mount,
  mender: MenderComponent,
  context: FixContext,
): readonly FileOperation[] | undefined {
  if (mount.syntax !== 'short' && mount.syntax !== 'long') return undefined;
  const { file, start, end } = mount.span;
  const shared = [...context.deployment.stack.services.values()].some(
    (service) =>
      service !== mender.service &&
      service.mounts.some(({ span }) => span.file === file && span.start === start),
  );
  if (shared) return undefined;
  return [{ file, operation: { op: 'remove-mount', service: mender.service.name, start, end } }];
}
