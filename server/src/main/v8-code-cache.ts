/**
 * Starts a bundle with the code that the engine compiled the last time, which takes half of the time of a start. What
 * is kept is compiled code alone: nothing that the program read or made is in it.
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Milliseconds after the start: by then what a start and a first check need is compiled, and nobody waits. */
const KEEP_AFTER = 15_000;
const EXTENSION = '.compiled';

/**
 * Runs the CommonJS file at `file`, as `require` does. `directory` holds the compiled code; it is made where it isn't
 * there, for this user alone. Whatever is wrong with it costs only time.
 */
export function requireCompiled(file: string, directory: string): void {
  const source = readFileSync(file, 'utf8');
  const cache = join(directory, nameOf(file));
  const cachedData = ownFile(cache);
  const script = new Script(Module.wrap(source), {
    filename: file,
    ...(cachedData && { cachedData }),
  });
  if (!cachedData || script.cachedDataRejected) keepLater(script, cache);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
}

/** Another name for another text of the file, and for another engine: the engine itself compares lengths only. */
function nameOf(file: string): string {
  const { size, mtimeMs } = statSync(file);
  const parts = [basename(file, '.js'), size, mtimeMs, process.versions.v8, process.arch];
  return parts.join('-').replace(/[^\w.-]/g, '_') + EXTENSION;
}

/** The bytes of a file that no other user can have written; undefined for any other, and for none. */
function ownFile(path: string): Buffer | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(path, 'r');
    const { uid, mode } = fstatSync(handle);
    const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    return isOwn ? readFileSync(handle) : undefined;
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Keeps what is compiled by then: in a while, or at the end of a shorter run. */
function keepLater(script: Script, path: string): void {
  const keep = () => {
    clearTimeout(timer);
    process.off('exit', keep);
    try {
      keepNow(script.createCachedData(), path);
    } catch {
      // The next start takes as long as this one.
    }
  };
  const timer = setTimeout(keep, KEEP_AFTER).unref();
  process.on('exit', keep);
}

function keepNow(compiled: Buffer, path: string): void {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, compiled, { mode: 0o600, flag: 'wx' });
  renameSync(temporary, path);
  // Of earlier versions.
  const [program] = basename(path).split('-');
  for (const name of readdirSync(directory))
    if (name.startsWith(`${program}-`) && name.includes(EXTENSION) && name !== basename(path))
      rmSync(join(directory, name), { force: true });
}
