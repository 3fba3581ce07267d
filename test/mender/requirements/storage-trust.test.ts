/** Which certificate of artifact storage the deployments service must trust, and the names of the endpoints. */
import { describe, expect, it } from 'vitest';
import { usedNames } from '../../../server/src/mender/hosts/hosts-of-service';
import { storageCertificates, storageTrust } from '../../../server/src/mender/requirements/storage-trust';
import { deploymentFrom } from '../stack-of';

const PATH = '/etc/ssl/certs/docker.mender.io.crt';

interface Case {
  readonly uri?: string;
  readonly cert?: string;
  readonly mounted?: boolean;
  readonly more?: string;
  /** Of the gateway. */
  readonly alias?: string;
}

function compose({ uri, cert, mounted, more = '', alias = 's3.example.com' }: Case): string {
  const variables = [
    ...(uri === undefined ? [] : [`      DEPLOYMENTS_AWS_URI: ${uri}`]),
    ...(cert === undefined ? [] : [`      STORAGE_BACKEND_CERT: ${cert}`]),
  ];
  return [
    'services:',
    '  mender-api-gateway:',
    `    networks: { mender: { aliases: [${alias}] } }`,
    '    volumes: ["./cert/cert.crt:/etc/traefik/certs/cert.crt", "./cert/private.key:/etc/traefik/certs/private.key"]',
    '  mender-deployments:',
    '    image: mendersoftware/deployments:latest',
    ...(variables.length > 0 ? ['    environment:', ...variables] : []),
    ...(mounted ? [`    volumes: ["./cert/cert.crt:${PATH}"]`] : []),
    more,
  ].join('\n');
}

async function trust(release: string, given: Case): Promise<string> {
  const deployment = await deploymentFrom(compose(given), release);
  const state = deployment.services
    .flatMap(({ states }) => states)
    .find(({ requirement }) => requirement.kind === 'trusted-certificate');
  return state ? storageTrust(state, deployment).state : 'none';
}

describe('the certificate to trust', () => {
  const minio = '  minio:\n    image: minio/minio\n';
  const own = 'https://s3.example.com';
  it.each<[string, Case, string]>([
    ['3.1', { uri: own, cert: PATH, mounted: true }, 'met'],
    ['3.1', { uri: own, cert: PATH }, 'variable-wrong'],
    ['3.1', { uri: own, mounted: true }, 'variable-missing'],
    ['3.1', { uri: own }, 'nothing-mounted'],
    ['3.1', { more: minio }, 'nothing-mounted'],
    ['3.1', { uri: 'https://elsewhere.example.com', more: minio }, 'not-needed'],
    ['3.1', {}, 'not-needed'],
    ['3.1', { uri: 'https://s3.eu-west-1.amazonaws.com', cert: PATH }, 'not-needed'],
    // A name that only begins like Amazon's.
    [
      '3.1',
      { uri: 'https://s3.amazonaws.com.example.org', alias: 's3.amazonaws.com.example.org' },
      'nothing-mounted',
    ],
    ['3.1', { uri: '$' + '{WHERE}', cert: PATH }, 'unknown'],
    ['3.3', { uri: 'http://minio:9000', cert: PATH, more: minio }, 'not-needed'],
    ['3.3', { uri: own, more: minio }, 'nothing-mounted'],
    ['3.3', { more: minio }, 'not-needed'],
    ['3.4', { uri: own, cert: PATH }, 'variable-wrong'],
    ['3.5', { uri: own, cert: PATH }, 'not-needed'],
    ['3.7', { uri: own, more: minio }, 'not-needed'],
    ['4.0', { uri: own, cert: PATH }, 'none'],
  ])('%s %j: %s', async (release, given, state) => {
    expect(await trust(release, given)).toBe(state);
  });

  it('is that of the gateway, and of a storage proxy where there is one', async () => {
    const proxy =
      '  storage-proxy:\n    volumes: ["./s3.crt:/var/www/storage-proxy/cert/cert.crt", "./s3.key:/var/www/storage-proxy/cert/private.key"]\n';
    const served = async (more: string) =>
      storageCertificates(await deploymentFrom(compose({ more }), '3.1')).map(({ hostFile }) => hostFile);
    expect(await served('')).toEqual(['/project/cert/cert.crt']);
    expect(await served(proxy)).toEqual(['/project/s3.crt']);
  });
});

describe('the names of the gateway', () => {
  const text = (name: string, deployments: string) =>
    `services:\n  ${name}:\n    networks: { mender: { aliases: [mender.example.com, set-my-alias-here.com] } }\n    environment:\n      ALLOWED_HOSTS: allowed.example.com\n      STORAGE_URL: store.example.com\n      MENDER_HOSTNAME: own.example.com\n  ${deployments}:\n    environment:\n      DEPLOYMENTS_AWS_URI: http://minio:9000\n      DEPLOYMENTS_AWS_EXTERNAL_URI: https://s3.example.com:9000\n      DEPLOYMENTS_PRESIGN_URL_HOSTNAME: signed.example.com\n  mender-x:\n    image: x\n`;
  it('hold one that only begins like a name of Amazon, and none of Amazon', async () => {
    const told = async (external: string) => {
      const more = `    environment:
      DEPLOYMENTS_AWS_EXTERNAL_URI: https://${external}
`;
      const deployment = await deploymentFrom(compose({ more }), '3.3');
      const gateway = deployment.services.find(({ role }) => role.id === 'api-gateway');
      return gateway && usedNames(gateway, deployment).told;
    };
    expect(await told('s3.amazonaws.com.example.org')).toContain('s3.amazonaws.com.example.org');
    expect(await told('s3.eu-west-1.amazonaws.com')).not.toContain('s3.eu-west-1.amazonaws.com');
  });

  it.each([
    ['1.7', ['mender.example.com', 'allowed.example.com']],
    ['3.0', ['mender.example.com', 'store.example.com']],
    ['3.3', ['mender.example.com', 'store.example.com', 's3.example.com']],
    [
      '4.0',
      [
        'mender.example.com',
        'set-my-alias-here.com',
        'own.example.com',
        's3.own.example.com',
        's3.example.com',
        'signed.example.com',
      ],
    ],
  ])('%s', async (release, names) => {
    const deployment = await deploymentFrom(text('mender-api-gateway', 'mender-deployments'), release);
    const gateway = deployment.services.find(({ role }) => role.id === 'api-gateway');
    expect(gateway && usedNames(gateway, deployment).told).toEqual(names);
  });
});
