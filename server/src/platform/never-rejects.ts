/** Looks that fail cost their own answer alone. */
import type { Answer, Host } from './platform';

/** What `look` answers, or `otherwise` where it throws, whatever the reason. */
export async function orElse<T>(look: () => T | Promise<T>, otherwise: T): Promise<T> {
  try {
    return await look();
  } catch {
    return otherwise;
  }
}

const FAILED = { ok: false, problem: 'failed' } as const;

/** The same host, whose looks at the disk never reject: what breaks down there could not be read. */
export function steady(host: Host): Host {
  const { files, writer } = host;
  const or = <T>(look: () => Promise<Answer<T>>) => orElse<Answer<T>>(look, FAILED);
  return {
    ...host,
    files: {
      status: (path) => or(() => files.status(path)),
      read: (path, limit) => or(() => files.read(path, limit)),
      realPath: (path) => or(() => files.realPath(path)),
      list: (directory) => or(() => files.list(directory)),
    },
    // For all we know something is there, so nothing is created over it.
    writer: { ...writer, nameKind: (path) => orElse(() => writer.nameKind(path), 'other') },
  };
}
