/** Where keys in block style stand, told line by line: for a look at a service's text without reading it as YAML. */
import { memo } from '../../cache/memo';
import type { Analysis } from '../check/run-rules';

type Part = readonly [from: number, to: number];

/** By file. */
const known = memo((_: Analysis) => new Map<string, ReadonlyMap<string, Part>>());

/**
 * Where the block of `service` stands in a file's text; the whole text where that can't be told, or where several
 * blocks have its name. Offsets.
 */
export function partOf(analysis: Analysis, file: string, text: string, service: string): Part {
  const byFile = known(analysis);
  const blocks = byFile.get(file) ?? blocksOf(text);
  byFile.set(file, blocks);
  return blocks.get(service) ?? [0, text.length];
}

/** The blocks of services whose keys have nothing else on their lines, by key; those whose key is there once. */
function blocksOf(text: string): ReadonlyMap<string, Part> {
  const blocks = new Map<string, Part>();
  const several = new Set<string>();
  let inServices = false;
  /** The key of a service, or of something else that is indented as the first one is. */
  let open: { readonly key: string | undefined; readonly indent: number; readonly from: number } | undefined;
  const closeTo = (indent: number, at: number) => {
    if (!open || open.indent < indent) return;
    if (open.key !== undefined) {
      if (blocks.has(open.key)) several.add(open.key);
      blocks.set(open.key, [open.from, at]);
    }
    open = undefined;
  };
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(at, end);
    const content = line.trimStart();
    const indent = line.search(/[^ ]/);
    if (content !== '' && content[0] !== '#' && line.length - content.length === indent) {
      // What is not closed is told where the next one begins.
      closeTo(indent, at + indent);
      const colon = content.indexOf(':');
      const isHead = colon > 0 && /^\s*(?:#|$)/.test(content.slice(colon + 1));
      const key = isHead ? content.slice(0, colon) : undefined;
      if (indent === 0) inServices = key === 'services';
      else if (inServices) open ??= { key, indent, from: at };
    }
    at = end + 1;
  }
  closeTo(0, text.length);
  for (const key of several) blocks.delete(key);
  return blocks;
}
