/** Fix of `private-key-permissions`: the key for its service, and for nobody else on the host. */

import { convertKey } from '../changes/convert-key';
import { readerOf, shownPath } from '../changes/file-paths';
import { accessInMount, canClose, isBelowProject } from '../changes/key-access';
import { createPlannedState, type Draft, EMPTY, type FixContext, type ModeChange } from '../changes/types';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { hostFileOf } from '../mender/model/queries';
import type { RuleFinding } from '../rules/support/rule';

export async function fixPermissions(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'file' || context.around.platform === 'windows') return [];
  const { state } = finding.data;
  const mender = context.deployment.services.find(({ service }) => service === state.service);
  const file = state.hostFile;
  if (!mender || file === undefined || !isBelowProject(file, context)) return [];
  const facts = await context.around.facts(file);
  // A link's own modes say nothing, and its target may be anybody's.
  if (facts?.realPath !== undefined && facts.realPath !== file) return [];
  // Its permissions count for its other names too, wherever they are.
  const several = (facts?.status?.links ?? 1) > 1;
  const shown = shownPath(file, context);
  if (several) return readerOf(state, context) === 'owner' ? [] : move(state, mender, context);
  if (readerOf(state, context) === 'owner') {
    return [restrict(`Restrict ${shown} to its owner`, [{ path: file, mode: 0o600 }])];
  }
  if (state.how === 'directory') return letIntoMount(state, mender, file, context);
  if (state.how !== 'file') return [];
  const directory = context.around.paths.dirname(file);
  if (!(await context.around.guards(directory)) && !canClose(directory, context)) {
    return move(state, mender, context);
  }
  const closed = await context.around.guards(directory);
  const modes: ModeChange[] = closed ? [] : [{ path: directory, mode: 0o700 }];
  const title = closed
    ? `Let ${mender.service.name} read ${shown}, which its directory protects from other users`
    : `Restrict ${shownPath(directory, context)} to its owner, and let ${mender.service.name} read its key`;
  return [restrict(title, [...modes, { path: file, mode: 0o644 }])];
}

/** In a mounted directory the modes inside the container count: what guards the key is the directory above. */
async function letIntoMount(
  state: RequirementState,
  mender: MenderComponent,
  file: string,
  context: FixContext,
): Promise<readonly Draft[]> {
  const mounted = state.mount && hostFileOf(state.mount);
  if (mounted === undefined) return [];
  const found = await accessInMount({ onHost: context.around.paths.dirname(file), mounted }, state, context);
  // Who owns the file isn't changed by a fix.
  if (typeof found === 'string' || found.access.owner) return [];
  const shown = shownPath(file, context);
  const above = shownPath(context.around.paths.dirname(mounted), context);
  const title = found.modes.some(({ mode }) => mode === 0o700)
    ? `Restrict ${above} to its owner, and let ${mender.service.name} read its key`
    : `Let ${mender.service.name} read ${shown}, which ${above} protects from other users`;
  return [restrict(title, [...found.modes, { path: file, mode: 0o644 }])];
}

function restrict(title: string, modes: readonly ModeChange[]): Draft {
  return { ...EMPTY, title, modes, preferred: true, automatic: false };
}

/** The project directory itself can't be closed: the key gets a directory of its own. */
async function move(
  state: RequirementState,
  mender: MenderComponent,
  context: FixContext,
): Promise<readonly Draft[]> {
  const part = await convertKey(state, mender, { ...context, planned: createPlannedState() });
  if (!part) return [];
  const title = `Copy the key of ${mender.service.name} into a directory that others can't enter, and mount it from there`;
  return [{ ...part, title, preferred: true, automatic: false }];
}
