import { storageTrust, trustMount } from '../mender/requirements/storage-trust';
import type { Rule } from './support/rule';
import { trustStates } from './support/storage-trust';

export const storageBackendCertNotMounted: Rule = {
  code: 'storage-backend-cert-not-mounted',
  severity: 'error',
  summary: 'STORAGE_BACKEND_CERT names a path where nothing is mounted',
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
          ? `${requirement.pathVariable} of ${service.name} names a path where nothing is mounted: ${state.target}. Set it to ${mount.target}, where the certificate is mounted.`
          : `${requirement.pathVariable} of ${service.name} names a path where nothing is mounted: ${state.target}. Mount the storage certificate there.`,
        span: variable.valueSpan,
        service: service.name,
        target: state.target,
        related: mount ? [{ message: 'The certificate is mounted here.', span: mount.targetText.span }] : [],
        data: { kind: 'storage-variable-wrong', state, variable },
      };
    }),
};
