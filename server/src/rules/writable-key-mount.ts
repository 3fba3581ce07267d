import type { Mount } from '../compose/types';
import type { RequirementState } from '../mender/model/deployment';
import { statesOf } from '../mender/model/queries';
import type { Rule } from './support/rule';

export const writableKeyMount: Rule = {
  code: 'writable-key-mount',
  severity: 'information',
  summary: 'A key or certificate is mounted read-write',
  shortState: undefined,
  about: 'mount',
  isAboutAbsence: false,
  fixAll: 'safe',
  fix: 'make-mount-read-only',
  check: ({ deployment }) => {
    const mounts = new Map<Mount, RequirementState>();
    for (const state of statesOf(deployment)) {
      const { mount, how } = state;
      if (mount?.type === 'bind' && (how === 'file' || how === 'directory')) mounts.set(mount, state);
    }
    // Mender's text for the oldest layout mounts everything read-write: who follows it to the letter isn't told off.
    const asDocumented =
      deployment.layout.documentedMode === 'read-write' &&
      [...mounts.keys()].every((mount) => !mount.readOnly && mount.modeSpan === undefined);
    if (asDocumented) return [];
    return [...mounts].flatMap(([mount, { service, target }]) =>
      mount.readOnly
        ? []
        : {
            message: `${target} is mounted read-write in ${service.name}: mount it read-only.`,
            span: mount.span,
            service: service.name,
            target,
            related: [],
            data: { kind: 'writable', service, mount },
          },
    );
  },
};
