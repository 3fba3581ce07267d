/** What a fix makes of a file that can't serve: carried out, the finding is gone, and what was there is as it was. */

import { beforeAll, describe, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import type { MemoryHost } from '../platform/memory-host';
import { keyFiles } from '../rules/key-files';
import { check, edited, FILE } from '../rules/marked';
import { yaml } from '../yaml';

let prepare: (host: MemoryHost) => void;
beforeAll(async () => {
  prepare = await keyFiles();
});

const useradm = (source: string) =>
  yaml`
    services:
      mender-useradm:
        image: mendersoftware/useradm:mender-1.0.0
        volumes:
          - ${source}:/etc/useradm/rsa/private.pem:ro
  `;
const gateway = (certificate: string, key: string) =>
  yaml`
    services:
      mender-api-gateway:
        image: mendersoftware/api-gateway:latest
        networks:
          mender:
            aliases: [mender.example.com]
        volumes:
          - ${certificate}:/var/www/mendersoftware/cert/cert.pem:ro
          - ${key}:/var/www/mendersoftware/cert/key.pem:ro
  `;

/** Titles of the fixes of the first finding of `code`. */
async function titles(text: string, code: string, more = prepare): Promise<readonly string[]> {
  const { findings } = await check(text, {}, more);
  const fixes = findings.find((finding) => finding.code === code)?.fixes ?? [];
  return fixes.map(({ title, preferred }) => `${preferred ? '* ' : ''}${title}`);
}

/**
 * Carries a fix out; answers the text after it, the files made, and the codes that are left. A `ready` key takes the
 * place of the one that would be made, to spare the time.
 */
async function carryOut(text: string, code: string, title: string, more = prepare, ready?: string) {
  const { findings, service, host } = await check(text, {}, more);
  const before = host.snapshot();
  const fix = findings
    .filter((finding) => finding.code === code)
    .flatMap(({ fixes }) => fixes)
    .find((each) => each.title === title);
  const plan = fix && (await service.plan(FILE, fix.id));
  if (!plan) throw new Error(`no fix ${title}`);
  if (ready !== undefined) {
    for (const { path } of plan.create) {
      expect(before[path]).toBeUndefined();
      host.put(path, host.bytes(ready) ?? '', 0o600);
    }
  } else {
    const answer = await service.apply(plan);
    if (!answer.ok) throw new Error(answer.message);
    expect(answer.created).toEqual(plan.create);
  }
  const after = host.snapshot();
  for (const [path, content] of Object.entries(before)) expect(after[path], path).toBe(content);
  const now = edited(text, plan);
  const again = createLanguageService(host);
  again.open(FILE, now, 2);
  const checked = await again.check(FILE);
  if (!checked || 'problem' in checked) throw new Error('not checked');
  return {
    now,
    created: plan.create.map(({ path }) => path),
    codes: checked.findings.map((finding) => finding.code),
  };
}

const NEW_KEY = 'Generate a new token signing key for mender-useradm, and mount it';

describe('a token key', () => {
  it('that is missing is made where it is mounted from', async () => {
    const text = useradm('./keys/absent.pem');
    const title = 'Generate the token signing key of mender-useradm';
    expect(await carryOut(text, 'key-file-missing', title)).toEqual({
      now: text,
      created: ['/project/keys/absent.pem'],
      codes: [],
    });
  });

  it.each([
    ['dangling.pem', 'key-file-missing'],
    ['circle.pem', 'key-file-missing'],
    ['folder.pem', 'key-file-is-directory'],
    ['pipe.pem', 'not-pem'],
    ['notes.pem', 'not-pem'],
    ['damaged.pem', 'not-pem'],
    ['tls.crt', 'wrong-pem-type'],
    ['encrypted.pem', 'encrypted-private-key'],
    ['ec.pem', 'token-key-not-rsa'],
    ['pkcs8.pem', 'token-key-not-pkcs1'],
    ['weak.pem', 'weak-key'],
  ])('%s (%s) gets a new one beside it', async (name, code) => {
    const { now, created, codes } = await carryOut(
      useradm(`./keys/${name}`),
      code,
      NEW_KEY,
      prepare,
      '/project/keys/rsa.pem',
    );
    expect(created).toHaveLength(1);
    expect(now).toBe(useradm(`./keys/${created[0]?.slice('/project/keys/'.length)}`));
    expect(codes).toEqual([]);
  });

  it('may be another file that fits; one in PKCS#8 only where the release reads it', async () => {
    const offered = await titles(useradm('./keys/notes.pem'), 'not-pem');
    expect(offered.join('\n')).toContain('Mount ./keys/');
    expect(offered.join('\n')).not.toMatch(/pkcs8|ec\.pem|encrypted|notes/);
    // Nor what no service finds or loads.
    expect(offered.join('\n')).not.toMatch(/byte-order|cr-cr-lf|exponent|short|wrong-crt|indented/);
    const newer = useradm('./keys/notes.pem').replace('1.0.0', '3.4.0');
    const few = (host: MemoryHost) => {
      prepare(host);
      for (const name of ['rsa', 'link', 'open', 'weak', 'behind-certificate'])
        host.drop(`/project/keys/${name}.pem`);
    };
    expect((await titles(useradm('./keys/notes.pem'), 'not-pem', few)).join('\n')).not.toContain('pkcs8');
    expect((await titles(newer, 'not-pem', few)).join('\n')).toContain('Mount ./keys/pkcs8.pem');
  });

  it('is the one file that fits in the directory that is mounted', async () => {
    const inside = (host: MemoryHost) => {
      prepare(host);
      host.put('/project/keys/folder.pem/private.pem', host.bytes('/project/keys/rsa.pem') ?? '', 0o600);
      host.put('/project/keys/folder.pem/cert.pem', host.bytes('/project/keys/tls.crt') ?? '');
    };
    const title = 'Mount ./keys/folder.pem/private.pem as token signing key of mender-useradm';
    const text = useradm('./keys/folder.pem');
    expect((await titles(text, 'key-file-is-directory', inside))[0]).toBe(`* ${title}`);
    const { now, codes } = await carryOut(text, 'key-file-is-directory', title, inside);
    expect([now, codes]).toEqual([useradm('./keys/folder.pem/private.pem'), []]);
  });
});

describe('a TLS pair', () => {
  it('whose halves are swapped is swapped back', async () => {
    const title = 'Swap the certificate and the private key of mender-api-gateway';
    const text = gateway('./keys/tls.key', './keys/tls.crt');
    expect((await titles(text, 'wrong-pem-type'))[0]).toBe(`* ${title}`);
    const { now, created, codes } = await carryOut(text, 'wrong-pem-type', title);
    expect([now, created]).toEqual([gateway('./keys/tls.crt', './keys/tls.key'), []]);
    expect(codes).toEqual([]);
  });

  it('whose certificate is no PEM gets one for the key that works', async () => {
    const title = 'Generate a certificate for the private key of mender-api-gateway, and mount it';
    const text = gateway('./keys/notes.pem', './keys/tls.key');
    const { now, created, codes } = await carryOut(text, 'not-pem', title);
    expect(created).toEqual(['/project/keys/notes-2.pem']);
    expect([now, codes]).toEqual([gateway('./keys/notes-2.pem', './keys/tls.key'), []]);
  });

  it('whose key has a passphrase is replaced whole', async () => {
    const title = 'Generate a new certificate and private key for mender-api-gateway, and mount both';
    const { created, codes } = await carryOut(
      gateway('./keys/tls.crt', './keys/encrypted.pem'),
      'encrypted-private-key',
      title,
    );
    expect(created).toHaveLength(2);
    expect(codes).toEqual([]);
  });

  it('whose two files are missing is made where it is mounted from', async () => {
    const text = gateway('./tls/cert.pem', './tls/key.pem');
    const title = 'Generate the certificate and private key of mender-api-gateway';
    expect(await carryOut(text, 'key-file-missing', title)).toEqual({
      now: text,
      created: ['/project/tls/cert.pem', '/project/tls/key.pem'],
      codes: [],
    });
  });
});

it('a file below a mounted directory gets no fix that would change what is mounted', async () => {
  const text = yaml`
      services:
        mender-useradm:
          image: mendersoftware/useradm:mender-1.0.0
          volumes:
            - ./keys:/etc/useradm/rsa:ro
    `;
  const bad = (host: MemoryHost) => {
    prepare(host);
    host.put('/project/keys/private.pem', 'no key');
  };
  expect(await titles(text, 'not-pem', bad)).toEqual([]);
});

it('one plan replaces all that no service can load, and leaves a key that works alone', async () => {
  const text =
    `${gateway('./keys/tls.key', './keys/tls.crt')}${useradm('./keys/ec.pem').slice('services:\n'.length)}  mender-device-auth:\n    image: mendersoftware/deviceauth:mender-1.0.0\n    volumes:\n      - ./keys/weak.pem:/etc/deviceauth/rsa/private.pem:ro\n`.replaceAll(
      'mender-1.0.0',
      'latest',
    );
  const { service, host } = await check(text, {}, prepare);
  const plan = await service.planAll(FILE, { generate: true });
  expect(plan.create.map(({ path }) => path)).toEqual(['/project/keys/useradm-private.pem']);
  const now = edited(text, plan);
  expect(now).toContain('./keys/tls.crt:/var/www/mendersoftware/cert/cert.pem');
  expect(now).toContain('./keys/tls.key:/var/www/mendersoftware/cert/key.pem');
  expect(now).toContain('./keys/useradm-private.pem:/etc/useradm/rsa/private.pem');
  host.put('/project/keys/useradm-private.pem', host.bytes('/project/keys/rsa.pem') ?? '', 0o600);
  const again = createLanguageService(host);
  again.open(FILE, now, 2);
  expect(await again.check(FILE)).toMatchObject({ findings: [{ code: 'weak-key' }] });
  expect((await again.planAll(FILE, { generate: true })).edits).toEqual([]);
});
