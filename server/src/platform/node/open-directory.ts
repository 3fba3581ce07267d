import { constants } from 'node:fs';
import { access, open, readlink } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, MOVED } from './errors';

/** O_PATH of Linux, which node has no name for: a directory may be held without the right to list it. */
const HOLD_ONLY = 0o10000000;
const HELD = '/proc/self/fd';

/**
 * Runs `use` with a path that leads to `file` whatever happens to the directories above meanwhile: its own directory is
 * held open, and has to be the one that `file` names, free of symbolic links. Throws `MOVED` where it isn't. Only Linux
 * has such paths; elsewhere `use` gets `file` itself.
 */
export async function anchored<T>(file: string, use: (anchoredPath: string) => Promise<T>): Promise<T> {
  if (process.platform !== 'linux' || !(await canHold())) return use(file);
  const directory = path.dirname(file);
  const handle = await hold(directory);
  try {
    const held = path.join(HELD, String(handle.fd));
    if ((await readlink(held)) !== directory) throw moved();
    return await use(path.join(held, path.basename(file)));
  } finally {
    await handle.close();
  }
}

async function hold(directory: string) {
  try {
    return await open(directory, HOLD_ONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    throw ['ELOOP', 'ENOTDIR'].includes(codeOf(error)) ? moved() : error;
  }
}

function moved(): Error {
  return Object.assign(new Error('another directory'), { code: MOVED });
}

let holds: Promise<boolean> | undefined;

/** Some containers have no /proc. */
function canHold(): Promise<boolean> {
  holds ??= access(HELD).then(
    () => true,
    () => false,
  );
  return holds;
}
