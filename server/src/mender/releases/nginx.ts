/** The layouts whose API gateway is nginx, with a storage proxy in front of Minio. */
import type { HostNames, Layout } from '../model/layout';
import {
  ALIAS_PLACEHOLDER,
  storageTrustFile,
  tenantadmKey,
  tlsPair,
  tokenKey,
} from './requirement-templates';

const PAGE = 'mendersoftware/mender-docs@18fb903d:06.Administration/03.Certificates-and-keys/docs.md';

const gatewayNames: HostNames = {
  demo: ['docker.mender.io'],
  aliasesOf: 'api-gateway',
  variables: [{ role: 'api-gateway', name: 'ALLOWED_HOSTS', part: 'list' }],
  placeholders: ['my-gateway-dns-name', ALIAS_PLACEHOLDER],
};

/** Downloads are signed for this host, so alias, variable and certificate must say the same. */
const storageNames: HostNames = {
  demo: ['s3.docker.mender.io'],
  aliasesOf: 'storage-proxy',
  variables: [
    { role: 'deployments', name: 'DEPLOYMENTS_AWS_EXTERNAL_URI', part: 'https-host' },
    { role: 'deployments', name: 'DEPLOYMENTS_AWS_URI', part: 'https-host' },
  ],
  placeholders: [ALIAS_PLACEHOLDER],
};

const gateway = {
  role: 'api-gateway',
  name: 'api-gateway',
  serves: ['api'],
  hostNames: gatewayNames,
  consequence: 'does not start',
} as const;

const storageProxy = {
  role: 'storage-proxy',
  name: 'storage-proxy',
  serves: ['storage'],
  hostNames: storageNames,
  need: 'storage-proxy-tls',
  consequence: 'does not start',
} as const;

/** What a documentation page of January 2017 said; no tagged release reads these paths of the two proxies. */
export const docsBeta: Layout = {
  id: 'docs-beta',
  title: "the layout of Mender's documentation before release 1.0",
  releases: undefined,
  imageVariables: [],
  serviceNames: [],
  recognisedBy: [
    'mounts at `/var/www/mendersoftware/cert/cert.pem`, `/var/www/mendersoftware/cert/key.pem` or `/var/www/storage-proxy/cert/key.pem`',
    'nothing that tells another one',
  ],
  gateway: 'nginx',
  traefik: [],
  storageServer: 'storage-proxy',
  storageBackendCert: 'path',
  storageByHttps: true,
  // A snippet of the documentation may not show it.
  storageProxyByDefault: true,
  supportTargets: [],
  documentedMode: 'read-write',
  tokenKeyFormats: ['pkcs1-rsa'],
  containerUid: undefined,
  containerGid: 0,
  accessTokens: false,
  requirements: [
    ...tlsPair({
      ...gateway,
      certificate: '/var/www/mendersoftware/cert/cert.pem',
      key: '/var/www/mendersoftware/cert/key.pem',
      certificateSource: './ssl/mender-api-gateway/cert.pem',
      keySource: './ssl/mender-api-gateway/key.pem',
      need: 'always',
      sources: [PAGE, 'mendersoftware/mender-api-gateway-docker@bce603a:entrypoint.sh'],
    }),
    ...tlsPair({
      ...storageProxy,
      certificate: '/var/www/storage-proxy/cert/cert.crt',
      key: '/var/www/storage-proxy/cert/key.pem',
      certificateSource: './ssl/storage-proxy/s3.docker.mender.io.crt',
      keySource: './ssl/storage-proxy/s3.docker.mender.io.key',
      sources: [PAGE],
    }),
    storageTrustFile({
      target: '/etc/ssl/certs/s3.docker.mender.io.crt',
      documentedSource: './ssl/storage-proxy/s3.docker.mender.io.crt',
      need: 'storage-trust',
      sources: [PAGE, 'mendersoftware/deployments@1.0.0:entrypoint.sh'],
    }),
    tokenKey({
      role: 'useradm',
      target: '/etc/useradm/rsa/private.pem',
      formats: ['pkcs1-rsa'],
      documentedSource: './keys/useradm-private.pem',
      sources: [PAGE, 'mendersoftware/useradm@1.0.0:config.go'],
    }),
    tokenKey({
      role: 'deviceauth',
      target: '/etc/deviceauth/rsa/private.pem',
      formats: ['pkcs1-rsa'],
      documentedSource: './keys/deviceauth-private.pem',
      sources: [PAGE, 'mendersoftware/deviceauth@1.0.0:config.go'],
    }),
  ],
  notes: ['The page makes token keys with `openssl genpkey`, in a format that its services do not read.'],
};

const PROXY_CERTIFICATE = './production/keys-generated/certs/storage-proxy/cert.crt';
const SOURCES = [
  'mendersoftware/integration@1.0.0:docker-compose.demo.yml',
  'mendersoftware/integration@1.0.0:template/prod.yml',
  'mendersoftware/integration@2.6.4:production/config/prod.yml.template',
];

/** The storage proxy of these releases; later ones offer it as an extra. */
export const storageProxyPair = tlsPair({
  ...storageProxy,
  certificate: '/var/www/storage-proxy/cert/cert.crt',
  key: '/var/www/storage-proxy/cert/private.key',
  certificateSource: PROXY_CERTIFICATE,
  keySource: './production/keys-generated/certs/storage-proxy/private.key',
  sources: [...SOURCES, 'mendersoftware/integration@1.0.0:storage-proxy/nginx.conf'],
});

export const nginx10: Layout = {
  ...docsBeta,
  id: 'nginx-1.0',
  title: 'Mender 1.0 to 2.6',
  releases: { from: '1.0', to: '2.6' },
  storageProxyByDefault: false,
  recognisedBy: [
    'mounts at other paths below `/var/www/mendersoftware/cert`, or at `/var/www/storage-proxy/cert/private.key`',
  ],
  documentedMode: 'read-only',
  requirements: [
    ...tlsPair({
      ...gateway,
      certificate: '/var/www/mendersoftware/cert/cert.crt',
      key: '/var/www/mendersoftware/cert/private.key',
      certificateSource: './production/keys-generated/certs/api-gateway/cert.crt',
      keySource: './production/keys-generated/certs/api-gateway/private.key',
      need: 'gateway-tls',
      sources: [...SOURCES, 'mendersoftware/mender-api-gateway-docker@2.4.0:entrypoint.sh'],
    }),
    ...storageProxyPair,
    storageTrustFile({
      target: '/etc/ssl/certs/s3.docker.mender.io.crt',
      alternatives: ['/etc/ssl/certs/storage-proxy.crt', '/etc/ssl/certs/storage-proxy.pem'],
      documentedSource: PROXY_CERTIFICATE,
      need: 'storage-trust',
      sources: [...SOURCES, 'mendersoftware/deployments@2.2.2:entrypoint.sh'],
    }),
    tokenKey({
      role: 'useradm',
      target: '/etc/useradm/rsa/private.pem',
      formats: ['pkcs1-rsa'],
      documentedSource: './production/keys-generated/keys/useradm/private.key',
      sources: [...SOURCES, 'mendersoftware/useradm@1.13.1:keys/key.go'],
    }),
    tokenKey({
      role: 'deviceauth',
      target: '/etc/deviceauth/rsa/private.pem',
      formats: ['pkcs1-rsa'],
      documentedSource: './production/keys-generated/keys/deviceauth/private.key',
      sources: [...SOURCES, 'mendersoftware/deviceauth@2.5.0:keys/key.go'],
    }),
    tenantadmKey,
  ],
  notes: [
    'Until 2.1 the production files keep keys in `template/keys-generated`, from 2.2 on in `production/keys-generated`.',
    'The gateway speaks plain HTTP when `SSL` is `false` (images from 2.1 on).',
  ],
};
