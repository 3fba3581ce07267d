import { placeOf } from '../mender/requirements/edit-location';
import { storageTrust } from '../mender/requirements/storage-trust';
import { alsoDeclared } from './support/related';
import type { Rule } from './support/rule';
import { trustStates } from './support/trust';

export const missingStorageCertificateMount: Rule = {
  code: 'missing-storage-certificate-mount',
  severity: 'error',
  summary: 'The deployments service has no certificate of the storage endpoint to trust',
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
        message: `${state.service.name} does not trust the storage endpoint: mount its certificate at ${state.target} and name it in ${state.requirement.pathVariable}. Without it, uploads and downloads of artifacts fail.`,
        span,
        service: state.service.name,
        target: state.target,
        related: alsoDeclared(state.service, span),
        data: { kind: 'missing', state, misplaced: undefined },
      };
    }),
};
