/** Mender 2.7 and 3.0: Traefik, with one certificate for the API and another one for artifact storage. */
import type { HostNames, Layout } from '../model/layout';
import { nginx10, storageProxyPair } from './nginx';
import { ALIAS_PLACEHOLDER, storageTrustFile, tlsPair } from './requirement-templates';

/** Traefik answers with a certificate of its own making when it has none. */
export const TRAEFIK_CONSEQUENCE = 'answers with a certificate of its own, which no client trusts';

const gatewayNames: HostNames = {
  demo: ['docker.mender.io'],
  aliasesOf: 'api-gateway',
  variables: [],
  placeholders: [ALIAS_PLACEHOLDER],
};

const storageNames: HostNames = {
  demo: ['s3.docker.mender.io'],
  aliasesOf: 'api-gateway',
  variables: [
    { role: 'deployments', name: 'DEPLOYMENTS_AWS_URI', part: 'https-host' },
    { role: 'api-gateway', name: 'STORAGE_URL', part: 'host' },
  ],
  placeholders: [ALIAS_PLACEHOLDER],
};

/** Both pairs in a directory of the gateway's container. */
function pairsIn(directory: string, sources: readonly string[]) {
  return [
    ...tlsPair({
      role: 'api-gateway',
      name: 'api-gateway',
      certificate: `${directory}/cert.crt`,
      key: `${directory}/private.key`,
      certificateSource: './production/keys-generated/certs/api-gateway/cert.crt',
      keySource: './production/keys-generated/certs/api-gateway/private.key',
      serves: ['api'],
      hostNames: gatewayNames,
      need: 'gateway-tls',
      consequence: TRAEFIK_CONSEQUENCE,
      sources,
    }),
    ...tlsPair({
      role: 'api-gateway',
      name: 'storage',
      certificate: `${directory}/s3.docker.mender.io.crt`,
      key: `${directory}/s3.docker.mender.io.key`,
      certificateSource: './production/keys-generated/certs/storage-proxy/cert.crt',
      keySource: './production/keys-generated/certs/storage-proxy/private.key',
      serves: ['storage'],
      hostNames: storageNames,
      need: 'storage-behind-gateway',
      consequence: TRAEFIK_CONSEQUENCE,
      sources,
    }),
    ...storageProxyPair,
  ];
}

const others = nginx10.requirements.filter(({ role }) => role !== 'api-gateway' && role !== 'storage-proxy');

export const traefik27: Layout = {
  ...nginx10,
  id: 'traefik-2.7',
  title: 'Mender 2.7',
  releases: { from: '2.7', to: '2.7' },
  recognisedBy: ['mounts below `/certs`, or at `/config/tls.toml`'],
  gateway: 'traefik',
  traefik: ['2.4'],
  storageServer: 'api-gateway',
  supportTargets: ['/config/tls.toml'],
  requirements: [
    ...pairsIn('/certs', [
      'mendersoftware/integration@2.7.0:tls.toml',
      'mendersoftware/integration@2.7.0:docker-compose.demo.yml',
      'mendersoftware/integration@2.7.0:production/config/prod.yml.template',
    ]),
    ...others.map((requirement) =>
      requirement.kind === 'trusted-certificate'
        ? storageTrustFile({
            target: '/etc/ssl/certs/s3.docker.mender.io.crt',
            documentedSource: './production/keys-generated/certs/storage-proxy/cert.crt',
            need: 'storage-trust',
            sources: [
              'mendersoftware/integration@2.7.0:production/config/prod.yml.template',
              'mendersoftware/deployments@2.3.0:entrypoint.sh',
            ],
          })
        : requirement,
    ),
  ],
  notes: [
    'The container names of the storage pair keep `s3.docker.mender.io`, whatever the real host is: `tls.toml` names them.',
    'The documentation of 2.7 still shows the paths of 2.6, which Traefik does not read.',
  ],
};

export const traefik30: Layout = {
  ...traefik27,
  id: 'traefik-3.0',
  title: 'Mender 3.0',
  releases: { from: '3.0', to: '3.0' },
  recognisedBy: ['a mount at `/etc/traefik/certs/s3.docker.mender.io.crt` or `.key`'],
  supportTargets: ['/etc/traefik/config/traefik.tls.yaml'],
  requirements: [
    ...pairsIn('/etc/traefik/certs', [
      'mendersoftware/integration@3.0.0:config/traefik/traefik.tls.yaml',
      'mendersoftware/integration@3.0.0:docker-compose.demo.yml',
      'mendersoftware/integration@3.0.0:production/config/prod.yml.template',
    ]),
    ...traefik27.requirements.filter(({ role }) => role !== 'api-gateway' && role !== 'storage-proxy'),
  ],
  notes: [
    'The container names of the storage pair keep `s3.docker.mender.io`, whatever the real host is: `traefik.tls.yaml` names them.',
  ],
};
