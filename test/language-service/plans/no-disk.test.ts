// A document that is on no disk: what lies beside it can't be read, so nothing is said that it might refute.
import { describe, expect, it } from 'vitest';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { memoryHost } from '../../platform/memory-host';

const VIRTUAL = 'vscode-vfs://github/example/mender/docker-compose.yml';

async function codesOf(text: string, file = VIRTUAL): Promise<string[]> {
  const service = createLanguageService(memoryHost());
  service.open(file, text, 1);
  const answer = await service.check(file);
  if (answer === undefined || 'problem' in answer) throw new Error('it was not checked');
  return answer.findings.map(({ code, message }) => `${code}: ${message}`);
}

const device = (more: string) => `services:
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.7.0
${more}`;

describe('a document that is on no disk', () => {
  it('misses what no file beside it could bring', async () => {
    const [finding, ...others] = await codesOf(device(''));
    expect(finding).toMatch(/^missing-token-key-mount: Token signing key of mender-device-auth not mounted/);
    expect(others).toEqual([]);
  });

  it.each([
    [
      'a variable of .env',
      device('    volumes:\n      - ${KEYS}/private.pem:/etc/deviceauth/rsa/private.pem:ro\n'),
    ],
    [
      'a service of another file',
      device('    extends:\n      file: base.yml\n      service: mender-device-auth\n'),
    ],
  ])('is not told wrong things about %s', async (_what, text) => {
    expect(await codesOf(text)).toEqual([]);
  });
});
