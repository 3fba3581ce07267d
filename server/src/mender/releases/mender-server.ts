/** Mender 4: the repository `mender-server`, one compose file that includes its storage. */
import type { Layout } from '../model/layout';
import { tenantadmKey, tlsPair, tokenKey } from './requirement-templates';
import { TRAEFIK_CONSEQUENCE } from './traefik-2.7-to-3.0';
import { NUMBERED, traefik38, useradmRotation } from './traefik-3.1-to-3.8';

const FILE = 'mendersoftware/mender-server@v4.0.0:docker-compose.yml';

export const server40: Layout = {
  ...traefik38,
  id: 'server-4.0',
  title: 'Mender 4',
  releases: { from: '4.0', to: '4.1' },
  imageVariables: ['MENDER_IMAGE_REGISTRY', 'MENDER_IMAGE_REPOSITORY', 'MENDER_IMAGE_TAG'],
  serviceNames: ['traefik', 'deployments', 'useradm', 'deviceauth', 'tenantadm'],
  recognisedBy: [
    'images named by `MENDER_IMAGE_REGISTRY`, `MENDER_IMAGE_REPOSITORY` or `MENDER_IMAGE_TAG`',
    'mounts at `/etc/traefik/certs/mender.crt` or `mender.key`, or token keys at `/etc/useradm/private.pem` or `/etc/deviceauth/private.pem`',
    'services named `traefik`, `useradm`, `deviceauth` or `deployments`',
  ],
  traefik: ['3.1', '3.2', '3.3', '3.4', '3.5', '3.6'],
  storageBackendCert: 'unused',
  supportTargets: [],
  containerGid: 65_534,
  requirements: [
    ...tlsPair({
      role: 'api-gateway',
      name: 'api-gateway',
      certificate: '/etc/traefik/certs/mender.crt',
      key: '/etc/traefik/certs/mender.key',
      certificateSource: './compose/certs/mender.crt',
      keySource: './compose/certs/mender.key',
      serves: ['api', 'storage'],
      hostNames: {
        demo: ['docker.mender.io', 's3.docker.mender.io'],
        aliasesOf: 'api-gateway',
        variables: [
          { role: 'any', name: 'MENDER_HOSTNAME', part: 'host-and-s3' },
          { role: 'deployments', name: 'DEPLOYMENTS_AWS_EXTERNAL_URI', part: 'https-host' },
          { role: 'deployments', name: 'DEPLOYMENTS_PRESIGN_URL_HOSTNAME', part: 'host' },
        ],
        placeholders: [],
      },
      need: 'gateway-tls',
      consequence: TRAEFIK_CONSEQUENCE,
      sources: [FILE, 'mendersoftware/mender-server@v4.0.0:compose/config/traefik/tls.yaml'],
    }),
    ...(['useradm', 'deviceauth'] as const).map((role) =>
      tokenKey({
        role,
        target: `/etc/${role}/private.pem`,
        imageDefault: `/etc/${role}/rsa/private.pem`,
        fallback: true,
        besides: NUMBERED,
        ...(role === 'useradm' ? { rotation: useradmRotation } : {}),
        formats: ['pkcs1-rsa', 'pkcs8-rsa', 'pkcs8-ed25519'],
        documentedSource: `./compose/config/${role}.pem`,
        sources: [FILE, `mendersoftware/mender-server@v4.0.0:backend/services/${role}/config/config.go`],
      }),
    ),
    tenantadmKey,
  ],
  notes: [
    'The compose file sets both path variables; without them the images look at `/etc/useradm/rsa/private.pem` and `/etc/deviceauth/rsa/private.pem`.',
    'As published, both token services mount the same key.',
    'The deployments service reaches storage by plain HTTP and trusts no certificate of its own.',
  ],
};
