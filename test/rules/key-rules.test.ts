/** The rules about files and private keys: one finding for each fault, at the host path, and no other. */

import { createPublicKey } from 'node:crypto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { fingerprint } from '../../server/src/pki/keys/key-facts';
import type { MemoryHost } from '../platform/memory-host';
import { yaml } from '../yaml';
import { keyFiles } from './key-files';
import { check, expectedMarks, FILE, foundMarks } from './marked';

/** Fingerprints that count as published here: the real keys are nowhere in this repository. */
const published = vi.hoisted(() => new Set<string>());
vi.mock('../../server/src/pki/keys/published-keys', async (original) => {
  const real = await original<typeof import('../../server/src/pki/keys/published-keys')>();
  const demo = { role: 'demo-deployment', what: 'the demo key', publishedIn: 'all releases' } as const;
  return {
    ...real,
    publishedKey: (of: string | undefined) =>
      of !== undefined && published.has(of) ? demo : real.publishedKey(of),
  };
});

let prepare: (host: MemoryHost) => void;
beforeAll(async () => {
  prepare = await keyFiles();
});

const useradm = (source: string, release = '1.0.0', entry = '      ') =>
  `services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-${release}\n    volumes:\n${entry}- ${source}:/etc/useradm/rsa/private.pem:ro\n`;
const gateway = (certificate: string, key: string) =>
  yaml`
    services:
      mender-api-gateway:
        image: mendersoftware/api-gateway:mender-2.6.0
        volumes:
          - ${certificate}:/var/www/mendersoftware/cert/cert.crt:ro
          - ${key}:/var/www/mendersoftware/cert/private.key:ro
  `;

/** Code and the text under each finding. */
async function found(text: string, more?: (host: MemoryHost) => void): Promise<string[]> {
  const { findings } = await check(text, {}, (host) => {
    prepare(host);
    more?.(host);
  });
  return findings.map(({ code, range }) => {
    const line = text.split('\n')[range.start.line] ?? '';
    return `${code} ${line.slice(range.start.character, range.end.character)}`;
  });
}

const message = async (text: string, more?: (host: MemoryHost) => void) => {
  const { findings } = await check(text, {}, (host) => {
    prepare(host);
    more?.(host);
  });
  return findings.map((finding) => finding.message).join('\n');
};

describe('a token key', () => {
  it.each([
    ['absent.pem', 'key-file-missing'],
    ['dangling.pem', 'key-file-missing'],
    ['circle.pem', 'key-file-missing'],
    ['folder.pem', 'key-file-is-directory'],
    ['pipe.pem', 'not-pem'],
    ['large.pem', 'not-pem'],
    ['notes.pem', 'not-pem'],
    ['empty.pem', 'not-pem'],
    ['key.der', 'not-pem'],
    ['utf-16.pem', 'not-pem'],
    ['damaged.pem', 'not-pem'],
    ['tls.crt', 'wrong-pem-type'],
    ['behind-certificate.pem', 'wrong-pem-type'],
    ['mislabelled.pem', 'wrong-pem-type'],
    ['encrypted.pem', 'encrypted-private-key'],
    ['encrypted-legacy.pem', 'encrypted-private-key'],
    ['ec.pem', 'token-key-not-rsa'],
    ['ed25519.pem', 'token-key-not-rsa'],
    ['pkcs8.pem', 'token-key-not-pkcs1'],
    ['exponent.pem', 'not-loadable'],
    ['cr-cr-lf.pem', 'not-pem'],
    ['byte-order-mark.pem', 'not-pem'],
    ['indented.pem', 'not-pem'],
    ['weak.pem', 'weak-key'],
    ['open.pem', 'private-key-permissions'],
  ])('%s is told as %s, once, at the path', async (name, code) => {
    expect(await found(useradm(`./keys/${name}`))).toEqual([`${code} ./keys/${name}`]);
  });

  it('that is published has no second finding for its mode: who wants it has it already', async () => {
    try {
      expect(
        await found(useradm('./keys/open.pem'), (host) => {
          const spki = createPublicKey(host.text('/project/keys/open.pem') ?? '');
          published.add(fingerprint(spki.export({ type: 'spki', format: 'der' })));
        }),
      ).toEqual(['published-private-key ./keys/open.pem']);
    } finally {
      published.clear();
    }
  });

  it.each(['rsa.pem', 'link.pem', 'wrong-crt.pem', 'after-text.pem'])('%s is right', async (name) => {
    expect(await found(useradm(`./keys/${name}`))).toEqual([]);
  });

  it('is judged by the Go that the release is built with: 1.24 from 4.0.2 on', async () => {
    const at = async (name: string, tag: string) => {
      const text = yaml`
        services:
          useradm:
            image: mendersoftware/useradm:${tag}
            volumes:
              - ./own/${name}:/etc/useradm/rsa/private.pem:ro
      `;
      return found(text, (host) => {
        host.putDirectory('/project/own', 0o700);
        host.put(`/project/own/${name}`, host.bytes(`/project/keys/${name}`) ?? '', 0o644);
      });
    };
    const weak = (name: string) => [`weak-key ./own/${name}`];
    const refused = (name: string) => [`not-loadable ./own/${name}`];
    expect(await at('wrong-crt.pem', 'v4.0.1')).toEqual([]);
    expect(await at('wrong-crt.pem', 'v4.0')).toEqual([]);
    expect(await at('wrong-crt.pem', 'v4.0.2')).toEqual(refused('wrong-crt.pem'));
    expect(await at('wrong-crt.pem', 'v4.1.0')).toEqual(refused('wrong-crt.pem'));
    expect(await at('short.pem', 'v4.0.1')).toEqual(weak('short.pem'));
    expect(await at('short.pem', 'v4.0.2')).toEqual(refused('short.pem'));
    for (const tag of ['mender-3.7.0', 'v4.0', 'v4.1.3'])
      expect(await at('exponent.pem', tag)).toEqual(refused('exponent.pem'));
  });

  it('in PKCS#8 is right from 3.4 on, and Ed25519 from 3.7 on', async () => {
    const readable = (name: string) => (host: MemoryHost) => {
      host.putDirectory('/project/own', 0o700);
      host.put(`/project/own/${name}`, host.bytes(`/project/keys/${name}`) ?? '', 0o644);
    };
    const at = (name: string, release: string) => found(useradm(`./own/${name}`, release), readable(name));
    expect(await at('pkcs8.pem', '3.3.2')).toEqual(['token-key-not-pkcs1 ./own/pkcs8.pem']);
    expect(await at('pkcs8.pem', '3.4.0')).toEqual([]);
    expect(await at('ed25519.pem', '3.6.0')).toEqual(['token-key-not-rsa ./own/ed25519.pem']);
    expect(await at('ed25519.pem', '3.7.0')).toEqual([]);
    expect(await at('ec.pem', '3.7.0')).toEqual(['token-key-not-rsa ./own/ec.pem']);
  });

  it('is told with what to do', async () => {
    expect(await message(useradm('./keys/absent.pem'))).toBe(
      'Token signing key of mender-useradm not found: ./keys/absent.pem. Docker would create a directory in its place. mender-useradm cannot sign user tokens. Create the file, or correct the path.',
    );
    expect(await message(useradm('./keys/pkcs8.pem'))).toContain('openssl rsa -traditional');
    expect(await message(useradm('./keys/open.pem'))).toContain('chmod 600 ./keys/open.pem');
    const linked = await message(useradm('./keys/open.pem'), (host) => {
      void host.writer.link('/project/keys/open.pem', '/project/elsewhere.pem');
    });
    expect(linked).toContain('The file has 2 names (hard links)');
    expect(linked).not.toContain('chmod');
    expect(await message(useradm('./keys/key.der'))).toContain('It is in DER');
    expect(await message(useradm('./keys/circle.pem'))).toContain('leads in a circle');
  });
});

describe('a TLS pair', () => {
  it.each([
    ['tls.crt', 'tls.key', []],
    ['tls.key', 'tls.crt', ['wrong-pem-type ./keys/tls.key', 'wrong-pem-type ./keys/tls.crt']],
    ['notes.pem', 'tls.key', ['not-pem ./keys/notes.pem']],
    ['key.der', 'tls.key', ['not-pem ./keys/key.der']],
    ['tls.crt', 'encrypted.pem', ['encrypted-private-key ./keys/encrypted.pem']],
    ['tls.crt', 'folder.pem', ['key-file-is-directory ./keys/folder.pem']],
    ['absent.crt', 'tls.key', ['key-file-missing ./keys/absent.crt']],
    ['tls.crt', 'damaged.pem', ['not-pem ./keys/damaged.pem']],
  ])('%s with %s', async (certificate, key, wanted) => {
    const codes = [
      'key-file',
      'not-pem',
      'wrong-pem-type',
      'encrypted',
      'token-key',
      'weak-key',
      'private-key',
    ];
    const told = await found(gateway(`./keys/${certificate}`, `./keys/${key}`));
    expect(told.filter((each) => codes.some((code) => each.startsWith(code)))).toEqual(wanted);
  });

  it('may have a key of a kind that no token service loads', async () => {
    const told = await found(gateway('./keys/tls.crt', './keys/ec.pem'));
    expect(told.filter((each) => each.startsWith('token-key'))).toEqual([]);
  });

  it('in a mounted directory is missed where it is needed', async () => {
    const text = yaml`
        services:
          traefik:
            image: traefik:v3.1
            command: --providers.file.directory=/etc/traefik/config
            volumes:
              - ./certs:/etc/traefik/certs
          useradm:
            image: mendersoftware/useradm:v4.0.0
            volumes:
              - ./own/rsa.pem:/etc/useradm/private.pem:ro
            environment:
              USERADM_SERVER_PRIV_KEY_PATH: /etc/useradm/private.pem
      `;
    const told = await found(text, (host) => {
      host.putDirectory('/project/own', 0o700);
      host.put('/project/own/rsa.pem', host.bytes('/project/keys/rsa.pem') ?? '', 0o644);
    });
    const missing = told.filter((each) => each.startsWith('key-file-missing'));
    expect(missing).toEqual(['key-file-missing ./certs', 'key-file-missing ./certs']);
  });
});

describe('who reads the key', () => {
  const put = (directory: number, file: number) => (host: MemoryHost) => {
    host.putDirectory('/project/own', directory);
    host.put('/project/own/rsa.pem', host.bytes('/project/keys/rsa.pem') ?? '', file);
  };
  it.each([
    ['1.0.0', 0o755, 0o600, []],
    ['1.0.0', 0o755, 0o644, ['private-key-permissions ./own/rsa.pem']],
    ['1.0.0', 0o700, 0o644, []],
    ['1.0.0', 0o755, 0o640, []],
    ['3.4.0', 0o755, 0o600, ['private-key-permissions ./own/rsa.pem']],
    ['3.4.0', 0o755, 0o644, ['private-key-permissions ./own/rsa.pem']],
    ['3.4.0', 0o700, 0o644, []],
  ])('release %s, directory %o, file %o', async (release, directory, file, wanted) => {
    expect(await found(useradm('./own/rsa.pem', release), put(directory, file))).toEqual(wanted);
  });

  it('is told with the modes that help', async () => {
    const open = await message(useradm('./own/rsa.pem', '3.4.0'), put(0o755, 0o644));
    expect(open).toContain('every user of this host');
    expect(open).toContain('chmod 700 ./own');
    const closed = await message(useradm('./own/rsa.pem', '3.4.0'), put(0o755, 0o600));
    expect(closed).toContain('cannot be read by its service (user 65534)');
    expect(closed).toContain('(chmod 644)');
    const linked = await message(useradm('./keys/linked.pem', '3.4.0'), (host) => {
      put(0o755, 0o644)(host);
      host.putLink('/project/keys/linked.pem', '../own/rsa.pem');
    });
    expect(linked).toContain('chmod 700 /project/own');
    const bare = await message(useradm('./bare.pem', '3.4.0'), (host) =>
      host.put('/project/bare.pem', host.bytes('/project/keys/rsa.pem') ?? '', 0o644),
    );
    expect(bare).toContain('move it into a directory of its own');
  });

  it('in a mounted directory, the user of the service is told to own both', async () => {
    const text = yaml`
        services:
          mender-useradm:
            image: mendersoftware/useradm:mender-3.4.0
            volumes:
              - ./own:/etc/useradm/rsa:ro
      `;
    const given = (mode: number) => (host: MemoryHost) => {
      host.putDirectory('/project/own', mode);
      host.put('/project/own/private.pem', host.bytes('/project/keys/rsa.pem') ?? '', 0o644);
    };
    expect(await message(text, given(0o700))).toContain('chown 65534');
    expect(await found(text, given(0o700))).toEqual(['private-key-permissions ./own']);
    expect(await found(text, given(0o755))).toEqual(['private-key-permissions ./own']);
  });
});

describe('git', () => {
  it('is told of a key that the next git add takes up, and gets a line in .gitignore', async () => {
    const text = useradm('./repository/key.pem');
    const { findings, service } = await check(text, {}, prepare);
    expect(findings.map(({ code }) => code)).toEqual(['private-key-in-git']);
    const fix = findings[0]?.fixes.find(({ title }) => title.includes('.gitignore'));
    const plan = await service.plan(FILE, fix?.id ?? '');
    expect(plan?.edits).toMatchObject([
      { file: '/project/repository/.gitignore', edits: [{ newText: '/key.pem\n' }] },
    ]);
    expect(await found(useradm('./repository/ignored.pem'))).toEqual([]);
  });
});

it('nothing is said of files in an untrusted workspace', async () => {
  const text = useradm('./keys/absent.pem');
  const { service } = await check(text, {}, prepare);
  service.configure({ rules: {}, trusted: false });
  expect(await service.check(FILE)).toMatchObject({ findings: [] });
});

it('one entry that two services share is told once', async () => {
  const text = yaml`
    x: &v
      - ./keys/absent.crt:/var/www/mendersoftware/cert/cert.crt:ro
    #   ~~~~~~~~~~~~~~~~~ key-file-missing
      - ./keys/absent.key:/var/www/mendersoftware/cert/private.key:ro
    #   ~~~~~~~~~~~~~~~~~ key-file-missing shared-private-key shared-private-key
    services:
      mender-api-gateway:
        image: mendersoftware/api-gateway:mender-2.6.0
        volumes: *v
      second-gateway:
        image: mendersoftware/api-gateway:mender-2.6.0
        volumes: *v
  `;
  const { findings } = await check(text, {}, prepare);
  expect(foundMarks(findings)).toEqual(expectedMarks(text));
});
