/** Where what stands in a compose file comes from. */
import { readDotenv } from '../../compose/syntax/dotenv';
import { lineIndex } from '../../compose/syntax/line-index';
import type { Host } from '../../platform/platform';
import type { Definition, Place } from '../api/editor-features';
import type { CheckedStack } from '../check/check-file';
import { rangeOf } from '../edits/to-text-edits';
import { existingFile } from './document-links';
import { holds, placeOf, pointedAt, providerOf } from './shared/element-at';

const START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const VARIABLE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?:[^}\r\n\w][^}\r\n]*)?\}?|([A-Za-z_][A-Za-z0-9_]*))/g;

/** Where what stands at an offset comes from. With `readable` false no host file is looked at. */
export async function definitionAt(
  file: string,
  offset: number,
  checked: readonly CheckedStack[],
  host: Host,
  readable: boolean,
): Promise<Definition | undefined> {
  const pointed = pointedAt(file, offset, checked);
  if (!pointed) return undefined;
  const lines = pointed.checked.analysis.lines(file);
  const named = variableAt(file, offset, pointed.checked);
  if (named) {
    const places = dotenvPlaces(named.name, pointed.checked);
    if (places.length > 0) return { origin: rangeOf(named.span, lines), places };
  }
  if (pointed.kind === 'variable') {
    const mount = providerOf(pointed.variable, pointed.mender.service);
    if (!mount || !holds(pointed.variable.span, file, offset)) return undefined;
    return {
      origin: rangeOf(pointed.variable.valueSpan, lines),
      places: [placeOf(mount.span, pointed.checked)],
    };
  }
  if (pointed.kind !== 'mount') return undefined;
  const { mount, mender } = pointed;
  if (holds(mount.targetText.span, file, offset) && mount.targetText.span !== mount.sourceText?.span) {
    const naming = [...mender.service.environment.values()].filter(
      (variable) => providerOf(variable, mender.service) === mount,
    );
    if (naming.length === 0) return undefined;
    return {
      origin: rangeOf(mount.targetText.span, lines),
      places: naming.map(({ valueSpan }) => placeOf(valueSpan, pointed.checked)),
    };
  }
  const source = mount.sourceText?.span;
  if (!readable || !source || !holds(source, file, offset)) return undefined;
  const path = await existingFile(mount, host);
  return path === undefined
    ? undefined
    : { origin: rangeOf(source, lines), places: [{ file: path, range: START }] };
}

/** `${NAME}` or `$NAME` around an offset. */
function variableAt(file: string, offset: number, { analysis }: CheckedStack) {
  const text = analysis.texts.get(file) ?? '';
  const lines = analysis.lines(file);
  const { line } = lines.positionAt(offset);
  const lineStart = lines.lineStart(line);
  for (const match of text.slice(lineStart, lines.lineEnd(line)).matchAll(VARIABLE)) {
    const start = lineStart + match.index;
    const span = { file, start, end: start + match[0].length };
    // `$$` is a dollar sign.
    if (text[start - 1] !== '$' && holds(span, file, offset))
      return { name: match[1] ?? match[2] ?? '', span };
  }
  return undefined;
}

/** The lines of `.env` files that set a variable; files that only serve containers (`env_file`) come last. */
function dotenvPlaces(name: string, { analysis }: CheckedStack): readonly Place[] {
  const composeFiles = new Set(analysis.deployment.stack.files.map((each) => each.file));
  const found: Place[] = [];
  for (const [file, text] of analysis.texts) {
    if (composeFiles.has(file) || !text.includes(name)) continue;
    const entry = readDotenv(text, () => undefined).entries.get(name);
    if (!entry) continue;
    const [start] = entry.nameAt;
    const end = Math.max(entry.nameAt[1], entry.valueAt[1]);
    found.push({ file, range: rangeOf({ file, start, end }, lineIndex(text)) });
  }
  const isDotenv = ({ file }: Place) => /(^|[\\/])\.env[^\\/]*$/.test(file);
  const [dotenv, others] = [found.filter(isDotenv), found.filter((place) => !isDotenv(place))];
  return dotenv.length > 0 ? dotenv : others;
}
