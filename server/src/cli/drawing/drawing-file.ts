/** Files that `map` wrote, recognised by what is in them: nothing else is ever replaced. */
import type { Host } from '../../platform/platform';

/** Bytes of a drawing; none is larger. */
const LARGEST = 16 * 1024 * 1024;

/** The bytes of a drawing of ours at a path; undefined for anything else, whatever it is. */
export async function readDrawing(path: string, { files }: Host): Promise<Uint8Array | undefined> {
  const bytes = await files.read(path, LARGEST);
  if (!bytes.ok) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value);
    return isSvg(text) || isMermaid(text) || isJson(text) ? bytes.value : undefined;
  } catch {
    return undefined;
  }
}

function isSvg(text: string): boolean {
  const begins = '<svg xmlns="http://www.w3.org/2000/svg" class="map-svg" ';
  return (
    text.startsWith(begins) && text.includes('<title id="map-title">Key map: ') && text.endsWith('</svg>\n')
  );
}

/** What the first line begins and the last ones define stands in every such drawing. */
function isMermaid(text: string): boolean {
  const lines = text.split('\n');
  const ends = lines.pop() === '' && lines.pop() === '  classDef absent stroke-dasharray:5 4';
  const classes = lines.slice(lines.findLastIndex((line) => !line.startsWith('  classDef ')) + 1);
  return (
    ends &&
    lines[0] === 'flowchart LR' &&
    classes.some((line) => /^ {2}classDef good stroke:#\w+$/.test(line))
  );
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('version' in value && 'maps' in value)) return false;
    const maps: readonly unknown[] = Array.isArray(value.maps) ? value.maps : [];
    const keys = ['composeFiles', 'services', 'mounts', 'files', 'shared', 'counts'];
    const isMap = (map: unknown) =>
      typeof map === 'object' && map !== null && keys.every((key) => key in map);
    return maps.length > 0 && maps.every(isMap);
  } catch {
    return false;
  }
}

/** True where two paths are one file, links in their directories resolved; the last name is taken as it is. */
export async function isOneOf(
  path: string,
  others: readonly string[],
  { files, paths }: Host,
): Promise<boolean> {
  const real = async (each: string) => {
    const directory = await files.realPath(paths.dirname(each));
    return directory.ok ? paths.join(directory.value, paths.basename(each)) : each;
  };
  const targets = await Promise.all(
    others.map(async (other) => {
      const target = await files.realPath(other);
      return [await real(other), ...(target.ok ? [target.value] : [])];
    }),
  );
  return targets.flat().includes(await real(path));
}
