/** Changes to DER that keep it DER, for the most part: one value becomes another, and lengths are put right. */
import { encoded, readValue } from '../../server/src/pki/asn1/read-der';
import type { Random } from '../pki/agreement/random';

interface Node {
  tag: number;
  /** Of constructed values, and of strings that hold DER themselves. */
  children?: Node[];
  /** The count of unused bits, where a bit string holds DER. */
  prefix?: number;
  content: Buffer;
  /** Identifier and length as they are written, where that is a lie. */
  header?: Buffer;
}

const DEPTH_MAX = 24;
const NESTING: readonly number[] = [0x30, 0x31, 0x02, 0x04, 0x05, 0x06];

function read(bytes: Uint8Array, depth = 0): Node[] | undefined {
  const nodes: Node[] = [];
  let rest = bytes;
  try {
    while (rest.length > 0) {
      const next = readValue(rest);
      nodes.push(nodeOf(next.value.tag, Buffer.from(next.value.content), depth));
      rest = next.rest;
    }
  } catch {
    return undefined;
  }
  return nodes;
}

function nodeOf(tag: number, content: Buffer, depth: number): Node {
  const node: Node = { tag, content };
  if (depth >= DEPTH_MAX) return node;
  if ((tag & 0x20) !== 0) return { ...node, children: read(content, depth + 1) ?? [] };
  const inner = tag === 3 ? content.subarray(1) : tag === 4 ? content : undefined;
  if (inner === undefined || !NESTING.includes(inner[0] ?? 0)) return node;
  const children = read(inner, depth + 1);
  if (children?.length !== 1) return node;
  return { ...node, children, ...(tag === 3 ? { prefix: content[0] ?? 0 } : {}) };
}

function write({ tag, children, prefix, content, header }: Node): Buffer {
  const inner = children === undefined ? content : Buffer.concat(children.map(write));
  const whole = prefix === undefined ? inner : Buffer.concat([Buffer.of(prefix), inner]);
  return header === undefined ? encoded(tag, whole) : Buffer.concat([header, whole]);
}

function allOf(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) => [node, ...allOf(node.children ?? [])]);
}

const IDENTIFIERS = [
  // Algorithms of keys.
  ...['2a864886f70d010101', '2a864886f70d01010a', '2a864886f70d010107', '2a8648ce3d0201', '2a8648ce380401'],
  ...['2b656e', '2b656f', '2b6570', '2b6571', '2a864886f70d010301', '2a8648ce3e0201', '2a811ccf5501822d'],
  ...['608648016503040311', '608648016503040312', '608648016503040401', '2a85030701010101'],
  // Curves.
  ...['2a8648ce3d030107', '2b81040022', '2b81040023', '2b81040021', '2b8104000a', '2a8648ce3d030101'],
  ...[
    '2b2403030208010107',
    '2b240303020801010d',
    '2b81040010',
    '2a811ccf5501822d',
    '2b81040001',
    '672b01040a',
  ],
  ...['2a8648ce3d0101', '2a8648ce3d0102'],
  // Signatures and digests.
  ...['2a864886f70d01010b', '2a864886f70d010104', '2a8648ce3d040302', '2a8648ce3d0401', '608648016503040302'],
  ...['608648016503040201', '2b0e03021a', '2a864886f70d010108', '2a864886f70d0205'],
  // Extensions, attributes, and ciphers.
  ...[
    '551d0f',
    '551d11',
    '551d13',
    '551d1e',
    '551d25',
    '551d23',
    '551d0e',
    '550403',
    '55040a',
    '2b06010505070118',
  ],
  ...[
    '2a864886f70d01050d',
    '2a864886f70d01050c',
    '60864801650304012a',
    '2a864886f70d0307',
    '2b06010401da47040b',
  ],
].map((hex) => Buffer.from(hex, 'hex'));

const TIMES = [
  ...['', 'Z', '991332256199Z', '000000000000Z', '99991231235959Z', '20500101000000Z', '500101000000Z'],
  ...[
    '20500101000000+0100',
    '5001010000Z',
    '20240230000000Z',
    '-00101000000Z',
    '2024010100000Z',
    '\0'.repeat(13),
  ],
  ...['00000101000000Z', '20240101000000.5Z', '٠١٠١٠١٠١٠١٠١Z'],
];
const TEXTS = [
  '',
  '\0',
  'a\0b',
  'a\nb',
  '*.',
  '\u202e',
  'ä'.repeat(40_000),
  '.'.repeat(300),
  '%00',
  '[x](command:y)',
];

const INTEGERS: readonly ((random: Random) => Buffer)[] = [
  () => Buffer.alloc(0),
  () => Buffer.of(0),
  () => Buffer.of(1),
  () => Buffer.of(2),
  () => Buffer.of(3),
  () => Buffer.of(0xff),
  () => Buffer.of(0x80),
  () => Buffer.from('010001', 'hex'),
  () => Buffer.from('7fffffff', 'hex'),
  () => Buffer.from('00ffffffff', 'hex'),
  () => Buffer.from('00ffffffffffffffff', 'hex'),
  (random) => Buffer.alloc(1 + random.below(80), 0xff),
  (random) => Buffer.alloc(1 + random.below(80), 0x7f),
  (random) => Buffer.alloc(random.pick([128, 256, 1025, 2048, 2049, 2050, 4096, 20_000]), 0x55),
  (random) => Buffer.concat([Buffer.alloc(random.below(20)), Buffer.of(1 + random.below(127))]),
];

type Change = (node: Node, random: Random, others: readonly Node[]) => void;

const ANY: readonly Change[] = [
  (node, random) => (node.tag = random.below(256)),
  (node, random) => (node.tag ^= 1 << random.below(8)),
  (node, random) =>
    (node.tag = random.pick([
      2, 3, 4, 5, 6, 0x0c, 0x13, 0x1e, 0x17, 0x18, 0x30, 0x31, 0xa0, 0xa1, 0xa3, 0x81, 0x1f,
    ])),
  // Lengths that lie.
  (node, random) => {
    const { length } = write({ ...node, header: Buffer.alloc(0) });
    const claims = [0, 1, length - 1, length + 1, 0x7f].filter((claim) => claim >= 0 && claim < 0x80);
    const odd = [
      '80',
      '8100',
      `81${length.toString(16).padStart(2, '0').slice(-2)}`,
      '820001',
      '8400000001',
      '84ffffffff',
      '847fffffff',
      '88ffffffffffffffff',
      '89010000000000000000',
      'ff',
    ];
    node.header = random.oneIn(2)
      ? Buffer.of(node.tag, random.pick(claims))
      : Buffer.from(`${node.tag.toString(16).padStart(2, '0')}${random.pick(odd)}`, 'hex');
  },
  (node, random, others) =>
    Object.assign(node, { children: undefined, prefix: undefined }, structuredClone(random.pick(others))),
  (node, random) => {
    const depth = random.pick([1, 2, 5, 30, 400]);
    let inner: Node = { ...node };
    for (let left = depth; left > 0; left--)
      inner = { tag: random.pick([0x30, 0x30, 4]), content: Buffer.alloc(0), children: [inner] };
    Object.assign(node, { prefix: undefined, header: undefined }, inner);
  },
  (node) => Object.assign(node, { content: Buffer.alloc(0), children: undefined, prefix: undefined }),
];

const OF_LISTS: readonly Change[] = [
  ({ children = [] }, random) => children.splice(random.below(children.length), 1),
  ({ children = [] }, random) => {
    const copy = structuredClone(random.pick(children));
    for (let left = random.pick([1, 1, 2, 9, 300]); left > 0; left--)
      children.splice(random.below(children.length + 1), 0, copy);
  },
  ({ children = [] }, random) => {
    const [one, other] = [random.below(children.length), random.below(children.length)];
    [children[one], children[other]] = [children[other] as Node, children[one] as Node];
  },
  ({ children = [] }, random, others) =>
    children.splice(random.below(children.length + 1), 0, structuredClone(random.pick(others))),
  (node) => {
    if (node.prefix !== undefined) node.prefix = 1 + ((node.prefix * 7) % 255);
  },
];

/** By tag; content is a copy of the value's own. */
function changesOf(tag: number): readonly Change[] {
  const put =
    (change: (content: Buffer, random: Random) => Buffer): Change =>
    (node, random) => {
      node.content = change(Buffer.from(node.content), random);
      node.children = undefined as never;
      node.prefix = undefined as never;
    };
  const pick = (choices: readonly Buffer[]) => put((_, random) => random.pick(choices));
  const texts = pick(TEXTS.map((text) => Buffer.from(text)));
  const bytes: readonly Change[] = [
    put((content, random) => content.fill(random.pick([0, 0xff, 0x5a]))),
    put((_, random) =>
      Buffer.alloc(
        random.pick([0, 1, 31, 32, 33, 41, 48, 49, 57, 66, 67, 200, 5000]),
        random.pick([0, 1, 0x5a, 0xff]),
      ),
    ),
    put((content, random) =>
      Buffer.concat([Buffer.alloc(1 + random.below(40), random.pick([0, 0, 0xff])), content]),
    ),
    put((content, random) => content.subarray(0, random.below(content.length + 1))),
    put((content, random) => Buffer.concat([content, Buffer.alloc(1 + random.below(9), 1)])),
    put((content, random) => {
      if (content.length > 0) content[random.below(content.length)] = random.below(256);
      return content;
    }),
  ];
  switch (tag) {
    case 1:
      return [put((_, random) => Buffer.alloc(random.below(4), random.pick([0, 1, 0xff])))];
    case 2:
      return [
        put((_, random) => random.pick(INTEGERS)(random)),
        put((_, random) => random.pick(INTEGERS)(random)),
        put((content) => {
          if (content.length > 0) content[content.length - 1] = (content.at(-1) ?? 0) ^ 1;
          return content;
        }),
        // The number's negative, one bit aside.
        put((content) => Buffer.from(content.map((byte) => byte ^ 0xff))),
        ...bytes,
      ];
    case 3:
      return [
        put((content, random) =>
          Buffer.concat([Buffer.of(random.pick([1, 3, 7, 8, 9, 255])), content.subarray(1)]),
        ),
        // Points: at infinity, of another form, not on the curve.
        put((_, random) => Buffer.of(0, random.pick([0, 2, 3, 4, 5, 6, 7]))),
        put((content, random) =>
          Buffer.concat([Buffer.of(0, random.pick([0, 2, 3, 4, 5, 6, 7, 0xff])), content.subarray(2)]),
        ),
        put((content, random) =>
          Buffer.concat([
            Buffer.of(0, random.pick([2, 3])),
            content.subarray(2, 2 + random.pick([32, 33, 48, 66])),
          ]),
        ),
        put((content) =>
          Buffer.concat([content.subarray(0, 2), Buffer.alloc(Math.max(0, content.length - 2), 0xff)]),
        ),
        ...bytes,
      ];
    case 5:
      return [put((_, random) => Buffer.alloc(1 + random.below(4)))];
    case 6:
      return [
        pick(IDENTIFIERS),
        pick(IDENTIFIERS),
        put((content) => Buffer.concat([content, Buffer.of(0x81)])),
        put((content) => Buffer.concat([Buffer.of(0x80), content])),
        put((_, random) =>
          Buffer.concat([Buffer.alloc(random.pick([8, 20, 63, 64, 2000]), 0xff), Buffer.of(0x7f)]),
        ),
        ...bytes,
      ];
    case 0x17:
    case 0x18:
      return [pick(TIMES.map((text) => Buffer.from(text))), ...bytes];
    case 0x0c:
    case 0x13:
    case 0x14:
    case 0x16:
    case 0x1e:
    case 0x82:
      return [texts, ...bytes];
    default:
      return bytes;
  }
}

/**
 * One to four changes, the same for the same random numbers and bytes. `others`: DER to take parts of. Now and then the
 * end is cut off, or something follows.
 */
export function mutateAsn1(der: Uint8Array, random: Random, others: readonly Uint8Array[]): Buffer {
  const roots = read(der) ?? [];
  if (roots.length === 0) return Buffer.from(der);
  const parts = allOf(read(random.pick(others)) ?? roots);
  for (let left = random.pick([1, 1, 1, 2, 2, 3, 4]); left > 0; left--) {
    const node = random.pick(allOf(roots));
    const list = node.children !== undefined && node.children.length > 0;
    const own = list && !random.oneIn(4) ? OF_LISTS : changesOf(node.tag);
    random.pick(random.oneIn(4) ? ANY : own)(node, random, parts);
  }
  const whole = Buffer.concat(roots.map(write));
  if (random.oneIn(40)) return whole.subarray(0, random.below(whole.length));
  return random.oneIn(40)
    ? Buffer.concat([whole, Buffer.alloc(1 + random.below(9), random.below(256))])
    : whole;
}
