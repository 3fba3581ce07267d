// The README as the package carries it. VS Code shows it without a base address: neither a picture nor a page
// beside it can be reached from there.
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** @type {Readonly<Record<string, string>>} */
const types = { '.png': 'image/png', '.jpg': 'image/jpeg', '.gif': 'image/gif', '.webp': 'image/webp' };

/**
 * A README that needs nothing beside it: its pictures are put inside, its links to files of the project become text.
 * @param {string} text Markdown
 * @param {string} root where its relative links start
 * @throws {Error} when a picture is missing, of an unknown type, or written as HTML
 */
export function packagedReadme(text, root) {
  const html = /<(?:img|picture|video)\b/i.exec(text);
  if (html)
    throw new Error(`README.md: write ${html[0]}> as a Markdown picture, so that it can be packaged.`);
  return text.replace(/(!?)\[((?:[^\][]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, (whole, picture, label, target) => {
    if (/^(?:[a-z][a-z0-9+.-]*:|#)/i.test(target)) return whole;
    if (!picture) return label;
    const type = types[extname(target).toLowerCase()];
    if (!type) throw new Error(`README.md: ${target} is not a picture that VS Code shows.`);
    return `![${label}](data:${type};base64,${readFileSync(join(root, target), 'base64')})`;
  });
}
