/** Values with anchors, aliases and tags as YAML text, in the styles that people write. */

export type Value =
  | string
  | readonly Value[]
  | { readonly [key: string]: Value }
  | { readonly $raw: string }
  | { readonly $tag: string; readonly value: Value }
  | { readonly $anchor: string; readonly value: Value }
  | { readonly $alias: string };

/** Chooses among `count` ways of writing. */
export type Choose = (count: number) => number;

/** A mapping's text, ending in a newline. */
export function yamlText(value: Value, choose: Choose): string {
  return `${block(value, '', choose).replace(/^\n/, '')}\n`;
}

/** The text after `key:` or `-`: ` scalar`, or a newline and an indented block. */
function block(value: Value, indent: string, choose: Choose): string {
  if (typeof value === 'string') return ` ${scalar(value, choose)}`;
  if (isList(value)) {
    if (value.length === 0) return ' []';
    return value.map((item) => `\n${indent}-${inList(item, `${indent}  `, choose)}`).join('');
  }
  if ('$raw' in value) return ` ${value.$raw}`;
  if ('$alias' in value) return ` *${value.$alias}`;
  if ('$tag' in value && 'value' in value)
    return ` ${value.$tag}${block(value.value as Value, indent, choose)}`;
  if ('$anchor' in value && 'value' in value)
    return ` &${value.$anchor}${block(value.value as Value, indent, choose)}`;
  const entries = Object.entries(value as { readonly [key: string]: Value });
  if (entries.length === 0) return ' {}';
  return entries
    .map(
      ([key, each]) =>
        `\n${indent}${/^[\w<-]+$/.test(key) ? key : JSON.stringify(key)}:${block(each, `${indent}  `, choose)}`,
    )
    .join('');
}

/** A block in a list starts on the line of its dash. */
function inList(value: Value, indent: string, choose: Choose): string {
  const text = block(value, indent, choose);
  return text.startsWith(`\n${indent}`) ? ` ${text.slice(indent.length + 1)}` : text;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function scalar(text: string, choose: Choose): string {
  const way = choose(4);
  if (way === 0) return JSON.stringify(text);
  if (way === 1 && !text.includes('\n')) return `'${text.replaceAll("'", "''")}'`;
  const isPlain =
    /^[A-Za-z./~$][^#\n"'\\]*$/.test(text) &&
    !/: |:$|\s$|^~$|^(true|false|null|yes|no|on|off|y|n|~)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}
