// @ts-check
// `npm run lint`: every regular expression of what we ship takes time that is linear in what it is given. `recheck` says
// so by the automaton of the expression, and where it has none by trying.
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { check } from 'recheck';
import { parseAst } from 'vitest/node';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['server/src', 'client/src', 'client/webview'];
/** Milliseconds for one expression: what takes longer to be understood is written in parts. */
const PATIENCE = 30_000;

/**
 * @typedef {object} Literal
 * @property {string} pattern
 * @property {string} flags
 */

/**
 * The regular expressions of a TypeScript text.
 * @param {string} text
 * @returns {Promise<{ readonly literals: readonly Literal[], readonly made: number }>} `made`: how many are put
 *   together at run time, and can't be looked at
 */
export async function expressionsIn(text) {
  const { code } = await transform(text, { loader: 'ts' });
  /** @type {Literal[]} */
  const literals = [];
  let made = 0;
  /** @param {any} node */
  const walk = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (node.regex) literals.push(node.regex);
    if (/^(New|Call)Expression$/.test(node.type) && node.callee.name === 'RegExp') made += 1;
    for (const part of Object.values(node)) walk(part);
  };
  walk(parseAst(code));
  return { literals, made };
}

/**
 * Why an expression may not be used; undefined for one that is linear.
 * @param {Literal} literal
 * @returns {Promise<string | undefined>}
 */
export async function objection({ pattern, flags }) {
  // Without an unbounded repetition there is nothing to try again.
  if (!/[*+]|\{\d+,\}/.test(pattern)) return undefined;
  const found = await check(pattern, flags, { timeout: PATIENCE });
  if (found.status === 'safe') return undefined;
  return found.status === 'vulnerable'
    ? `${found.complexity.summary}, for example with ${found.attack.pattern}`
    : 'it is too much to be checked: write it in parts';
}

/** @returns {Promise<readonly string[]>} what is wrong, a line each */
async function look() {
  /** @type {Map<string, Literal & { readonly files: string[] }>} */
  const all = new Map();
  /** @type {string[]} */
  const wrong = [];
  for (const directory of SOURCES) {
    for (const name of readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const file = `${directory}/${name.replaceAll('\\', '/')}`;
      const { literals, made } = await expressionsIn(readFileSync(join(root, file), 'utf8'));
      if (made > 0) wrong.push(`${file}: RegExp(…) can't be checked: write a literal, or look without one.`);
      for (const literal of literals) {
        const key = `/${literal.pattern}/${literal.flags}`;
        const known = all.get(key) ?? { ...literal, files: [] };
        known.files.push(file);
        all.set(key, known);
      }
    }
  }
  const waiting = [...all];
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [key, { files, ...literal }] = next;
      const why = await objection(literal);
      if (why !== undefined) wrong.push(`${[...new Set(files)].join(', ')}: ${key}\n  ${why}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wrong = await look();
  for (const line of wrong) console.error(line);
  // It leaves a process behind that waits for more.
  process.exit(wrong.length > 0 ? 1 : 0);
}
