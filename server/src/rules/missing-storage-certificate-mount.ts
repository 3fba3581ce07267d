import { placeOf } from '../mender/requirements/edit-location';
import { storageTrust } from '../mender/requirements/storage-trust';
import { alsoDeclared } from './support/missing-mounts';
import type { Rule } from './support/rule';
import { trustStates } from './support/storage-trust';
import { titleOf, withoutIt } from './support/words';

export const missingStorageCertificateMount: Rule = {
  code: 'missing-storage-certificate-mount',
  severity: 'error',
  summary: 'The storage certificate that the deployments service needs is not mounted',
  shortState: 'missing',
  about: 'certificate',
  isAboutAbsence: true,
  fixAll: 'safe',
  fix: 'trust-storage',
  task: 'generate',
  check: ({ deployment }) =>
    trustStates(deployment).flatMap((state) => {
      const span = placeOf(state.service, deployment);
      if (!span || storageTrust(state, deployment).state !== 'nothing-mounted') return [];
      return {
        message: `${titleOf(state)} not mounted at ${state.target}. ${withoutIt(state)} Mount it, and set ${state.requirement.pathVariable} to that path.`,
        span,
        service: state.service.name,
        target: state.target,
        related: alsoDeclared(state.service, span),
        data: { kind: 'missing', state, misplaced: undefined },
      };
    }),
};
