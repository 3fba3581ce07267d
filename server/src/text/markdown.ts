/**
 * Text of compose files and of the host as Markdown: whatever it holds, it becomes no markup, no link, no picture and
 * no icon, in running text as in the cells of a table. The client has these functions too.
 */
import { oneLine } from './harmless';

/**
 * As code. A code span has no escapes: a backtick would end it, a `|` would end it in a table, `$(` may begin an icon.
 * What holds one of them is written as running text, which can say them all.
 */
export function code(text: string): string {
  const clean = oneLine(text);
  if (clean.trim() === '') return plain('""');
  return /[`|]|\$\(/.test(clean) ? plain(clean) : `\`${clean}\``;
}

/**
 * As running text. `|` is written as a number, since a table looks for it before anything else is read; so is `$`, since
 * VS Code looks for icons when all is read. Addresses would be links without any markup.
 */
export function plain(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]()#+!<>~&@]/g, '\\$&')
    .replace(/:(?=\/\/)|(?<=\bwww)\./gi, '\\$&')
    .replace(/[|$]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/^(?=[-=:])/, '\\');
}

/** Running text of ours in which paths and words in backquotes are code. */
export function withCode(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? code(part) : plain(part)))
    .join('');
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
