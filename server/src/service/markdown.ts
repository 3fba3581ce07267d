/** Text of compose files and of the host as Markdown: whatever it holds, it can't become markup. */

/** As code. */
export function code(text: string): string {
  const clean = text.replace(/[\r\n]+/g, ' ').replaceAll('`', 'ˋ');
  return `\`${clean}\``;
}

/** As running text. */
export function plain(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]()#+!<>|~&$]/g, '\\$&');
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
