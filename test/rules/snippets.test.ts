/** The entries of the document that this project implements, and each of their lines taken away in turn. */
import { describe, expect, it } from 'vitest';
import { check } from './marked';

const snippets: Readonly<Record<string, string>> = {
  'mender-api-gateway': `
    mender-api-gateway:
        volumes:
            - ./ssl/mender-api-gateway/cert.pem:/var/www/mendersoftware/cert/cert.pem
            - ./ssl/mender-api-gateway/key.pem:/var/www/mendersoftware/cert/key.pem
`,
  'storage-proxy': `
    storage-proxy:
        volumes:
            - ./ssl/storage-proxy/s3.docker.mender.io.crt:/var/www/storage-proxy/cert/cert.crt
            - ./ssl/storage-proxy/s3.docker.mender.io.key:/var/www/storage-proxy/cert/key.pem
`,
  'mender-deployments': `
    mender-deployments:
        volumes:
            - ./ssl/storage-proxy/s3.docker.mender.io.crt:/etc/ssl/certs/s3.docker.mender.io.crt
        environment:
            - STORAGE_BACKEND_CERT=/etc/ssl/certs/s3.docker.mender.io.crt
`,
  'mender-useradm': `
    mender-useradm:
        volumes:
            - ./keys/useradm-private.pem:/etc/useradm/rsa/private.pem
`,
  'mender-device-auth': `
    mender-device-auth:
        volumes:
            - ./keys/deviceauth-private.pem:/etc/deviceauth/rsa/private.pem
`,
};

/** A part of the line to take away, and the finding that names it, with the text that it is told at. */
const removals: readonly [service: string, line: string, code: string, at: string][] = [
  ['mender-api-gateway', 'cert/cert.pem', 'missing-certificate-mount', 'mender-api-gateway'],
  ['mender-api-gateway', 'cert/key.pem', 'missing-private-key-mount', 'mender-api-gateway'],
  ['storage-proxy', 'cert/cert.crt', 'missing-certificate-mount', 'storage-proxy'],
  ['storage-proxy', 'cert/key.pem', 'missing-private-key-mount', 'storage-proxy'],
  [
    'mender-deployments',
    'crt:/etc/ssl',
    'storage-backend-cert-not-mounted',
    '/etc/ssl/certs/s3.docker.mender.io.crt',
  ],
  ['mender-deployments', '- STORAGE_BACKEND_CERT', 'missing-storage-backend-cert', 'environment'],
  ['mender-deployments', 'environment:', 'missing-storage-backend-cert', 'mender-deployments'],
  ['mender-useradm', 'private.pem', 'missing-token-key-mount', 'mender-useradm'],
  ['mender-device-auth', 'private.pem', 'missing-token-key-mount', 'mender-device-auth'],
];

function textAt(
  text: string,
  range: { start: { line: number; character: number }; end: { character: number } },
): string {
  return (text.split('\n')[range.start.line] ?? '').slice(range.start.character, range.end.character);
}

describe.each(['version: "2"\nservices:', 'services:'])('after %j', (head) => {
  const whole = Object.values(snippets).join('');

  it.each([...Object.entries(snippets), ['all five', whole]])(
    '%s gives no finding',
    async (_name, snippet) => {
      expect((await check(head + snippet)).findings).toEqual([]);
    },
  );

  it.each(removals)('%s without %s gives %s alone', async (service, line, code, at) => {
    for (const snippet of [snippets[service] ?? '', whole]) {
      const kept = snippet.split('\n');
      const from = kept.findIndex((candidate) => candidate.trim() === `${service}:`);
      const index = kept.findIndex((candidate, at) => at > from && candidate.includes(line));
      expect(index).toBeGreaterThan(0);
      kept.splice(index, 1);
      const text = head + kept.join('\n');
      const { findings } = await check(text);
      expect(findings.map((finding) => [finding.code, textAt(text, finding.range)])).toEqual([[code, at]]);
    }
  });

  it.each(Object.keys(snippets))(
    '%s without its `volumes:` line is no compose file, and said so once',
    async (service) => {
      const text = head + (snippets[service] ?? '').replace(/ +volumes:\n/, '');
      const { findings } = await check(text);
      expect(findings.map(({ code }) => code)).toEqual(['invalid-compose']);
    },
  );

  it.each(Object.keys(snippets))(
    '%s without its name is no compose file, and said so once',
    async (service) => {
      const text = head + (snippets[service] ?? '').replace(`    ${service}:\n`, '');
      const { findings } = await check(text);
      expect(findings.map(({ code }) => code)).toEqual(['invalid-compose']);
    },
  );
});
