import { storageTrust, trustMount } from '../mender/requirements/storage-trust';
import type { Rule } from './support/rule';
import { trustStates } from './support/trust';

export const storageBackendCertNotMounted: Rule = {
  code: 'storage-backend-cert-not-mounted',
  severity: 'error',
  summary: 'STORAGE_BACKEND_CERT names a path that nothing is mounted at',
  shortState: 'not where STORAGE_BACKEND_CERT says',
  about: 'variable',
  isAboutAbsence: true,
  fixAll: 'safe',
  fix: 'trust-storage',
  check: ({ deployment }) =>
    trustStates(deployment).flatMap((state) => {
      const { service, variable, requirement } = state;
      if (!variable || storageTrust(state, deployment).state !== 'variable-wrong') return [];
      const mount = trustMount(state, deployment);
      return {
        message: mount
          ? `${requirement.pathVariable} of ${service.name} names ${state.target}, but the certificate is mounted at ${mount.target}.`
          : `${requirement.pathVariable} of ${service.name} names ${state.target}, but nothing is mounted there.`,
        span: variable.valueSpan,
        service: service.name,
        target: state.target,
        related: mount ? [{ message: 'The certificate is mounted here.', span: mount.targetText.span }] : [],
        data: { kind: 'storage-variable-wrong', state, variable },
      };
    }),
};
