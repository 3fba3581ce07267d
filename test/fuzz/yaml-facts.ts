/** What an independent look at YAML says, without our reader. */
import { type Document, parseAllDocuments } from 'yaml';
import { isNestedTooDeeply } from '../../server/src/compose/yaml/nesting-limit';

function documentsOf(text: string): readonly Document[] | undefined {
  // The parser would overflow the stack of the whole process.
  if (isNestedTooDeeply(text)) return undefined;
  try {
    const documents = parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent' });
    return Array.isArray(documents) ? (documents as Document[]) : [];
  } catch {
    return undefined;
  }
}

/** True for YAML without an error. */
export function parses(text: string): boolean {
  return documentsOf(text)?.every(({ errors }) => errors.length === 0) ?? false;
}

/** True when all that `before` says is said by `after` too: keys, values, and entries of lists in their order. */
export function keepsAll(before: string, after: string): boolean {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  // An alias inside of what it names makes a circle: what is being compared is not compared again.
  return old === undefined || now === undefined || contains(now, old, new Set());
}

function valuesOf(text: string): unknown {
  try {
    return documentsOf(text)?.map((document) => document.toJS({ mapAsMap: true, maxAliasCount: 100 }));
  } catch {
    // Aliases that multiply, or name nothing.
    return undefined;
  }
}

function contains(now: unknown, old: unknown, around: ReadonlySet<unknown>): boolean {
  if (old === null || old === undefined || old === '' || around.has(old)) return true;
  const within = typeof old === 'object' ? new Set([...around, old]) : around;
  if (old instanceof Map) {
    if (!(now instanceof Map)) return isModeAdded(now, old);
    const plain = (map: Map<unknown, unknown>) =>
      new Map([...map].map(([key, value]) => [nameOf(key), value]));
    const [theirs, ours] = [plain(now), plain(old)];
    return [...ours].every(([key, value]) => theirs.has(key) && contains(theirs.get(key), value, within));
  }
  if (Array.isArray(old)) {
    if (!Array.isArray(now)) return false;
    let at = 0;
    return old.every((item) => {
      while (at < now.length && !contains(now[at], item, within)) at++;
      return at++ < now.length;
    });
  }
  // A mount gets a mode behind it.
  return (
    nameOf(now) === nameOf(old) ||
    (typeof now === 'string' && /,?:?ro$/.test(now) && now.startsWith(String(old)))
  );
}

/** `source:target:` is a key without a value, until its mode stands behind it. */
function isModeAdded(now: unknown, old: Map<unknown, unknown>): boolean {
  const [[key, value] = [], ...others] = [...old];
  return others.length === 0 && (value === null || value === undefined) && now === `${String(key)}:ro`;
}

function nameOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? JSON.stringify(value, (_key, each) => (each instanceof Map ? [...each] : each))
    : String(value);
}
