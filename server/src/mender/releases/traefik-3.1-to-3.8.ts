/** Mender 3.1 to 3.8: Traefik with one certificate for API and storage. Each layout is the one before, changed. */
import type { HostNames, HostVariable, Layout, Requirement, TokenKeyFormat } from '../model/layout';
import { storageProxyPair } from './nginx';
import {
  ALIAS_PLACEHOLDER,
  storageTrustFile,
  tenantadmKey,
  tlsPair,
  tokenKey,
} from './requirement-templates';
import { TRAEFIK_CONSEQUENCE, traefik30 } from './traefik-2.7-to-3.0';

const CERTIFICATE = './production/keys-generated/cert/cert.crt';
/** From 3.4 on the images of the token services run as this user. */
const NOBODY = 65534;

const storageUrl: HostVariable = { role: 'api-gateway', name: 'STORAGE_URL', part: 'host' };
const awsUri: HostVariable = { role: 'deployments', name: 'DEPLOYMENTS_AWS_URI', part: 'https-host' };
const externalUri: HostVariable = {
  role: 'deployments',
  name: 'DEPLOYMENTS_AWS_EXTERNAL_URI',
  part: 'https-host',
};

function gatewayPair(variables: readonly HostVariable[], tag: string): readonly Requirement[] {
  const hostNames: HostNames = {
    demo: ['docker.mender.io', 's3.docker.mender.io'],
    aliasesOf: 'api-gateway',
    variables,
    placeholders: [ALIAS_PLACEHOLDER],
  };
  return tlsPair({
    role: 'api-gateway',
    name: 'api-gateway',
    certificate: '/etc/traefik/certs/cert.crt',
    key: '/etc/traefik/certs/private.key',
    certificateSource: CERTIFICATE,
    keySource: './production/keys-generated/cert/private.key',
    serves: ['api', 'storage'],
    hostNames,
    need: 'gateway-tls',
    consequence: TRAEFIK_CONSEQUENCE,
    sources: [
      `mendersoftware/integration@${tag}:config/traefik/traefik.tls.yaml`,
      `mendersoftware/integration@${tag}:docker-compose.demo.yml`,
      `mendersoftware/integration@${tag}:production/config/prod.yml.template`,
    ],
  });
}

function trust(need: 'storage-trust' | 'never', sources: readonly string[]): Requirement {
  return storageTrustFile({
    target: '/etc/ssl/certs/docker.mender.io.crt',
    documentedSource: CERTIFICATE,
    need,
    sources,
  });
}

interface Tokens {
  readonly formats: readonly TokenKeyFormat[];
  /** Whether Enterprise images read a directory of their own, and whether that is certain. */
  readonly enterprise?: 'certain' | 'uncertain';
  /** Whether keys beside the signing one are loaded by their names. */
  readonly rotation?: boolean;
  readonly sources: readonly string[];
}

/** Keys of this name in the directory of the signing key are loaded too; the number is the key's id. */
export const NUMBERED = /^private\.id\.([0-9]*)\.pem$/;

/** Other keys of user administration beside the one that signs. */
export const useradmRotation = {
  fileName: NUMBERED,
  patternVariable: 'USERADM_SERVER_PRIV_KEY_FILENAME_PATTERN',
};

function tokenKeys({ formats, enterprise, rotation, sources }: Tokens): readonly Requirement[] {
  return (['useradm', 'deviceauth'] as const).map((role) => {
    const other = `/etc/${role}-enterprise/rsa/private.pem`;
    return tokenKey({
      role,
      target: `/etc/${role}/rsa/private.pem`,
      alternatives: enterprise ? [other] : [],
      enterprise: enterprise && { imageDefault: other, certain: enterprise === 'certain' },
      fallback: true,
      ...(rotation ? { besides: NUMBERED } : {}),
      ...(rotation && role === 'useradm' ? { rotation: useradmRotation } : {}),
      formats,
      documentedSource: `./production/keys-generated/keys/${role}/private.key`,
      sources,
    });
  });
}

/** A layout with some requirements in the place of those with the same id. */
function changed(layout: Layout, requirements: readonly Requirement[]): readonly Requirement[] {
  return layout.requirements.map((old) => requirements.find(({ id }) => id === old.id) ?? old);
}

export const traefik31: Layout = {
  ...traefik30,
  id: 'traefik-3.1',
  title: 'Mender 3.1',
  releases: { from: '3.1', to: '3.1' },
  recognisedBy: ['a mount at `/etc/traefik/certs/cert.crt` or `private.key`, and no second pair'],
  traefik: ['2.5'],
  requirements: [
    ...gatewayPair([storageUrl, awsUri], '3.1.0'),
    ...storageProxyPair,
    trust('storage-trust', [
      'mendersoftware/integration@3.1.0:docker-compose.demo.yml',
      'mendersoftware/integration@3.1.0:production/config/prod.yml.template',
      'mendersoftware/deployments@4.0.0:entrypoint.sh',
    ]),
    ...tokenKeys({
      formats: ['pkcs1-rsa'],
      sources: [
        'mendersoftware/integration@3.1.0:docker-compose.demo.yml',
        'mendersoftware/useradm@1.16.0:keys/key.go',
        'mendersoftware/deviceauth@3.1.0:keys/key.go',
      ],
    }),
    tenantadmKey,
  ],
  notes: ['The first release whose `keygen` writes subject alternative names.'],
};

export const traefik32: Layout = {
  ...traefik31,
  id: 'traefik-3.2',
  title: 'Mender 3.2',
  releases: { from: '3.2', to: '3.2' },
  requirements: changed(
    traefik31,
    tokenKeys({
      formats: ['pkcs1-rsa'],
      enterprise: 'certain',
      sources: [
        'mendersoftware/integration@3.2.0:docker-compose.demo.yml',
        'mendersoftware/integration@3.2.0:production/config/prod.yml.template',
        'mendersoftware/useradm@1.17.0:keys/key.go',
      ],
    }),
  ),
  notes: [
    'Enterprise images look below `/etc/useradm-enterprise` and `/etc/deviceauth-enterprise` unless the path variable is set. The production files of 3.2 set only the one of device authentication.',
  ],
};

export const traefik33: Layout = {
  ...traefik32,
  id: 'traefik-3.3',
  title: 'Mender 3.3',
  releases: { from: '3.3', to: '3.3' },
  storageByHttps: false,
  requirements: changed(traefik32, [
    ...gatewayPair([storageUrl, externalUri, awsUri], '3.3.0'),
    trust('storage-trust', [
      'mendersoftware/integration@3.3.0:docker-compose.demo.yml',
      'mendersoftware/deployments@4.2.2:entrypoint.sh',
    ]),
  ]),
  notes: [
    'The deployments service reaches Minio by plain HTTP; the certificate that the files mount into it is not needed then.',
  ],
};

export const traefik34: Layout = {
  ...traefik33,
  id: 'traefik-3.4',
  title: 'Mender 3.4',
  releases: { from: '3.4', to: '3.4' },
  traefik: ['2.8'],
  tokenKeyFormats: ['pkcs1-rsa', 'pkcs8-rsa'],
  containerUid: NOBODY,
  accessTokens: true,
  requirements: changed(
    traefik33,
    tokenKeys({
      formats: ['pkcs1-rsa', 'pkcs8-rsa'],
      enterprise: 'certain',
      sources: [
        'mendersoftware/integration@3.4.0:docker-compose.demo.yml',
        'mendersoftware/integration@3.4.0:production/config/enterprise.yml.template',
        'mendersoftware/useradm@1.19.0:keys/key.go',
        'mendersoftware/useradm@1.19.0:Dockerfile',
        'mendersoftware/deviceauth@3.3.0:keys/key.go',
        'mendersoftware/deviceauth@3.3.0:Dockerfile',
      ],
    }),
  ),
  notes: ['The token services run as user 65534, which must be able to read their keys.'],
};

export const traefik35: Layout = {
  ...traefik34,
  id: 'traefik-3.5',
  title: 'Mender 3.5 and 3.6',
  releases: { from: '3.5', to: '3.6' },
  storageBackendCert: 'text',
  requirements: changed(traefik34, [
    trust('never', [
      'mendersoftware/deployments@4.4.0:Dockerfile',
      'mendersoftware/deployments@4.4.0:storage/certs.go',
    ]),
  ]),
  notes: [
    '`STORAGE_BACKEND_CERT` holds the certificate itself as PEM text. The compose files still pass a path, which has no effect.',
  ],
};

export const traefik37: Layout = {
  ...traefik35,
  id: 'traefik-3.7',
  title: 'Mender 3.7',
  releases: { from: '3.7', to: '3.7' },
  traefik: ['2.10'],
  tokenKeyFormats: ['pkcs1-rsa', 'pkcs8-rsa', 'pkcs8-ed25519'],
  requirements: changed(
    traefik35,
    tokenKeys({
      formats: ['pkcs1-rsa', 'pkcs8-rsa', 'pkcs8-ed25519'],
      enterprise: 'certain',
      rotation: true,
      sources: [
        'mendersoftware/integration@3.7.0:docker-compose.demo.yml',
        'mendersoftware/useradm@1.22.0:server.go',
        'mendersoftware/useradm@1.22.0:jwt/jwt.go',
        'mendersoftware/deviceauth@3.6.0:jwt/jwt.go',
      ],
    }),
  ),
  notes: [
    'User administration also loads every `private.id.N.pem` beside its signing key, so that tokens outlive a change of keys.',
  ],
};

export const traefik38: Layout = {
  ...traefik37,
  id: 'traefik-3.8',
  title: 'Mender 3.8',
  releases: { from: '3.8', to: '3.8' },
  imageVariables: ['MENDER_SERVER', 'MENDER_SERVER_ENTERPRISE'].flatMap((images) =>
    ['REGISTRY', 'REPOSITORY', 'TAG'].map((part) => `${images}_${part}`),
  ),
  recognisedBy: [
    'images named by `MENDER_SERVER_REGISTRY`, `MENDER_SERVER_REPOSITORY` or `MENDER_SERVER_TAG`',
    ...traefik31.recognisedBy,
  ],
  traefik: ['3.1'],
  requirements: changed(
    traefik37,
    tokenKeys({
      formats: ['pkcs1-rsa', 'pkcs8-rsa', 'pkcs8-ed25519'],
      // The images come from another, closed build: whether it kept these paths can't be looked up.
      enterprise: 'uncertain',
      rotation: true,
      sources: [
        'mendersoftware/integration@3.8.0:docker-compose.demo.yml',
        'mendersoftware/integration@3.8.0:production/config/enterprise.yml.template',
      ],
    }),
  ),
  notes: ['The images are built from `mender-server`.'],
};
