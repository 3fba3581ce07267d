/** A strict look at XML: what it holds as a tree of elements, or why it is not well-formed. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (Element | string)[];
}

const REFERENCE = /&(?:amp|lt|gt|quot|#39);/g;
const TAG = /^<(?:(\/)([A-Za-z]+)|([A-Za-z]+)((?:\s+[A-Za-z][\w:.-]*="[^"<]*")*)\s*(\/?))>/;

/** @throws Error for what no XML parser would take */
export function parseXml(text: string): Element {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const allowed =
      code === 9 ||
      code === 10 ||
      code === 13 ||
      (code >= 0x20 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd) ||
      code >= 0x10000;
    if (!allowed) throw new Error(`U+${code.toString(16)} may not stand in XML`);
  }
  const root: Element = { name: '', attributes: new Map(), children: [] };
  const open: Element[] = [root];
  let rest = text;
  while (rest !== '') {
    const top = open.at(-1);
    if (!top) throw new Error('more is closed than was opened');
    const words = /^[^<]+/.exec(rest)?.[0];
    if (words !== undefined) {
      if (words.replaceAll(REFERENCE, '').includes('&')) throw new Error(`a bare & in ${words}`);
      top.children.push(decode(words));
      rest = rest.slice(words.length);
      continue;
    }
    const tag = TAG.exec(rest);
    if (!tag) throw new Error(`no tag: ${rest.slice(0, 60)}`);
    rest = rest.slice(tag[0].length);
    if (tag[1]) {
      if (open.pop()?.name !== tag[2]) throw new Error(`${tag[2]} closes another element`);
      continue;
    }
    const element: Element = { name: tag[3] ?? '', attributes: attributesOf(tag[4] ?? ''), children: [] };
    top.children.push(element);
    if (!tag[5]) open.push(element);
  }
  const elements = root.children.filter((child) => typeof child !== 'string');
  const [only] = elements;
  if (open.length !== 1 || elements.length !== 1 || !only) throw new Error('not one whole element');
  return only;
}

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/\s([\w:.-]+)="([^"]*)"/g)) {
    if (value.replaceAll(REFERENCE, '').includes('&')) throw new Error(`a bare & in ${value}`);
    if (found.has(name)) throw new Error(`${name} stands twice`);
    found.set(name, decode(value));
  }
  return found;
}

function decode(text: string): string {
  const characters: Readonly<Record<string, string>> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
  };
  return text.replace(REFERENCE, (reference) => characters[reference] ?? '');
}

/** Every element, the outer before the inner. */
export function elementsOf(element: Element): Element[] {
  return [
    element,
    ...element.children.flatMap((child) => (typeof child === 'string' ? [] : elementsOf(child))),
  ];
}
