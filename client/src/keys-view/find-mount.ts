/** Where in a compose file a service mounts a file: by the text alone, to bring the cursor close. */

/** Line from 0, `score` the higher the surer; undefined when the service isn't in the text. */
export interface MountLocation {
  readonly line: number;
  readonly score: 1 | 2;
}

/** The line of the service that names the file of `path`, else the line that the service begins with. */
export function findMount(
  text: string,
  service: string,
  path: string | undefined,
): MountLocation | undefined {
  const lines = text.split(/\r?\n/);
  const quoted = [service, `"${service}"`, `'${service}'`];
  const start = lines.findIndex((line) => {
    const text = line.trimStart();
    const colon = text.search(/:(?:\s|$)/);
    return text !== line && colon > 0 && quoted.includes(text.slice(0, colon).trimEnd());
  });
  if (start < 0) return undefined;
  const indent = indentOf(lines[start] ?? '');
  const name = path?.split(/[\\/]/).pop();
  // `cert/cert.pem` tells more than `cert.pem`.
  const longer = path?.split(/[\\/]/).slice(-2).join('/');
  let best: MountLocation | undefined;
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (/^\s*(#|$)/.test(line)) continue;
    if (indentOf(line) <= indent) break;
    if (longer !== undefined && line.includes(longer)) return { line: at, score: 2 };
    if (best === undefined && name !== undefined && line.includes(name)) best = { line: at, score: 2 };
  }
  return best ?? { line: start, score: 1 };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
