/** What is in a directory, and what is wrong with it. */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';

export interface Entry {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** of the content, or where the link leads; '' for directories */
  readonly hash: string;
  readonly mode: string;
  readonly modified: number;
  readonly inode: number;
  /** bytes; 0 for directories */
  readonly size: number;
}

/** All names below a directory by their relative path. */
export type Snapshot = ReadonlyMap<string, Entry>;

/** Takes a snapshot of a directory that nobody is writing to. */
export async function snapshot(root: string): Promise<Snapshot> {
  const found = new Map<string, Entry>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const status = await lstat(file);
    const content = status.isFile()
      ? await readFile(file)
      : status.isSymbolicLink()
        ? await readlink(file)
        : '';
    found.set(path.relative(root, file), {
      kind: kindOf(status),
      hash: content === '' ? '' : createHash('sha256').update(content).digest('hex'),
      mode: (status.mode & 0o7777).toString(8),
      modified: status.isDirectory() ? 0 : status.mtimeMs,
      inode: status.ino,
      size: status.isDirectory() ? 0 : status.size,
    });
  }
  return found;
}

function kindOf(status: Awaited<ReturnType<typeof lstat>>): Entry['kind'] {
  if (status.isSymbolicLink()) return 'link';
  if (status.isFile()) return 'file';
  return status.isDirectory() ? 'directory' : 'other';
}

/** Names of `before` that are gone or not the same any more: content, mode, time, or another file of that name. */
export function changedNames(before: Snapshot, after: Snapshot, except: readonly string[] = []): string[] {
  return [...before]
    .filter(([name, entry]) => !except.includes(name) && !isSame(entry, after.get(name)))
    .map(([name]) => name);
}

function isSame(one: Entry, other: Entry | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether a name is one that we write under before a file has its own. */
export function isTemporary(name: string): boolean {
  return path.basename(name).startsWith('.mender-compose-');
}

/** Names of files that hold only a part of what they should: no whole PEM block, or one that does not parse. */
export async function partialFiles(root: string, names: Iterable<string>): Promise<string[]> {
  const partial: string[] = [];
  for (const name of names) {
    const bytes = await readFile(path.join(root, name));
    try {
      const text = bytes.toString('latin1');
      if (!/^-----BEGIN [^\n]+-----\n[\s\S]+\n-----END [^\n]+-----\n$/.test(text))
        throw new Error('not whole');
      if (text.includes('PRIVATE KEY')) createPrivateKey(bytes);
      else if (!text.includes('CERTIFICATE REQUEST')) new X509Certificate(bytes);
    } catch {
      partial.push(name);
    }
  }
  return partial;
}

/** Whether a certificate file belongs to a key file. */
export async function isPair(certificate: string, key: string): Promise<boolean> {
  const parsed = new X509Certificate(await readFile(certificate));
  return parsed.checkPrivateKey(createPrivateKey(await readFile(key)));
}
