/** What may be looked at in an untrusted workspace: what lies in its folders, reached without any symbolic link. */

import { relativeWithin } from '../../platform/is-within';
import type { Answer, Host } from '../../platform/platform';

/**
 * Whether a path lies in one of `folders`, and no link is on the way down to it or at its end: where a link leads is not
 * looked at, since that may be anywhere, another machine too.
 */
export async function isReachable(
  path: string,
  folders: readonly string[],
  { paths, writer }: Pick<Host, 'paths' | 'writer'>,
): Promise<boolean> {
  for (const folder of folders) {
    const relative = relativeWithin(paths, folder, path);
    if (relative === undefined) continue;
    let at = folder;
    let plain = true;
    for (const part of relative.split(paths.sep).filter((each) => each !== '')) {
      at = paths.join(at, part);
      const kind = await writer.nameKind(at);
      if (kind === 'missing') break;
      plain = kind !== 'link';
      if (!plain) break;
    }
    if (plain) return true;
  }
  return false;
}

const DENIED = { ok: false, problem: 'denied' } as const;

/** The same host, which looks at nothing outside of `folders`; undefined: everywhere. */
export function fenced(host: Host, folders: () => readonly string[] | undefined): Host {
  const { files, writer } = host;
  const may = async (path: string): Promise<boolean> => {
    const allowed = folders();
    return allowed === undefined || isReachable(path, allowed, host);
  };
  const or = async <T>(path: string, look: () => Promise<Answer<T>>): Promise<Answer<T>> =>
    (await may(path)) ? look() : DENIED;
  return {
    ...host,
    files: {
      status: (path) => or(path, () => files.status(path)),
      read: (path, limit) => or(path, () => files.read(path, limit)),
      realPath: (path) => or(path, () => files.realPath(path)),
      list: (directory) => or(directory, () => files.list(directory)),
    },
    writer: {
      ...writer,
      // A link is known to be one without looking where it leads.
      nameKind: async (path) =>
        (await may(host.paths.dirname(path))) || (await may(path)) ? writer.nameKind(path) : 'other',
    },
  };
}
