/** New files and removals go where their path leads without links, however a directory on the way changes. */
import { lstat, mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { nodeHost } from '../../../server/src/platform/node/node-platform';
import { anchored } from '../../../server/src/platform/node/open-directory';
import { inTemporaryDirectory } from '../../pki/openssl';

// Other platforms have no paths that hold a directory.
const onLinux = it.runIf(process.platform === 'linux');

async function ground(base: string) {
  const at = (name: string) => path.join(base, name);
  for (const name of ['keys', 'outside']) await mkdir(at(name));
  await writeFile(at('outside/precious.pem'), 'not ours');
  const swap = async () => {
    await rename(at('keys'), at('away'));
    await symlink(at('outside'), at('keys'));
  };
  return { at, swap };
}

onLinux('a directory that a link has replaced is refused', async () => {
  await inTemporaryDirectory(async (base) => {
    const { at, swap } = await ground(base);
    const { writer } = nodeHost();
    await writeFile(at('keys/new.tmp'), 'new');
    await swap();
    const refused = { ok: false, message: expect.stringContaining('replaced') };
    expect(await writer.createFile(at('keys/new.pem'), Buffer.from('x'), 0o600, 'real')).toMatchObject(
      refused,
    );
    expect(await writer.remove(at('keys/precious.pem'))).toMatchObject(refused);
    expect(await writer.link(at('outside/precious.pem'), at('keys/new.pem'))).toMatchObject(refused);
    expect(await writer.link(at('keys/precious.pem'), at('outside/new.pem'))).toMatchObject(refused);
    expect(await readdir(at('outside'))).toEqual(['precious.pem']);
    // Whoever names a link of his own may have it followed.
    expect(await writer.createFile(at('keys/picture.html'), Buffer.from('x'), 0o644)).toEqual({ ok: true });
  });
});

onLinux('a directory that is replaced at the last moment is the one that was meant', async () => {
  await inTemporaryDirectory(async (base) => {
    const { at, swap } = await ground(base);
    await anchored(at('keys/new.pem'), async (file) => {
      await swap();
      await writeFile(file, 'key');
    });
    expect(await readdir(at('outside'))).toEqual(['precious.pem']);
    expect((await lstat(at('away/new.pem'))).size).toBe(3);
  });
});
