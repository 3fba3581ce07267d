import { chmod, chown, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContainerUser, containerAccess, hostAccess } from '../../../server/src/pki/files/permissions';
import { nodeFiles } from '../../../server/src/platform/node/read-files';
import type { FileStatus } from '../../../server/src/platform/platform';
import { memoryHost } from '../../platform/memory-host';
import { temporaryDirectory } from '../openssl';

type Entry = readonly [mode: number, uid?: number, gid?: number];

/** A disk of entries with mode and owner; `links` lead whole paths elsewhere. */
function disk(entries: Readonly<Record<string, Entry>>, links: Readonly<Record<string, string>> = {}) {
  return {
    realPath: async (file: string) => ({ ok: true, value: links[file] ?? file }) as const,
    status: async (file: string) => {
      const [mode, uid = 1000, gid = 1000] = entries[file] ?? [0o755, 0, 0];
      const status: FileStatus = {
        kind: 'file',
        size: 1,
        modified: 0,
        mode,
        uid,
        gid,
        identity: file,
        links: 1,
      };
      return { ok: true, value: status } as const;
    },
  };
}

describe('who of the host can read a key', () => {
  const host = (entries: Readonly<Record<string, Entry>>) =>
    hostAccess(disk(entries), path.posix, '/home/me/ssl/key');

  it('is decided by the file and every directory above it', async () => {
    expect(await host({ '/home/me/ssl/key': [0o644] })).toEqual({
      others: 'yes',
      groups: [],
      guardedBy: undefined,
      owner: 1000,
      mode: 0o644,
    });
    expect(await host({ '/home/me/ssl/key': [0o600] })).toMatchObject({ others: 'no', groups: [] });
    expect(await host({ '/home/me/ssl/key': [0o644], '/home/me/ssl': [0o700] })).toMatchObject({
      others: 'no',
      groups: [],
      guardedBy: '/home/me/ssl',
    });
    expect(await host({ '/home/me/ssl/key': [0o644], '/home/me': [0o700] })).toMatchObject({
      others: 'no',
      guardedBy: '/home/me',
    });
    // To list a directory is not to go through it.
    expect(await host({ '/home/me/ssl/key': [0o644], '/home/me/ssl': [0o744] })).toMatchObject({
      others: 'no',
    });
    expect(await host({ '/home/me/ssl/key': [0o644], '/home/me/ssl': [0o711] })).toMatchObject({
      others: 'yes',
    });
  });

  it('may be a group', async () => {
    expect(await host({ '/home/me/ssl/key': [0o640, 1000, 50] })).toMatchObject({
      others: 'no',
      groups: [50],
    });
    expect(
      await host({ '/home/me/ssl/key': [0o640, 1000, 50], '/home/me/ssl': [0o750, 1000, 50] }),
    ).toMatchObject({ groups: [50] });
    expect(
      await host({ '/home/me/ssl/key': [0o640, 1000, 50], '/home/me/ssl': [0o750, 1000, 60] }),
    ).toMatchObject({ groups: [] });
    expect(
      await host({ '/home/me/ssl/key': [0o644, 1000, 50], '/home/me/ssl': [0o750, 1000, 60] }),
    ).toMatchObject({ groups: [60] });
    // The group's own bits decide, even where those of others would allow it.
    expect(
      await host({ '/home/me/ssl/key': [0o604, 1000, 50], '/home/me/ssl': [0o750, 1000, 50] }),
    ).toMatchObject({ others: 'no', groups: [] });
  });

  it('is told by where a link leads', async () => {
    const links = { '/home/me/link': '/srv/keys/key' };
    const closed = disk({ '/srv/keys': [0o700], '/srv/keys/key': [0o644] }, links);
    const open = disk({ '/home/me': [0o700], '/srv/keys/key': [0o644] }, links);
    expect(await hostAccess(closed, path.posix, '/home/me/link')).toMatchObject({ others: 'no' });
    expect(await hostAccess(open, path.posix, '/home/me/link')).toMatchObject({ others: 'yes' });
  });

  it('is unknown where there are no modes, or nothing is there', async () => {
    const windows = memoryHost({ platform: 'windows', files: { 'C:\\a\\key': 'x' } });
    const unknown = {
      others: 'unknown',
      groups: [],
      guardedBy: undefined,
      owner: undefined,
      mode: undefined,
    };
    expect(await hostAccess(windows.files, path.win32, 'C:\\a\\key')).toEqual(unknown);
    expect(await hostAccess(windows.files, path.win32, 'C:\\a\\none')).toEqual(unknown);
    const denied = memoryHost({ files: { '/a/b/key': 'x' } });
    denied.deny('/a');
    expect(await hostAccess(denied.files, path.posix, '/a/b/key')).toEqual(unknown);
  });
});

describe('whether a container can read a key', () => {
  const user: ContainerUser = { uid: 65_534, gids: [] };
  const ask = (entries: Readonly<Record<string, Entry>>, mounted: string, links = {}, as = user) =>
    containerAccess(disk(entries, links), path.posix, { path: '/deploy/ssl/sub/key', mounted, user: as });

  it('is decided by the mode of a file that is mounted itself', async () => {
    const file = '/deploy/ssl/sub/key';
    expect(await ask({ [file]: [0o600] }, file)).toBe('no');
    expect(await ask({ [file]: [0o644], '/deploy/ssl/sub': [0o700] }, file)).toBe('yes');
    expect(await ask({ [file]: [0o600, 65_534] }, file)).toBe('yes');
    expect(await ask({ [file]: [0o044, 65_534] }, file)).toBe('no');
    expect(await ask({ [file]: [0o640, 0, 0] }, file)).toBe('no');
    expect(await ask({ [file]: [0o640, 0, 0] }, file, {}, { uid: 65_534, gids: [0] })).toBe('yes');
    expect(await ask({ [file]: [0] }, file, {}, { uid: 0, gids: [] })).toBe('yes');
  });

  it('takes the directories below a mounted directory as well, and that one, and none above', async () => {
    const file = '/deploy/ssl/sub/key';
    expect(await ask({ [file]: [0o644], '/deploy': [0o700] }, '/deploy/ssl')).toBe('yes');
    expect(await ask({ [file]: [0o644], '/deploy/ssl': [0o700] }, '/deploy/ssl')).toBe('no');
    expect(await ask({ [file]: [0o644], '/deploy/ssl/sub': [0o700] }, '/deploy/ssl')).toBe('no');
    expect(await ask({ [file]: [0o644], '/deploy/ssl/sub': [0o700] }, '/deploy/ssl/sub/key')).toBe('yes');
  });

  it('is unknown for a link that leads out of the mounted directory', async () => {
    const links = { '/deploy/ssl/sub/key': '/srv/key' };
    expect(await ask({ '/srv/key': [0o644] }, '/deploy/ssl', links)).toBe('unknown');
    const windows = memoryHost({ platform: 'windows', files: { 'C:\\a\\key': 'x' } });
    const asked = { path: 'C:\\a\\key', mounted: 'C:\\a', user };
    expect(await containerAccess(windows.files, path.win32, asked)).toBe('unknown');
  });
});

describe.skipIf(process.geteuid?.() !== 0)('the kernel (asked as root, who alone can act as others)', () => {
  const place = temporaryDirectory();
  beforeAll(() => place.create());
  afterAll(() => place.remove());

  it('says the same of others and of groups', async () => {
    const files = nodeFiles('posix');
    await chmod(place.path, 0o755);
    const directory = path.join(place.path, 'd');
    const file = path.join(directory, 'key');
    await mkdir(directory);
    await writeFile(file, 'x');
    await symlink('key', path.join(directory, 'link'));
    const reads = async (gid: number) => {
      const before = { groups: process.getgroups?.() ?? [], gid: process.getegid?.() ?? 0 };
      process.setgroups?.([]);
      process.setegid?.(gid);
      process.seteuid?.(54_321);
      try {
        return await readFile(file).then(
          () => true,
          () => false,
        );
      } finally {
        process.seteuid?.(0);
        process.setegid?.(before.gid);
        process.setgroups?.(before.groups);
      }
    };
    for (const [mode, gid] of [0o600, 0o640, 0o604, 0o644, 0o044].flatMap((m) => [
      [m, 71] as const,
      [m, 72] as const,
    ])) {
      for (const directoryMode of [0o700, 0o750, 0o711, 0o755, 0o705]) {
        await chown(file, 1000, gid);
        await chown(directory, 1000, 71);
        await chmod(file, mode);
        await chmod(directory, directoryMode);
        const { others, groups } = await hostAccess(files, path.posix, path.join(directory, 'link'));
        const what = `${mode.toString(8)} ${gid} in ${directoryMode.toString(8)}`;
        expect(others === 'yes', what).toBe(await reads(54_321));
        if (others === 'no')
          for (const each of [71, 72]) expect(groups.includes(each), what).toBe(await reads(each));
      }
    }
  });
});
