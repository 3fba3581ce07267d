import type { Span, UnresolvedVariable } from '../compose/types';
import { isAtOrAbove } from '../mender/model/container-path';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { targetIsUnknown } from '../mender/model/queries';
import type { Rule, RuleFinding } from './support/rule';

export const unresolvedVariable: Rule = {
  code: 'unresolved-variable',
  severity: 'information',
  summary: 'A path cannot be checked, because it uses a variable without a value or default',
  shortState: undefined,
  about: 'variable',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'define-variable',
  check: ({ deployment }) => {
    const found = new Map<string, RuleFinding>();
    // Of a file that is on no disk, the .env that may lie beside it can't be read.
    if (deployment.stack.projectDirectory === undefined) return [];
    for (const mender of deployment.services) {
      for (const { variable, state } of variablesOf(mender)) {
        const { name, span, required } = variable;
        const meanwhile = required ? 'Compose does not start without it' : 'Compose leaves it empty';
        found.set(key(span), {
          message: `Variable ${name} has no value and no default: ${meanwhile}, so this path cannot be checked. Add ${name} to .env, or write a default: \${${name}:-value}.`,
          span,
          service: mender.service.name,
          target: state?.target,
          related: [],
          data: { kind: 'unresolved', name, span, state },
        });
      }
    }
    return [...found.values()];
  },
};

function key(span: Span): string {
  return `${span.file}\0${span.start}`;
}

/** Variables in the paths that matter here: mounts that meet a requirement or might, and variables that name one. */
function variablesOf(mender: MenderComponent) {
  const result: { variable: UnresolvedVariable; state: RequirementState | undefined }[] = [];
  for (const mount of mender.service.mounts) {
    if (mount.unresolved.length === 0) continue;
    const state = mender.states.find((candidate) => candidate.mount === mount);
    const mightBe =
      targetIsUnknown(mount) &&
      !mender.states.some((other) => isAtOrAbove(mount.target, other.target) && other.mount !== mount);
    if (!state && !mightBe) continue;
    result.push(...mount.unresolved.map((variable) => ({ variable, state })));
  }
  for (const state of mender.states) {
    for (const variable of state.variable?.unresolved ?? []) result.push({ variable, state });
  }
  return result;
}
