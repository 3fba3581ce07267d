/** The same YAML in other styles: what a mutation does there stays YAML, so that it gets past the parser. */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments, visit } from 'yaml';
import type { Random } from '../pki/agreement/random';

const STYLES = ['PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const;

/** The text written anew; as it was where it is no YAML. */
export function restyle(text: string, random: Random): string {
  try {
    const documents = parseAllDocuments(text, { logLevel: 'silent' });
    if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return text;
    const parts = (documents as Document.Parsed[]).map((document) => write(document, random));
    return parts.join(parts.length > 1 ? '---\n' : '');
  } catch {
    return text;
  }
}

function write(document: Document.Parsed, random: Random): string {
  const nodes: Node[] = [];
  visit(document, {
    Node(_key, node) {
      nodes.push(node as Node);
    },
  });
  for (let left = random.below(5); left >= 0 && nodes.length > 0; left--)
    change(random.pick(nodes), document, nodes, random);
  return document.toString({
    indent: random.pick([1, 2, 2, 3, 4, 8]),
    indentSeq: random.oneIn(2),
    lineWidth: random.pick([0, 0, 20, 80]),
    flowCollectionPadding: random.oneIn(2),
    defaultStringType: random.pick(['PLAIN', 'PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE']),
  });
}

function change(node: Node, document: Document.Parsed, nodes: readonly Node[], random: Random): void {
  if (isAlias(node)) return;
  if (isScalar(node)) {
    if (typeof node.value === 'string') node.type = random.pick(STYLES);
    else if (random.oneIn(3)) node.comment = ' a comment';
    return;
  }
  if (!isMap(node) && !isSeq(node)) return;
  const what = random.below(5);
  if (what === 0) node.flow = !node.flow;
  else if (what === 1) node.items.reverse();
  else if (what === 2) node.comment = ' mender-ignore-next-line';
  else if (what === 3) node.spaceBefore = true;
  else if (isMap(node) && random.oneIn(2)) {
    // An alias of something that stands before, in place of a value.
    const pair = node.items[random.below(node.items.length)];
    const source = nodes[random.below(Math.max(1, nodes.indexOf(node)))];
    if (pair && source && isMap(source) && source !== node && !source.items.includes(pair))
      pair.value = document.createAlias(
        source as never,
        source.anchor ?? `n${nodes.indexOf(source)}`,
      ) as never;
  }
}
