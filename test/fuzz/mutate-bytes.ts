/** Changes to PEM files: inside the DER, where lengths and tags are, and in the text around it. */
import { type Random, seeded } from '../pki/agreement/random';

/** One to four changes of a file, the same for the same seed and content. */
export function mutateBytes(bytes: Buffer, seed: number): Buffer {
  const random = seeded(seed);
  let result = bytes;
  for (let left = random.below(4); left >= 0; left--) {
    const isText = result.includes('-----BEGIN');
    result = isText && !random.oneIn(6) ? mutatePem(result, random) : mutateRaw(result, random);
  }
  return result;
}

function mutatePem(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString('latin1');
  if (!random.oneIn(3)) return Buffer.from(inDer(text, random), 'latin1');
  return Buffer.from(random.pick(IN_TEXT)(text, random), 'latin1');
}

/** Changes the content of one block, and writes it as base64 again. */
function inDer(text: string, random: Random): string {
  const blocks = [
    ...text.matchAll(/(-----BEGIN [^\n]*-----\n(?:[\w-]+: [^\n]*\n)*\n?)([A-Za-z0-9+/=\s]*)(?=-----END)/g),
  ];
  if (blocks.length === 0) return text;
  const block = random.pick(blocks);
  const start = block.index + (block[1]?.length ?? 0);
  const der = mutateDer(Buffer.from(block[2] ?? '', 'base64'), random);
  const base64 = der.toString('base64').replaceAll(/.{1,64}/g, '$&\n');
  return text.slice(0, start) + base64 + text.slice(start + (block[2]?.length ?? 0));
}

/** Changes bytes where they count: tags and lengths more often than what they hold. */
function mutateDer(der: Buffer, random: Random): Buffer {
  if (der.length === 0) return der;
  const heads = headsOf(der);
  const head = heads.length > 0 && !random.oneIn(4) ? random.pick(heads) : random.below(der.length);
  const changed = Buffer.from(der);
  switch (random.below(9)) {
    case 0:
      changed[head] = random.below(256);
      return changed;
    case 1:
      changed[head + 1 < der.length ? head + 1 : head] = random.pick([
        0, 1, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xff,
      ]);
      return changed;
    case 2:
      changed[head] = (der[head] ?? 0) ^ (1 << random.below(8));
      return changed;
    case 3:
      return der.subarray(0, random.below(der.length));
    case 4:
      return Buffer.concat([der, Buffer.alloc(1 + random.below(40), random.below(256))]);
    case 5: {
      const end = Math.min(der.length, head + 2 + (der[head + 1] ?? 0));
      return Buffer.concat([der.subarray(0, end), der.subarray(head, end), der.subarray(end)]);
    }
    case 6:
      return Buffer.concat([der.subarray(0, head), Buffer.from([0x30, 0x80]), der.subarray(head)]);
    case 7: {
      const content = (der[head + 1] ?? 0) & 0x7f;
      changed.fill(random.pick([0, 0xff, 0x30, 0x41]), head + 2, Math.min(der.length, head + 2 + content));
      return changed;
    }
    default: {
      // Nested as deep as it goes: each level is a sequence of indefinite length, or a short one.
      const depth = random.oneIn(4) ? 20_000 : 60;
      return Buffer.concat([Buffer.from('3080'.repeat(depth), 'hex'), der]);
    }
  }
}

/** Offsets of tags, found by walking into constructed values. */
function headsOf(der: Buffer): number[] {
  const heads: number[] = [];
  const walk = (from: number, to: number) => {
    let at = from;
    while (at + 1 < to && heads.length < 400) {
      heads.push(at);
      const first = der[at + 1] ?? 0;
      const extra = first > 0x80 ? first & 0x7f : 0;
      const length =
        extra > 0 && extra <= 4
          ? der.subarray(at + 2, at + 2 + extra).reduce((n, b) => n * 256 + b, 0)
          : first;
      const start = at + 2 + extra;
      const end = Math.min(to, start + length);
      if (((der[at] ?? 0) & 0x20) !== 0) walk(start, end);
      at = Math.max(end, at + 2);
    }
  };
  walk(0, der.length);
  return heads;
}

function mutateRaw(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  switch (random.below(6)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), Buffer.of(random.below(256)), bytes.subarray(at + 1)]);
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(random.below(bytes.length + 1))]);
    case 3:
      return Buffer.from(`\uFEFF${bytes.toString('latin1')}`, random.oneIn(2) ? 'utf16le' : 'utf8');
    case 4:
      return Buffer.concat([bytes, Buffer.alloc(random.below(200_000), random.pick([0, 0x2d, 0x0a, 0x41]))]);
    default:
      return mutateDer(bytes, random);
  }
}

const LABELS = [
  'CERTIFICATE',
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'DSA PRIVATE KEY',
  'PUBLIC KEY',
  'EC PARAMETERS',
  'ENCRYPTED PRIVATE KEY',
  'OPENSSH PRIVATE KEY',
  'X'.repeat(3000),
  '',
  '-----',
]; // prettier-ignore

const IN_TEXT: readonly ((text: string, random: Random) => string)[] = [
  (text, random) => text.replaceAll(/(BEGIN|END) [A-Z0-9 ]+/g, `$1 ${random.pick(LABELS)}`),
  (text, random) => text.replace(/END [A-Z0-9 ]+/, `END ${random.pick(LABELS)}`),
  (text, random) => text.repeat(2 + random.below(random.oneIn(10) ? 100 : 4)),
  (text, random) => text.replaceAll('\n', random.pick(['\r\n', '\r', ' ', '', '\n\n', '\t\n', '\u0085'])),
  (text) => text.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n'),
  (text) => text.replace('-----\n', `-----\n${'A: b\n'.repeat(2000)}\n`),
  (text, random) =>
    `${random.pick(['Bag Attributes\n', 'x'.repeat(50_000), '-----BEGIN ', '-----BEGIN X-----\n'])}${text}`,
  (text, random) =>
    text.replace(/-----END/, `${random.pick(['=', '====', '!', '\u0000', 'A', '-'])}-----END`),
  (text) => text.replaceAll('-----END', '-----BEGIN'),
  (text, random) => '-----BEGIN CERTIFICATE-----\n'.repeat(1 + random.below(3000)) + text,
];
