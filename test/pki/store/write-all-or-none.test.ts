/** The writer of key material against every fault that the host in memory can have. */
import { describe, expect, it } from 'vitest';
import type { NewFile } from '../../../server/src/pki/store/types';
import { storeFiles } from '../../../server/src/pki/store/write-all-or-none';
import { memoryHost, type WriteProblem } from '../../platform/memory-host';

const bytes = (text: string) => new TextEncoder().encode(text);
const SECRET = 'c2VjcmV0IGtleSBtYXRlcmlhbA';

function pair(directory: string): NewFile[] {
  return [
    { path: `${directory}/key.pem`, bytes: bytes(SECRET), kind: 'private-key', mode: 0o600 },
    { path: `${directory}/cert.pem`, bytes: bytes('certificate'), kind: 'certificate', mode: 0o644 },
  ];
}

const FILES: readonly NewFile[] = [
  ...pair('/project/ssl/gateway'),
  ...pair('/project/ssl/storage'),
  { path: '/project/keys/useradm.pem', bytes: bytes(SECRET), kind: 'private-key', mode: 0o600 },
];

function withoutTemporary(snapshot: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(snapshot).filter(([name]) => !name.includes('/.mender-compose-')));
}

/** A project with something of its own in it. */
function project() {
  return memoryHost({ files: { '/project/compose.yml': 'services:', '/project/ssl/old.pem': 'old' } });
}

describe('storeFiles', () => {
  it('creates all files with their modes, in directories of their owner, and nothing else', async () => {
    const host = project();
    const answer = await storeFiles(host, '/project', FILES);
    expect(answer).toMatchObject({ ok: true, edited: [] });
    expect(host.names()).toEqual([
      '/project/compose.yml',
      '/project/keys/useradm.pem',
      '/project/ssl/gateway/cert.pem',
      '/project/ssl/gateway/key.pem',
      '/project/ssl/old.pem',
      '/project/ssl/storage/cert.pem',
      '/project/ssl/storage/key.pem',
    ]);
    expect(host.text('/project/ssl/gateway/key.pem')).toBe(SECRET);
    expect(host.mode('/project/ssl/gateway/key.pem')).toBe(0o600);
    expect(host.mode('/project/ssl/gateway/cert.pem')).toBe(0o644);
    expect(['/project/keys', '/project/ssl/gateway', '/project/ssl'].map((each) => host.mode(each))).toEqual([
      0o700, 0o700, 0o755,
    ]);
  });

  it('writes under recognisable temporary names in the same directory, synced before they go', async () => {
    const host = project();
    await storeFiles(host, '/project', pair('/project/ssl'));
    const writes = host.calls.filter(
      ({ operation, path }) =>
        ['createFile', 'append', 'link', 'remove', 'syncDirectory'].includes(operation) &&
        path.startsWith('/project/ssl'),
    );
    expect(writes.map(({ operation }) => operation)).toEqual([
      ...['createFile', 'createFile', 'append', 'append', 'link', 'link', 'syncDirectory'],
      ...['remove', 'remove', 'syncDirectory'],
    ]);
    for (const { path } of writes.slice(0, 4)) {
      expect(path).toMatch(/^\/project\/ssl\/\.mender-compose-[0-9a-f]+-\d+-[0-9a-f]{16}\.tmp$/);
    }
  });

  it.each<WriteProblem>(['denied', 'full', 'read-only', 'failed'])(
    'undoes everything when any single step fails as %s',
    async (problem) => {
      const clean = project();
      expect(await storeFiles(clean, '/project', FILES)).toMatchObject({ ok: true });
      const done = clean.snapshot();
      const before = project().snapshot();
      const outcomes = { undone: 0, unharmed: 0 };
      for (let nth = 0, failed = true; failed; nth += 1) {
        failed = false;
        const host = project();
        host.failWrites((_, index) => {
          if (index !== nth) return undefined;
          failed = true;
          return problem;
        });
        const answer = await storeFiles(host, '/project', FILES);
        expect(JSON.stringify(answer)).not.toContain(SECRET);
        if (!failed) break;
        if (answer.ok) {
          // Only steps that sync and tidy may fail without harm; a name that stays is no more than that.
          expect(withoutTemporary(host.snapshot()), `step ${nth}`).toEqual(done);
          outcomes.unharmed += 1;
        } else {
          expect(host.snapshot(), `step ${nth}`).toEqual(before);
          expect(answer.message).toMatch(/Nothing was created\.$/);
          outcomes.undone += 1;
        }
      }
      // The journal (2), its phase, a directory and an empty file for each of five, that they are there, their bytes, that
      // they get their names, the links, that all is done. What follows syncs and tidies.
      expect(outcomes.undone).toBe(2 + 1 + 5 * 2 + 1 + 5 + 1 + 5 + 1);
    },
  );

  it('tells what it could not remove, when the disk fails for good', async () => {
    const host = project();
    let linked = 0;
    host.failWrites(({ operation }) => {
      if (operation === 'link') linked += 1;
      return linked > 2 ? 'read-only' : undefined;
    });
    const answer = await storeFiles(host, '/project', FILES);
    expect(answer).toMatchObject({
      ok: false,
      message: expect.stringContaining('could not be removed'),
    });
    for (const name of host
      .names()
      .filter((each) => !each.includes('old') && !/\.(yml|journal)$/.test(each))) {
      expect(answer).toHaveProperty('message', expect.stringContaining(name));
    }
  });

  it('holds the final names with empty files first where there are no hard links, still never over a file', async () => {
    const host = project();
    host.failWrites(({ operation }) => (operation === 'link' ? 'unsupported' : undefined));
    const answer = await storeFiles(host, '/project', FILES);
    expect(answer).toMatchObject({ ok: true });
    expect(host.text('/project/ssl/gateway/key.pem')).toBe(SECRET);
    expect(host.mode('/project/ssl/gateway/key.pem')).toBe(0o600);
    expect(host.names().filter((name) => name.includes('.mender-compose-'))).toEqual([]);
  });

  it('undoes every single step without hard links, too', async () => {
    const before = project().snapshot();
    for (let nth = 0; nth < 40; nth += 1) {
      const host = project();
      host.failWrites(({ operation }, index) =>
        index === nth && operation !== 'link' ? 'full' : operation === 'link' ? 'unsupported' : undefined,
      );
      const answer = await storeFiles(host, '/project', FILES);
      if (!answer.ok) expect(host.snapshot(), `step ${nth}`).toEqual(before);
    }
  });

  it('edits no text that a link leads to outside of what it may write', async () => {
    const host = project();
    host.put('/home/rc', 'mine');
    host.putLink('/project/.env', '/home/rc');
    const before = host.snapshot();
    const text = { path: '/project/.env', before: bytes('mine'), after: bytes('mine\nA=1') };
    expect(await storeFiles(host, '/project', [], { texts: [text] })).toMatchObject({ ok: false });
    expect(await storeFiles(host, '/project', [], { ignore: [text] })).toMatchObject({ ok: false });
    expect(host.snapshot()).toEqual(before);
    expect(await storeFiles(host, '/project', [], { texts: [text], also: ['/home'] })).toMatchObject({
      ok: true,
    });
    expect(host.text('/home/rc')).toBe('mine\nA=1');
  });

  it('refuses what leads out of the project', async () => {
    const host = project();
    host.put('/elsewhere/file', 'x');
    host.putLink('/project/out', '/elsewhere');
    host.putLink('/project/up', '..');
    host.putLink('/project/in', 'ssl');
    host.putLink('/project/dangling', '/elsewhere/new');
    const before = host.snapshot();
    const one = (path: string): NewFile[] => [
      { path, bytes: bytes(SECRET), kind: 'private-key', mode: 0o600 },
    ];
    for (const path of [
      ...[
        '/project/out/key.pem',
        '/project/out/deeper/key.pem',
        '/project/up/key.pem',
        '/project/../key.pem',
      ],
      ...[
        '/projects/key.pem',
        '/key.pem',
        'key.pem',
        '/project/dangling/key.pem',
        '/project/compose.yml/key.pem',
      ],
    ]) {
      const answer = await storeFiles(host, '/project', one(path));
      expect(answer, path).toMatchObject({ ok: false, cancelled: false });
      expect(host.snapshot(), path).toEqual(before);
    }
    expect(await storeFiles(host, '/project/compose.yml', one('/key.pem'))).toMatchObject({ ok: false });
    // Within the project a link is as good as a directory.
    expect(await storeFiles(host, '/project', one('/project/in/key.pem'))).toMatchObject({ ok: true });
    expect(host.text('/project/ssl/key.pem')).toBe(SECRET);
    // So is a project that is itself reached through a link.
    host.putLink('/link-to-project', '/project');
    expect(await storeFiles(host, '/link-to-project', one('/link-to-project/new/key.pem'))).toMatchObject({
      ok: true,
    });
    expect(host.text('/project/new/key.pem')).toBe(SECRET);
  });

  it('refuses a directory that is replaced by a link on the way', async () => {
    for (const when of ['createFile', 'link'] as const) {
      const host = project();
      host.putDirectory('/elsewhere');
      host.putDirectory('/project/keys');
      let planted = false;
      host.failWrites(({ operation, path }) => {
        const later = when === 'link' && operation === 'createFile';
        if (planted || later || path.endsWith('.journal')) return undefined;
        if (operation !== when && operation !== 'makeDirectory') return undefined;
        if (when === 'link' && operation !== 'link') return undefined;
        planted = true;
        host.drop('/project/ssl/gateway');
        host.putLink('/project/ssl/gateway', '/elsewhere');
        return undefined;
      });
      await storeFiles(host, '/project', FILES);
      expect(planted).toBe(true);
      expect(
        host.names().filter((name) => name.startsWith('/elsewhere')),
        when,
      ).toEqual([]);
    }
  });

  it('takes nothing that turns up for one of its own, and makes nothing beside it', async () => {
    for (const theirs of ['ssl/gateway/key.pem', 'ssl/gateway/cert.pem', 'keys/useradm.pem']) {
      for (const when of ['before', 'meanwhile']) {
        const host = project();
        const put = () => host.put(`/project/${theirs}`, 'theirs');
        if (when === 'before') put();
        host.failWrites(({ operation }) => {
          if (when === 'meanwhile' && operation === 'link' && host.text(`/project/${theirs}`) === undefined)
            put();
          return undefined;
        });
        const answer = await storeFiles(host, '/project', FILES);
        expect(answer).toMatchObject({ ok: false, cancelled: false });
        expect(answer).toHaveProperty(
          'message',
          expect.stringContaining(`Another program created /project/${theirs}`),
        );
        expect(host.text(`/project/${theirs}`)).toBe('theirs');
        expect(host.names()).toEqual(
          ['/project/compose.yml', `/project/${theirs}`, '/project/ssl/old.pem'].sort(),
        );
      }
    }
  });

  it('takes a dangling link for a file that is there', async () => {
    const host = project();
    host.putLink('/project/keys/useradm.pem', '/elsewhere/key.pem');
    const before = host.snapshot();
    expect(await storeFiles(host, '/project', FILES)).toMatchObject({ ok: false });
    expect(host.snapshot()).toEqual(before);
  });

  it('refuses one file under two names', async () => {
    const host = project();
    host.putLink('/project/same', 'ssl');
    const before = host.snapshot();
    const answer = await storeFiles(host, '/project', [...pair('/project/ssl'), ...pair('/project/same')]);
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('twice') });
    expect(host.snapshot()).toEqual(before);
  });

  it('undoes everything when it is cancelled, at whatever step', async () => {
    const before = project().snapshot();
    let cancelled = 0;
    for (let nth = 0; nth < 30; nth += 1) {
      const host = project();
      const controller = new AbortController();
      host.failWrites((_, index) => {
        if (index === nth) controller.abort();
        return undefined;
      });
      const answer = await storeFiles(host, '/project', FILES, { signal: controller.signal });
      if (answer.ok) continue;
      cancelled += 1;
      expect(answer.cancelled).toBe(true);
      expect(host.snapshot(), `step ${nth}`).toEqual(before);
    }
    expect(cancelled).toBeGreaterThanOrEqual(22);
  });

  it('undoes files, their owners and texts when any single step fails', async () => {
    const text = (name: string, after: string) => ({
      path: `/project/${name}`,
      before: bytes('services:'),
      after: bytes(after),
    });
    const given = () =>
      memoryHost({
        root: true,
        files: { '/project/compose.yml': 'services:', '/project/other.yml': 'services:' },
      });
    const owned = FILES.map((file) => ({ ...file, owner: { uid: 65_534, gid: 0 } }));
    const texts = [
      text('compose.yml', 'services: {}'),
      text('other.yml', 'services: []'),
      { path: '/project/.env', before: undefined, after: bytes('A=1') },
    ];
    /** What is there and whose it is. */
    const stateOf = async (host: ReturnType<typeof given>) => {
      const names = Object.keys(withoutTemporary(host.snapshot()));
      const owners = names.map(async (name) => {
        const status = await host.files.status(name);
        return `${name} ${status.ok ? status.value.uid : status.problem}`;
      });
      return [withoutTemporary(host.snapshot()), await Promise.all(owners)];
    };
    const clean = given();
    expect(await storeFiles(clean, '/project', owned, { texts })).toMatchObject({ ok: true });
    const done = await stateOf(clean);
    const before = await stateOf(given());
    const failed = { owners: 0, texts: 0 };
    for (let nth = 0, reached = true; reached; nth += 1) {
      reached = false;
      const host = given();
      host.failWrites(({ operation }, index) => {
        if (index !== nth) return undefined;
        reached = true;
        if (operation === 'setOwner') failed.owners += 1;
        if (operation === 'rewrite') failed.texts += 1;
        return 'failed';
      });
      const answer = await storeFiles(host, '/project', owned, { texts });
      expect(await stateOf(host), `step ${nth}`).toEqual(answer.ok ? done : before);
    }
    expect(failed).toEqual({ owners: 5, texts: 2 });
  });

  it.each(['what it was filled with', 'its owner'])(
    'leaves a name that it held with an empty file to who has it by now, told by %s',
    async (by) => {
      const host = project();
      host.failWrites(({ operation, path }) => {
        if (operation === 'rename' && by !== 'its owner') host.put(path, 'theirs');
        return operation === 'link' ? 'unsupported' : operation === 'rename' ? 'denied' : undefined;
      });
      const [key] = pair('/project/ssl');
      const ofOther: typeof host = {
        ...host,
        files: {
          ...host.files,
          async status(path) {
            const status = await host.files.status(path);
            const isKey = status.ok && path === key?.path && by === 'its owner';
            return isKey ? { ...status, value: { ...status.value, uid: 7 } } : status;
          },
        },
      };
      expect(await storeFiles(ofOther, '/project', pair('/project/ssl'))).toMatchObject({ ok: false });
      expect(host.text('/project/ssl/key.pem')).toBe(by === 'its owner' ? '' : 'theirs');
    },
  );

  it('edits a text under two of its names once, or not at all', async () => {
    const edit = (path: string, after: string) => ({ path, before: bytes('services:'), after: bytes(after) });
    for (const other of ['services: {}', 'services: []']) {
      const host = project();
      await host.writer.link('/project/compose.yml', '/project/other.yml');
      const before = host.snapshot();
      const texts = [edit('/project/compose.yml', 'services: {}'), edit('/project/other.yml', other)];
      const answer = await storeFiles(host, '/project', [], { texts });
      if (other === 'services: {}') {
        expect(answer).toMatchObject({ ok: true });
        expect(host.text('/project/other.yml')).toBe(other);
      } else {
        expect(answer).toMatchObject({
          ok: false,
          message: expect.stringContaining('two names of one file'),
        });
        expect(host.snapshot()).toEqual(before);
      }
    }
  });
});
