/** The pieces that layouts are put together from: a TLS pair, a token key, a certificate to trust. */
import type {
  HostNames,
  Need,
  PrivateKeyFormat,
  Requirement,
  RoleId,
  Rotation,
  TokenKeyFormat,
} from '../model/layout';

/** What nginx and Traefik load; Mender's keygen writes EC keys in PKCS#8. */
const TLS_FORMATS: readonly PrivateKeyFormat[] = ['pkcs1-rsa', 'pkcs8-rsa', 'sec1-ec', 'pkcs8-ec'];

/** The placeholder of Mender's production templates for a host name that nobody else can know. */
export const ALIAS_PLACEHOLDER = 'set-my-alias-here.com';

const nothing = {
  alternatives: [],
  pathVariable: undefined,
  enterprise: undefined,
  fallbackVariable: undefined,
  rotation: undefined,
  besides: undefined,
  serves: [],
  hostNames: undefined,
  keyFormats: undefined,
  pairsWith: undefined,
} as const;

export interface PairOptions {
  readonly role: RoleId;
  /** Beginning of the ids: `api-gateway` gives `api-gateway-certificate`. */
  readonly name: string;
  /** Container paths. */
  readonly certificate: string;
  readonly key: string;
  /** Host paths in Mender's own text. */
  readonly certificateSource: string;
  readonly keySource: string;
  readonly serves: Requirement['serves'];
  readonly hostNames: HostNames;
  readonly need: Need;
  readonly consequence: string;
  readonly sources: readonly string[];
}

/** Certificate and private key of a TLS endpoint. */
export function tlsPair(options: PairOptions): readonly Requirement[] {
  const { role, name, serves, hostNames, need, consequence, sources } = options;
  const forStorage = serves.length === 1 && serves[0] === 'storage' && role === 'api-gateway';
  const suffix = forStorage ? ' for artifact storage' : '';
  const shared = { ...nothing, role, serves, hostNames, need, consequence, sources };
  return [
    {
      ...shared,
      id: `${name}-certificate`,
      kind: 'certificate',
      target: options.certificate,
      imageDefault: options.certificate,
      pairsWith: `${name}-private-key`,
      documentedSource: options.certificateSource,
      title: `TLS certificate${suffix}`,
    },
    {
      ...shared,
      id: `${name}-private-key`,
      kind: 'private-key',
      target: options.key,
      imageDefault: options.key,
      keyFormats: TLS_FORMATS,
      pairsWith: `${name}-certificate`,
      documentedSource: options.keySource,
      title: `TLS private key${suffix}`,
    },
  ];
}

export interface TokenKeyOptions {
  readonly role: 'useradm' | 'deviceauth';
  readonly target: string;
  readonly imageDefault?: string;
  readonly alternatives?: readonly string[];
  readonly enterprise?: Requirement['enterprise'];
  readonly fallback?: boolean;
  readonly rotation?: Rotation;
  readonly besides?: RegExp;
  readonly formats: readonly TokenKeyFormat[];
  readonly documentedSource: string;
  readonly sources: readonly string[];
}

const TOKENS = {
  useradm: { variable: 'USERADM_SERVER', whose: 'user' },
  deviceauth: { variable: 'DEVICEAUTH_SERVER', whose: 'device' },
} as const;

/** The private key with which a service signs tokens. */
export function tokenKey(options: TokenKeyOptions): Requirement {
  const { role, target } = options;
  const { variable, whose } = TOKENS[role];
  return {
    ...nothing,
    id: `${role}-token-key`,
    role,
    kind: 'token-key',
    target,
    alternatives: options.alternatives ?? [],
    pathVariable: `${variable}_PRIV_KEY_PATH`,
    imageDefault: options.imageDefault ?? target,
    enterprise: options.enterprise,
    fallbackVariable: options.fallback ? `${variable}_FALLBACK_PRIV_KEY_PATH` : undefined,
    rotation: options.rotation,
    besides: options.besides,
    need: 'always',
    keyFormats: options.formats,
    documentedSource: options.documentedSource,
    title: 'token signing key',
    consequence: `cannot sign ${whose} tokens`,
    sources: options.sources,
  };
}

/**
 * The key that only Mender's Helm chart gives to tenant administration. No compose file mounts one, so none is
 * asked for; a mount there is no mistake.
 */
export const tenantadmKey: Requirement = {
  ...nothing,
  id: 'tenantadm-token-key',
  role: 'tenantadm',
  kind: 'token-key',
  target: '/etc/tenantadm/rsa/private.pem',
  pathVariable: 'TENANTADM_SERVER_PRIV_KEY_PATH',
  imageDefault: '/etc/tenantadm/rsa/private.pem',
  need: 'never',
  documentedSource: './production/keys-generated/keys/tenantadm/private.key',
  title: 'token signing key',
  consequence: '',
  sources: [
    'mendersoftware/mender-helm@2.4.0:mender/templates/tenantadm-deploy.yaml',
    'mendersoftware/integration@2.1.0:docker-compose.enterprise.yml',
  ],
};

export interface TrustOptions {
  readonly target: string;
  readonly alternatives?: readonly string[];
  readonly documentedSource: string;
  readonly need: 'storage-trust' | 'never';
  readonly sources: readonly string[];
}

/** The certificate of artifact storage that the deployments service trusts. */
export function storageTrustFile(options: TrustOptions): Requirement {
  return {
    ...nothing,
    id: 'storage-backend-certificate',
    role: 'deployments',
    kind: 'trusted-certificate',
    target: options.target,
    alternatives: options.alternatives ?? [],
    pathVariable: 'STORAGE_BACKEND_CERT',
    imageDefault: options.target,
    need: options.need,
    documentedSource: options.documentedSource,
    title: 'storage certificate',
    consequence: 'does not trust the storage endpoint, so that uploads and downloads of artifacts fail',
    sources: options.sources,
  };
}
