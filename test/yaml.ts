/**
 * A file's text as a template over several lines, as deep as the code around it: the line break after the opening quote
 * and the indentation that all lines share are no part of it, nor are the spaces before the closing quote.
 */
export function yaml(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const parts = strings.raw.map((part) => part.replaceAll('\\`', '`').replaceAll('\\$', '$'));
  const text = parts
    .join('\0')
    .replace(/^\n/, '')
    .replace(/\n[ ]+$/, '\n');
  const indents = [...text.matchAll(/^[ ]*(?=[^\s])/gm)].map(([indent]) => indent.length);
  const common = new RegExp(`^[ ]{${Math.min(...indents)}}`, 'gm');
  let index = 0;
  return text.replace(common, '').replaceAll('\0', () => String(values[index++]));
}
