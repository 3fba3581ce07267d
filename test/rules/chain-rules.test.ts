/** Chains that clients refuse, and what the deployments service trusts storage by: told where it is sure, and nowhere else. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { encodePem } from '../../server/src/pki/pem/encode';
import { buildCertificate, type CertificateWishes } from '../pki/agreement/build-certificate';
import { memoryHost } from '../platform/memory-host';

const NOW = Date.UTC(2026, 0, 15);
const DAY = 86_400_000;
const CLIENT = '1.3.6.1.5.5.7.3.2';
const CODES = [
  'certificate-wrong-usage',
  'certificate-chain-refused',
  'certificate-expired',
  'storage-certificate-differs',
];
const ec = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const [rootKey, innerKey, leafKey, otherKey] = [ec(), ec(), ec(), ec()];
let serial = 1;

type Fault = Partial<CertificateWishes>;

function certificate(
  subject: string,
  key: KeyObject,
  issuer: string,
  signer: KeyObject,
  fault: Fault,
): string {
  const der = buildCertificate({
    subject,
    key,
    issuer: { subject: issuer, key: signer },
    signer,
    digest: 'sha256',
    serial: serial++,
    notBefore: NOW - DAY,
    notAfter: NOW + 90 * DAY,
    ...fault,
  });
  return encodePem('CERTIFICATE', der).toString();
}

const CA = { ca: true, keyUsage: 0x06 };
const rootOf = (fault: Fault = {}, key = rootKey) =>
  certificate('Root', key, 'Root', key, { ...CA, ...fault });
const innerOf = (fault: Fault = {}) => certificate('Inner', innerKey, 'Root', rootKey, { ...CA, ...fault });
const leafOf = (fault: Fault = {}, issuer = 'Inner', signer = innerKey) =>
  certificate('leaf', leafKey, issuer, signer, {
    names: ['DNS:mender.example.com', 'DNS:s3.example.com'],
    serverAuth: true,
    ca: false,
    ...fault,
  });
const selfSigned = (fault: Fault) => leafOf({ ca: undefined, ...fault }, 'leaf', leafKey);
const critical = { extensions: [{ oid: '1.2.3.4', critical: true, content: Buffer.of(5, 0) }] };
const elsewhere = { nameConstraints: { permitted: ['DNS:example.org'], excluded: [], critical: true } };

const GATEWAY = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
    networks:
      mender:
        aliases: [mender.example.com]
    volumes:
      - ./gateway.crt:/var/www/mendersoftware/cert/cert.pem:ro
      - ./gateway.key:/var/www/mendersoftware/cert/key.pem:ro
`;
const STORAGE = `services:
  storage-proxy:
    image: mendersoftware/storage-proxy:latest
    networks:
      mender:
        aliases: [s3.example.com]
    volumes:
      - ./gateway.crt:/var/www/storage-proxy/cert/cert.crt:ro
      - ./gateway.key:/var/www/storage-proxy/cert/key.pem:ro
  mender-deployments:
    image: mendersoftware/deployments:latest
    environment:
      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage.crt
      DEPLOYMENTS_AWS_URI: https://s3.example.com
    volumes:
      - ./trusted.crt:/etc/ssl/certs/storage.crt:ro
`;

async function found(text: string, served: readonly string[], trusted: readonly string[] = []) {
  const host = memoryHost({
    files: {
      '/project/docker-compose.yml': text,
      '/project/gateway.crt': served.join(''),
      '/project/gateway.key': leafKey.export({ type: 'sec1', format: 'pem' }).toString(),
      '/project/trusted.crt': trusted.join(''),
    },
  });
  host.setNow(NOW);
  const answer = await createLanguageService(host).check('/project/docker-compose.yml');
  if (!answer || 'problem' in answer) throw new Error('not checked');
  return answer.findings.filter(({ code }) => CODES.includes(code));
}

describe('a gateway', () => {
  it.each<readonly [string, readonly string[], string, string]>([
    [
      'for clients',
      [selfSigned({ serverAuth: false, usages: [CLIENT] })],
      'wrong-usage',
      'does not include TLS servers',
    ],
    [
      'for any use alone',
      [selfSigned({ serverAuth: false, usages: ['2.5.29.37.0'] })],
      'wrong-usage',
      'does not include TLS servers',
    ],
    [
      'for certificates',
      [selfSigned({ keyUsage: 0x04 })],
      'wrong-usage',
      'key usage does not allow TLS servers',
    ],
    ['a critical extension', [selfSigned(critical)], 'wrong-usage', '(1.2.3.4)'],
    [
      'issuer no authority',
      [leafOf(), innerOf({ ca: false, keyUsage: undefined })],
      'chain-refused',
      'CA:TRUE is missing',
    ],
    [
      'issuer may not sign',
      [leafOf(), innerOf({ keyUsage: 0x02 })],
      'chain-refused',
      'may not be used to sign',
    ],
    [
      'issuer for clients',
      [leafOf(), innerOf({ usages: [CLIENT] })],
      'chain-refused',
      'of "Inner" does not include',
    ],
    ['constraints', [leafOf(), innerOf(elsewhere)], 'chain-refused', 'do not allow mender.example.com'],
    ['path length', [leafOf(), innerOf(), rootOf({ pathLength: 0 })], 'chain-refused', 'path length 0'],
    ['a critical extension above', [leafOf(), innerOf(critical)], 'chain-refused', '(1.2.3.4)'],
  ])('%s', async (_, served, code, reason) => {
    const findings = await found(GATEWAY, served);
    expect(findings.map((each) => each.code)).toEqual([`certificate-${code}`]);
    expect(findings[0]?.severity).toBe('error');
    expect(findings[0]?.message).toContain(reason);
  });

  it('with what clients accept is left alone, and dates are told once', async () => {
    expect(await found(GATEWAY, [leafOf(), innerOf()])).toEqual([]);
    expect(await found(GATEWAY, [leafOf(), innerOf(), rootOf()])).toEqual([]);
    expect(await found(GATEWAY, [selfSigned({ keyUsage: 0x84, ca: true })])).toEqual([]);
    expect(await found(GATEWAY, [selfSigned({ serverAuth: false, usages: undefined })])).toEqual([]);
    // A client may have another certificate of that authority.
    expect(await found(GATEWAY, [leafOf({}, 'Root', rootKey), rootOf({}, otherKey)])).toEqual([]);
    const namesake = rootOf({ ca: false, keyUsage: undefined, keyIds: false }, otherKey);
    expect(await found(GATEWAY, [leafOf({ keyIds: false }, 'Root', rootKey), namesake])).toEqual([]);
    // Only Go minds constraints of directory names, and no device is written in it.
    const directory = { nameConstraints: { permitted: ['DIR:'], excluded: [], critical: true } };
    expect(await found(GATEWAY, [leafOf({ subject: '' }), innerOf(directory)])).toEqual([]);
    const expired = await found(GATEWAY, [leafOf(), innerOf({ notAfter: NOW - 1000 })]);
    expect(expired.map(({ code }) => code)).toEqual(['certificate-expired']);
  });
});

describe('the deployments service, as Go judges', () => {
  const chain = [leafOf(), innerOf()];
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['the root', chain, [rootOf()]],
    ['an intermediate', chain, [innerOf()]],
    ['the leaf', [leafOf(), innerOf()], []],
    ['a root without its key usage', chain, [rootOf({ keyUsage: undefined })]],
    ['one of several', chain, [rootOf({}, otherKey), selfSigned({}), rootOf()]],
  ])('trusts storage by %s', async (_, served, trusted) => {
    expect(await found(STORAGE, served, trusted.length > 0 ? trusted : served.slice(0, 1))).toEqual([]);
  });

  it.each<readonly [string, readonly string[], readonly string[], string]>([
    ['another root of that name', chain, [rootOf({}, otherKey)], 'its issuer'],
    [
      'a root that is no authority',
      chain,
      [rootOf({ ca: false, keyUsage: undefined })],
      'CA:TRUE is missing',
    ],
    ['a root that may not sign', chain, [rootOf({ keyUsage: 0x02 })], 'may not be used to sign'],
    ['a root with a path length', chain, [rootOf({ pathLength: 0 })], 'path length 0'],
    ['a root with constraints', chain, [rootOf(elsewhere)], 'do not allow'],
    ['a root for clients', chain, [rootOf({ usages: [CLIENT] })], 'does not include TLS servers'],
    ['a root with a critical extension', chain, [rootOf(critical)], '(1.2.3.4)'],
    [
      'the root alone, an intermediate missing',
      [leafOf()],
      [rootOf()],
      'neither that certificate nor its issuer',
    ],
  ])('does not by %s', async (_, served, trusted, reason) => {
    const findings = await found(STORAGE, served, trusted);
    expect(findings.map(({ code }) => code)).toEqual([
      'storage-certificate-differs',
      'storage-certificate-differs',
    ]);
    expect(findings[0]?.message).toContain(reason);
  });

  it('minds critical constraints of directory names', async () => {
    const directory = { nameConstraints: { permitted: ['DIR:'], excluded: [], critical: true } };
    const served = [leafOf({ subject: '' }), innerOf(directory)];
    const [finding] = await found(STORAGE, served, [rootOf()]);
    expect(finding?.message).toContain('The deployments service refuses it');
  });
});
