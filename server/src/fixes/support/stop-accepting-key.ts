/** The fix of whatever is wrong with a key whose tokens a service accepts beside those of its signing key. */
import { stopAccepting } from '../../changes/stop-accepting-key';
import type { Draft, FileOperation, FixContext } from '../../changes/types';
import { EMPTY } from '../../changes/types';
import type { MenderComponent, RequirementState } from '../../mender/model/deployment';

/** Where nothing better is known: it is taken away. */
export function fixAccepted(
  state: RequirementState,
  mender: MenderComponent,
  context: FixContext,
): readonly Draft[] {
  const operations = stopAccepting(state, undefined, mender, context);
  if (typeof operations === 'string' || operations.length === 0) return [];
  const name = mender.service.name;
  const title = `Remove the ${state.requirement.title} from ${name}`;
  const effect = `${name} no longer accepts tokens that were signed with this key.`;
  return [
    {
      ...EMPTY,
      title,
      operations: allOf(operations, name),
      effects: [effect],
      preferred: false,
      automatic: false,
    },
  ];
}

function allOf(operations: readonly FileOperation[], service: string): readonly FileOperation[] {
  return operations.map((each) => ({ ...each, together: `take away ${service}` }));
}
