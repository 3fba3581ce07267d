/**
 * The rules about certificates: one deployment for each fault, made at run time with a clock that stands still; each
 * code is found exactly where it belongs and nowhere else.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../server/src/language-service/api/index';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { memoryHost } from '../platform/memory-host';
import {
  CERTIFICATE_CODES,
  daysAfter,
  HOST,
  type Made,
  makeCertificates,
  STORAGE_HOST,
} from './made-certificates';

const PROJECT = '/project';
const FILE = `${PROJECT}/docker-compose.yml`;

const GATEWAY_ONLY = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
    networks:
      mender:
        aliases: [${HOST}]
    volumes:
      - ./gateway.crt:/var/www/mendersoftware/cert/cert.pem:ro
      - ./gateway.key:/var/www/mendersoftware/cert/key.pem:ro
`;

const WITH_STORAGE = `${GATEWAY_ONLY}
  storage-proxy:
    image: mendersoftware/storage-proxy:latest
    networks:
      mender:
        aliases: [${STORAGE_HOST}]
    volumes:
      - ./storage.crt:/var/www/storage-proxy/cert/cert.crt:ro
      - ./storage.key:/var/www/storage-proxy/cert/key.pem:ro
  mender-deployments:
    image: mendersoftware/deployments:latest
    environment:
      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage.crt
      DEPLOYMENTS_AWS_URI: https://${STORAGE_HOST}
    volumes:
      - ./trusted.crt:/etc/ssl/certs/storage.crt:ro
`;

let made: Made;
beforeAll(async () => {
  made = await makeCertificates();
}, 60_000);

interface Case {
  /** Of `made`, by the name that the compose file has. */
  readonly files: Readonly<Record<string, string>>;
  readonly text?: string;
  /** Days after the certificates' first. */
  readonly day?: number;
  readonly expiresSoonDays?: number;
  readonly trusted?: boolean;
}

async function check({
  files,
  text = GATEWAY_ONLY,
  day = 1,
  expiresSoonDays,
  trusted = true,
}: Case): Promise<{
  findings: readonly Finding[];
  marks: readonly string[];
}> {
  const contents = Object.entries(files).map(([name, from]) => [
    `${PROJECT}/${name}`,
    made.files[from] ?? from,
  ]);
  const host = memoryHost({ files: { ...Object.fromEntries(contents), [FILE]: text } });
  host.setNow(daysAfter(made, day));
  const service = createLanguageService(host);
  service.configure({
    rules: {},
    trusted,
    folders: [PROJECT],
    ...(expiresSoonDays !== undefined && { expiresSoonDays }),
  });
  const answer = await service.check(FILE);
  if (!answer || 'problem' in answer) throw new Error('not checked');
  const findings = answer.findings.filter(({ code }) => CERTIFICATE_CODES.includes(code));
  return { findings, marks: findings.map((finding) => `${finding.code} ${textAt(text, finding)}`) };
}

function textAt(text: string, { range: { start, end } }: Pick<Finding, 'range'>): string {
  expect(end.line).toBe(start.line);
  return (text.split('\n')[start.line] ?? '').slice(start.character, end.character);
}

const pair = (name: string) => ({ 'gateway.crt': `${name}.crt`, 'gateway.key': `${name}.key` });

describe('a pair that is good', () => {
  it.each(['good', 'good-ec', 'other'])('%s gives no finding', async (name) => {
    expect((await check({ files: pair(name) })).marks).toEqual([]);
  });

  it('gives none with its issuers behind it', async () => {
    const files = { 'gateway.crt': 'chain.crt', 'gateway.key': 'leaf.key' };
    expect((await check({ files })).marks).toEqual([]);
  });

  it('gives none where files are missing or hold something else, which other rules tell', async () => {
    expect((await check({ files: {} })).marks).toEqual([]);
    expect((await check({ files: { ...pair('good'), 'gateway.crt': 'no PEM' } })).marks).toEqual([]);
    expect((await check({ files: { ...pair('good'), 'gateway.crt': 'good.key' } })).marks).toEqual([]);
  });
});

it('in an untrusted workspace no file is looked into, so nothing is said of any', async () => {
  const files = { 'gateway.crt': 'short.crt', 'gateway.key': 'other.key' };
  expect((await check({ files, day: 101 })).marks).toHaveLength(3);
  expect((await check({ files, day: 101, trusted: false })).marks).toEqual([]);
});

describe('certificate-key-mismatch', () => {
  it('is told at both source paths, each related to the other', async () => {
    const { findings, marks } = await check({ files: { ...pair('good'), 'gateway.key': 'other.key' } });
    expect(marks).toEqual([
      'certificate-key-mismatch ./gateway.crt',
      'certificate-key-mismatch ./gateway.key',
    ]);
    expect(findings.map(({ related }) => related.map((each) => textAt(GATEWAY_ONLY, each)))).toEqual([
      ['./gateway.key'],
      ['./gateway.crt'],
    ]);
    expect(findings[0]?.message).toContain(
      'does not belong to its private key: ./gateway.crt and ./gateway.key',
    );
  });

  it('is told where the certificate comes after its issuers', async () => {
    const files = { 'gateway.crt': 'reversed.crt', 'gateway.key': 'leaf.key' };
    const { findings, marks } = await check({ files });
    expect(marks).toEqual([
      'certificate-key-mismatch ./gateway.crt',
      'certificate-key-mismatch ./gateway.key',
    ]);
    for (const { message } of findings) expect(message).toContain("service's own certificate first");
  });
});

describe('the dates of a certificate', () => {
  it.each([
    [-1, ['certificate-not-yet-valid ./gateway.crt']],
    [69, []],
    [71, ['certificate-expires-soon ./gateway.crt']],
    [99, ['certificate-expires-soon ./gateway.crt']],
    [101, ['certificate-expired ./gateway.crt']],
  ])('on day %i of 100: %j', async (day, expected) => {
    expect((await check({ files: pair('short'), day })).marks).toEqual(expected);
  });

  it('count by the setting', async () => {
    const soon = ['certificate-expires-soon ./gateway.crt'];
    expect((await check({ files: pair('short'), day: 50, expiresSoonDays: 60 })).marks).toEqual(soon);
    expect((await check({ files: pair('short'), day: 99, expiresSoonDays: 0 })).marks).toEqual([]);
  });

  it('are told of an intermediate, which is named', async () => {
    const files = { 'gateway.crt': 'chain.crt', 'gateway.key': 'leaf.key' };
    const { findings, marks } = await check({ files, day: 101 });
    expect(marks).toEqual(['certificate-expired ./gateway.crt']);
    expect(findings[0]?.message).toContain('"Test intermediate"');
  });

  it('are told where a certificate is served, not again where it is trusted', async () => {
    const files = { ...pair('good'), 'storage.crt': 'short.crt', 'storage.key': 'short.key' };
    const text = WITH_STORAGE.replace(STORAGE_HOST, HOST).replace(STORAGE_HOST, HOST);
    const { marks } = await check({ files: { ...files, 'trusted.crt': 'short.crt' }, text, day: 101 });
    expect(marks).toEqual(['certificate-expired ./storage.crt']);
  });

  it('are told of a trusted certificate that nothing known serves', async () => {
    const files = { ...pair('good'), 'trusted.crt': 'short.crt' };
    const { marks } = await check({ files, text: WITH_STORAGE, day: 101 });
    expect(marks).toEqual(['certificate-expired ./trusted.crt']);
  });
});

describe('certificate-host-mismatch', () => {
  const mismatch = ['certificate-host-mismatch ./gateway.crt'];

  it('is related to the alias', async () => {
    const { findings, marks } = await check({ files: pair('other-host') });
    expect(marks).toEqual(mismatch);
    expect(findings[0]?.related.map((each) => textAt(GATEWAY_ONLY, each))).toEqual([HOST]);
    expect(findings[0]?.message).toContain('covers other.example.com, 10.0.0.1');
  });

  it('names a placeholder as such', async () => {
    const text = GATEWAY_ONLY.replace(HOST, 'set-my-alias-here.com');
    const { findings, marks } = await check({ files: pair('good'), text });
    expect(marks).toEqual(mismatch);
    expect(findings[0]?.message).toContain("Mender's placeholder");
    expect(findings[0]?.message).toContain('Replace the placeholder with the name that devices use.');
  });

  it("counts the service's own name where the URL of a service that verifies has it", async () => {
    const caller = (skip: string) => `${GATEWAY_ONLY}
  mender-create-artifact-worker:
    image: mendersoftware/create-artifact-worker:latest
    environment:
      CREATE_ARTIFACT_GATEWAY_URL: https://mender-api-gateway${skip}
`;
    const { findings, marks } = await check({ files: pair('good'), text: caller('') });
    expect(marks).toEqual(mismatch);
    expect(findings[0]?.related.map((each) => textAt(caller(''), each))).toEqual([
      'https://mender-api-gateway',
    ]);
    const skips = caller('\n      CREATE_ARTIFACT_SKIPVERIFY: "1"');
    expect((await check({ files: pair('good'), text: skips })).marks).toEqual([]);
  });

  it('counts names without a domain only where a URL has them', async () => {
    const named = GATEWAY_ONLY.replace(`[${HOST}]`, `[${HOST}, gateway]`).replace(
      '    networks:',
      '    container_name: my-gateway\n    networks:',
    );
    expect(named).toContain('my-gateway');
    expect((await check({ files: pair('good'), text: named })).marks).toEqual([]);
    const caller = (host: string) => `${named}
  other:
    image: example/other:1
    environment:
      URL: https://${host}/api
`;
    for (const host of ['gateway', 'my-gateway', 'mender-api-gateway'])
      expect((await check({ files: pair('good'), text: caller(host) })).marks, host).toEqual(mismatch);
    expect((await check({ files: pair('good'), text: caller(HOST) })).marks).toEqual([]);
    expect((await check({ files: pair('good'), text: caller('elsewhere') })).marks).toEqual([]);
  });

  it("leaves a demo's aliases beside a real name alone", async () => {
    const both = GATEWAY_ONLY.replace(`[${HOST}]`, `[${HOST}, docker.mender.io, s3.localhost]`);
    expect((await check({ files: pair('good'), text: both })).marks).toEqual([]);
    const demo = GATEWAY_ONLY.replace(`[${HOST}]`, '[docker.mender.io]');
    expect((await check({ files: pair('good'), text: demo })).marks).toEqual(mismatch);
  });

  it('and its like are not told of a gateway that speaks plain HTTP', async () => {
    // The layout of the documentation knows no such switch.
    const tls = GATEWAY_ONLY.replace(':latest', ':mender-2.6.1')
      .replace('cert/cert.pem', 'cert/cert.crt')
      .replace('cert/key.pem', 'cert/private.key');
    const plain = tls.replace('    networks:', '    environment: { SSL: "false" }\n    networks:');
    expect((await check({ files: pair('other-host'), text: tls })).marks).toEqual(mismatch);
    expect((await check({ files: pair('other-host'), text: plain })).marks).toEqual([]);
    expect((await check({ files: pair('no-san'), text: plain })).marks).toEqual([]);
    expect((await check({ files: pair('short'), text: plain, day: 101 })).marks).toEqual([]);
  });

  it('is not told where no name is known, or storage is elsewhere', async () => {
    const nameless = GATEWAY_ONLY.replace(/ {4}networks:\n.*\n.*\n/, '');
    expect((await check({ files: pair('other-host'), text: nameless })).marks).toEqual([]);
    const elsewhere = WITH_STORAGE.replace(
      `DEPLOYMENTS_AWS_URI: https://${STORAGE_HOST}`,
      'DEPLOYMENTS_AWS_URI: https://s3.elsewhere.example',
    );
    const files = { ...pair('good'), 'storage.crt': 'storage.crt', 'storage.key': 'storage.key' };
    expect(elsewhere).toContain('s3.elsewhere.example');
    expect((await check({ files, text: elsewhere })).marks).toEqual([]);
  });
});

it('certificate-without-san is told once, whatever the common name', async () => {
  const { findings, marks } = await check({ files: pair('no-san') });
  expect(marks).toEqual(['certificate-without-san ./gateway.crt']);
  expect(findings[0]?.message).toContain(HOST);
});

it.each([
  ['sha1', 'SHA-1'],
  ['md5', 'MD5'],
])('weak-signature is told of %s', async (name, digest) => {
  const { findings, marks } = await check({ files: pair(name) });
  expect(marks).toEqual(['weak-signature ./gateway.crt']);
  expect(findings[0]?.message).toContain(digest);
});

describe('storage-certificate-differs', () => {
  const storage = (served: string, trusted: string) => ({
    ...pair('good'),
    'storage.crt': `${served}.crt`,
    'storage.key': `${served}.key`,
    'trusted.crt': `${trusted}.crt`,
  });

  it('is told at both source paths', async () => {
    const { findings, marks } = await check({
      files: storage('storage', 'storage-other'),
      text: WITH_STORAGE,
    });
    expect(marks).toEqual([
      'storage-certificate-differs ./storage.crt',
      'storage-certificate-differs ./trusted.crt',
    ]);
    expect(findings.map(({ related }) => related.map((each) => textAt(WITH_STORAGE, each)))).toEqual([
      ['./trusted.crt'],
      ['./storage.crt'],
    ]);
  });

  it.each([
    ['storage', 'storage', 'the same certificate'],
    ['storage-issued', 'root', 'its issuer'],
    ['storage-issued', 'storage-issued', 'the leaf itself'],
  ])('%s served and %s trusted: nothing, %s', async (served, trusted) => {
    expect((await check({ files: storage(served, trusted), text: WITH_STORAGE })).marks).toEqual([]);
  });

  it('is told of a leaf that another authority issued', async () => {
    const { marks } = await check({ files: storage('storage-issued', 'storage'), text: WITH_STORAGE });
    expect(marks).toHaveLength(2);
  });

  it('is not told where storage is reached by plain http', async () => {
    const text = WITH_STORAGE.replace('AWS_URI: https:', 'AWS_URI: http:');
    expect((await check({ files: storage('storage', 'storage-other'), text })).marks).toEqual([]);
  });
});
