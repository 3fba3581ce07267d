// The language servers that a VS Code has started, to be ended as a crash would.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Ids of the processes whose command line names `dist/server.js` of an extension below a directory. Linux alone keeps
 * them where they can be read without a tool: elsewhere there are none.
 */
export function serversBelow(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) =>
      commandLine(name).some((part) => part.startsWith(directory) && part.endsWith('dist/server.js')),
    )
    .map(Number);
}

function commandLine(id: string): string[] {
  try {
    return readFileSync(join('/proc', id, 'cmdline'), 'utf8').split('\0');
  } catch {
    // It ended since it was listed.
    return [];
  }
}
