/** Looks for private keys where none may be. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Shorter lines end a key, and may stand anywhere by chance. */
const SHORTEST = 16;

/** The base64 lines of every private key file below a directory. */
export async function secretLines(root: string): Promise<{ keys: number; lines: readonly string[] }> {
  let keys = 0;
  const lines = new Set<string>();
  for (const [, text] of await filesBelow(root)) {
    for (const [, body = ''] of text.matchAll(/PRIVATE KEY-----\n([\s\S]*?)-----END/g)) {
      keys += 1;
      for (const line of body.split('\n')) if (line.length >= SHORTEST) lines.add(line);
    }
  }
  return { keys, lines: [...lines] };
}

/** All files below a directory, bytes as Latin-1. */
export async function filesBelow(root: string): Promise<readonly (readonly [name: string, text: string])[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')] as const));
}

/** Where a line of a secret stands, by the names of the texts; how many times each. */
export function findSecrets(
  lines: readonly string[],
  texts: Iterable<readonly [name: string, text: string]>,
): readonly string[] {
  return [...texts].flatMap(([name, text]) => {
    const found = lines.filter((line) => text.includes(line)).length;
    return found === 0 ? [] : [`${name}: ${found} lines of private keys`];
  });
}
