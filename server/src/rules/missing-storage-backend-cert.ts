import { placeOf } from '../mender/requirements/edit-location';
import { storageTrust } from '../mender/requirements/storage-trust';
import type { Rule } from './support/rule';
import { trustStates } from './support/storage-trust';

export const missingStorageBackendCert: Rule = {
  code: 'missing-storage-backend-cert',
  severity: 'error',
  summary: 'The storage certificate is mounted, but STORAGE_BACKEND_CERT does not name it',
  shortState: 'not named by STORAGE_BACKEND_CERT',
  about: 'variable',
  isAboutAbsence: true,
  fixAll: 'safe',
  fix: 'trust-storage',
  task: 'generate',
  check: ({ deployment }) =>
    trustStates(deployment).flatMap((state) => {
      const trust = storageTrust(state, deployment);
      if (trust.state !== 'variable-missing') return [];
      const { service, requirement } = state;
      const span = state.variable?.nameSpan ?? service.environmentKey ?? placeOf(service, deployment);
      if (!span) return [];
      return {
        message: `${requirement.pathVariable} of ${service.name} does not name the mounted storage certificate: set it to ${trust.mount.target}.`,
        span,
        service: service.name,
        target: trust.mount.target,
        related: [{ message: 'The certificate is mounted here.', span: trust.mount.targetText.span }],
        data: { kind: 'storage-variable-missing', state, mount: trust.mount },
      };
    }),
};
