/** The few settings of git that decide what it tracks. Pure. */

export interface GitSettings {
  readonly ignoreCase: boolean | undefined;
  /** core.excludesFile, as written */
  readonly excludesFile: string | undefined;
  /** core.worktree, as written */
  readonly workTree: string | undefined;
  /** extensions.objectFormat, `sha1` or `sha256` */
  readonly objectFormat: string | undefined;
}

/** Reads one configuration file. Included files are not followed. */
export function parseGitConfig(text: string): GitSettings {
  const values = new Map<string, string>();
  let section = '';
  // A backslash at the end of a line continues it.
  for (const line of text.replace(/\\\r?\n/g, '').split(/\r?\n/)) {
    const [, name, rest] = /^\s*\[\s*([A-Za-z0-9.-]+)\s*(?:"(?:[^"\\]|\\.)*"\s*)?\](.*)$/.exec(line) ?? [];
    // A subsection never holds what is looked for here.
    if (name !== undefined) section = /^\s*\[[^\]]*"/.test(line) ? '' : name.toLowerCase();
    const [, key, value] = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:=(.*))?$/.exec(rest ?? line) ?? [];
    if (key !== undefined) values.set(`${section}.${key.toLowerCase()}`, plainValue(value));
  }
  const ignoreCase = values.get('core.ignorecase')?.toLowerCase();
  return {
    ignoreCase:
      ignoreCase === undefined
        ? undefined
        : ignoreCase === ''
          ? false
          : /^(true|yes|on|[1-9]\d*)$/.test(ignoreCase),
    excludesFile: values.get('core.excludesfile'),
    workTree: values.get('core.worktree'),
    objectFormat: values.get('extensions.objectformat'),
  };
}

/** Without comment, quotes and escapes. A key without `=` is true. */
function plainValue(text: string | undefined): string {
  if (text === undefined) return 'true';
  let [value, quoted] = ['', false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') quoted = !quoted;
    else if (character === '\\') value += { n: '\n', t: '\t', b: '\b' }[text[++at] ?? ''] ?? text[at] ?? '';
    else if (!quoted && (character === '#' || character === ';')) break;
    else value += character;
  }
  return value.trim();
}
