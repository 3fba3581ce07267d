// Counts how often each block of our sources runs, so that the fuzzer can tell which inputs reach something new.
import { readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { parseAst } from 'vitest/node';

/** Put before a bundle whose sources are counted. */
export const COUNTERS = 'const __blocks = (globalThis.__blocks ??= new Uint32Array(1 << 16));';

/** A plugin for esbuild that adds a counter to each block of the files that match. */
export function countBlocks(filter) {
  let next = 0;
  return {
    name: 'count-blocks',
    setup(build) {
      build.onLoad({ filter }, async ({ path }) => {
        const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'ts', target: 'node20' });
        return { contents: withCounters(code, () => next++), loader: 'js' };
      });
    },
  };
}

/** `code` with `__blocks[N]++` wherever it can branch; `name`: answers the next N. */
export function withCounters(code, name) {
  const inserts = [];
  let order = 0;
  const add = (at, text, closes = false) => inserts.push({ at, text, closes, order: order++ });
  const count = () => `__blocks[${name()}]++`;
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node?.type !== 'string') return;
    const wrapped = branchesOf(node);
    for (const [key, child] of Object.entries(node)) {
      if (key === 'type' || typeof child !== 'object' || child === null) continue;
      const isBranch = wrapped.includes(child);
      if (!isBranch) visit(child);
      else if (child.type === 'BlockStatement') {
        add(child.start + 1, `${count()};`);
        visit(child);
      } else {
        const isStatement = /Statement$|Declaration$/.test(child.type);
        add(child.start, isStatement ? `{${count()};` : `(${count()},`);
        visit(child);
        add(child.end, isStatement ? '}' : ')', true);
      }
    }
    if (node.type === 'SwitchCase' && node.consequent[0]) add(node.consequent[0].start, `${count()};`);
  };
  visit(parseAst(code).body);
  // What ends somewhere ends before something else begins there.
  inserts.sort((a, b) => a.at - b.at || Number(b.closes) - Number(a.closes) || a.order - b.order);
  let result = '';
  let from = 0;
  for (const { at, text } of inserts) {
    result += code.slice(from, at) + text;
    from = at;
  }
  return result + code.slice(from);
}

/** The parts of a node that run only sometimes. */
function branchesOf(node) {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'CatchClause':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return [node.body];
    case 'IfStatement':
    case 'ConditionalExpression':
      return [node.consequent, node.alternate];
    case 'LogicalExpression':
      return [node.right];
    default:
      return [];
  }
}
