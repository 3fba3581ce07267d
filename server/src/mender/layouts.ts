/**
 * The layouts. Sources: mendersoftware/mender-docs@18fb903d, "Certificates and keys"; mendersoftware/integration
 * and mendersoftware/mender-server, compose files of the releases named.
 */
import type { ForeignTarget, Layout, Role } from './layout';

export const roles: readonly Role[] = [
  {
    id: 'api-gateway',
    title: 'API gateway',
    names: ['mender-api-gateway'],
    commonNames: ['traefik'],
    marks: ['/var/www/mendersoftware/'],
    images: ['api-gateway'],
  },
  {
    id: 'storage-proxy',
    title: 'storage proxy',
    names: [],
    commonNames: ['storage-proxy'],
    marks: ['/var/www/storage-proxy/'],
    images: [],
  },
  {
    id: 'deployments',
    title: 'deployments service',
    names: ['mender-deployments'],
    commonNames: ['deployments'],
    marks: [],
    images: ['deployments', 'deployments-enterprise'],
  },
  {
    id: 'useradm',
    title: 'user administration service',
    names: ['mender-useradm'],
    commonNames: ['useradm'],
    marks: ['/etc/useradm'],
    images: ['useradm', 'useradm-enterprise'],
  },
  {
    id: 'deviceauth',
    title: 'device authentication service',
    names: ['mender-device-auth', 'mender-deviceauth'],
    commonNames: ['deviceauth'],
    marks: ['/etc/deviceauth'],
    images: ['deviceauth', 'deviceauth-enterprise'],
  },
];

/** The layout of Mender's documentation before release 1.0. */
export const docsBeta: Layout = {
  id: 'docs-beta',
  title: "the layout of Mender's documentation before release 1.0",
  documentedMode: 'read-write',
  tokenKeyFormats: ['pkcs1-rsa'],
  containerUid: undefined,
  requirements: [
    {
      id: 'api-gateway-certificate',
      role: 'api-gateway',
      kind: 'certificate',
      target: '/var/www/mendersoftware/cert/cert.pem',
      pathVariable: undefined,
      pairsWith: 'api-gateway-private-key',
      documentedSource: './ssl/mender-api-gateway/cert.pem',
      title: 'TLS certificate',
    },
    {
      id: 'api-gateway-private-key',
      role: 'api-gateway',
      kind: 'private-key',
      target: '/var/www/mendersoftware/cert/key.pem',
      pathVariable: undefined,
      pairsWith: 'api-gateway-certificate',
      documentedSource: './ssl/mender-api-gateway/key.pem',
      title: 'TLS private key',
    },
    {
      id: 'storage-proxy-certificate',
      role: 'storage-proxy',
      kind: 'certificate',
      target: '/var/www/storage-proxy/cert/cert.crt',
      pathVariable: undefined,
      pairsWith: 'storage-proxy-private-key',
      documentedSource: './ssl/storage-proxy/s3.docker.mender.io.crt',
      title: 'TLS certificate',
    },
    {
      id: 'storage-proxy-private-key',
      role: 'storage-proxy',
      kind: 'private-key',
      target: '/var/www/storage-proxy/cert/key.pem',
      pathVariable: undefined,
      pairsWith: 'storage-proxy-certificate',
      documentedSource: './ssl/storage-proxy/s3.docker.mender.io.key',
      title: 'TLS private key',
    },
    {
      id: 'storage-backend-certificate',
      role: 'deployments',
      kind: 'trusted-certificate',
      target: '/etc/ssl/certs/s3.docker.mender.io.crt',
      pathVariable: 'STORAGE_BACKEND_CERT',
      pairsWith: undefined,
      documentedSource: './ssl/storage-proxy/s3.docker.mender.io.crt',
      title: 'certificate of the storage endpoint',
    },
    {
      id: 'useradm-token-key',
      role: 'useradm',
      kind: 'token-key',
      target: '/etc/useradm/rsa/private.pem',
      pathVariable: 'USERADM_SERVER_PRIV_KEY_PATH',
      pairsWith: undefined,
      documentedSource: './keys/useradm-private.pem',
      title: 'token signing key',
    },
    {
      id: 'deviceauth-token-key',
      role: 'deviceauth',
      kind: 'token-key',
      target: '/etc/deviceauth/rsa/private.pem',
      pathVariable: 'DEVICEAUTH_SERVER_PRIV_KEY_PATH',
      pairsWith: undefined,
      documentedSource: './keys/deviceauth-private.pem',
      title: 'token signing key',
    },
  ],
};

/** Paths of other releases, so that a mount copied from their files is recognised for what it is. */
export const foreignTargets: readonly ForeignTarget[] = [
  ...pair('/var/www/mendersoftware/cert/cert.crt', '/var/www/mendersoftware/cert/private.key', '1.0 to 2.6'),
  ...pair('/certs/cert.crt', '/certs/private.key', '2.7'),
  ...pair('/etc/traefik/certs/cert.crt', '/etc/traefik/certs/private.key', '3.0 to 3.8'),
  ...pair('/etc/traefik/certs/mender.crt', '/etc/traefik/certs/mender.key', '4.0'),
  {
    target: '/var/www/storage-proxy/cert/private.key',
    role: 'storage-proxy',
    kind: 'private-key',
    releases: '1.0 to 2.6',
  },
  { target: '/etc/useradm/private.pem', role: 'useradm', kind: 'token-key', releases: '4.0' },
  {
    target: '/etc/useradm-enterprise/rsa/private.pem',
    role: 'useradm',
    kind: 'token-key',
    releases: '3.2, Enterprise',
  },
  { target: '/etc/deviceauth/private.pem', role: 'deviceauth', kind: 'token-key', releases: '4.0' },
  {
    target: '/etc/deviceauth-enterprise/rsa/private.pem',
    role: 'deviceauth',
    kind: 'token-key',
    releases: '3.2, Enterprise',
  },
];

function pair(certificate: string, key: string, releases: string): ForeignTarget[] {
  return [
    { target: certificate, role: 'api-gateway', kind: 'certificate', releases },
    { target: key, role: 'api-gateway', kind: 'private-key', releases },
  ];
}
