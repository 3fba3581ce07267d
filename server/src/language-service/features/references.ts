/** Where else the host file behind what stands in a compose file is used. */
import type { Mount, Span } from '../../compose/types';
import { hostFileOf } from '../../mender/model/queries';
import type { Place } from '../api/editor-features';
import type { CheckedStack } from '../check/check-file';
import { type Pointed, placeOf, pointedAt, providerOf } from './shared/element-at';

/** All places of the stacks that use the host file behind what is pointed at, that place among them. */
export function referencesAt(
  file: string,
  offset: number,
  checked: readonly CheckedStack[],
): readonly Place[] {
  const pointed = pointedAt(file, offset, checked);
  const mount = pointed && mountBehind(pointed);
  const path = mount && hostFileOf(mount);
  if (!pointed || path === undefined) return [];
  const wanted = pointed.checked.inside.identities(path);
  const places = new Map<string, Place>();
  for (const each of checked) {
    const add = (span: Span) => {
      const key = `${span.file}\0${span.start}`;
      if (!places.has(key)) places.set(key, placeOf(span, each));
    };
    for (const service of each.analysis.deployment.stack.services.values()) {
      for (const other of service.mounts) {
        const used = hostFileOf(other);
        if (used === undefined || !each.inside.identities(used).some((identity) => wanted.includes(identity)))
          continue;
        add(other.sourceText?.span ?? other.span);
        for (const variable of service.environment.values())
          if (providerOf(variable, service) === other) add(variable.valueSpan);
      }
    }
  }
  return [...places.values()];
}

function mountBehind(pointed: Pointed): Mount | undefined {
  if (pointed.kind === 'mount') return pointed.mount;
  return pointed.kind === 'variable' ? providerOf(pointed.variable, pointed.mender.service) : undefined;
}
