/** What happens to files: bits flip, ends are cut off, labels are wrong, one is copied over the other. */
import type { Random } from './random';

export interface Damage {
  readonly what: string;
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/** Breaks one of two PEM files, or both. */
export function damage(random: Random, certificate: string, key: string): Damage {
  const onKey = random.oneIn(2);
  const broken = (what: string, change: (pem: string) => string | Buffer): Damage => {
    const text = Buffer.from(change(onKey ? key : certificate));
    return {
      what: `${onKey ? 'key' : 'certificate'} ${what}`,
      certificate: onKey ? Buffer.from(certificate) : text,
      key: onKey ? text : Buffer.from(key),
    };
  };
  const kinds: (() => Damage)[] = [
    () => broken('with a flipped bit', (pem) => inDer(pem, (der) => flip(random, der))),
    () => broken('with a flipped bit', (pem) => inDer(pem, (der) => flip(random, der))),
    () => broken('with a flipped bit', (pem) => inDer(pem, (der) => flip(random, der))),
    () =>
      broken('with its content cut off', (pem) =>
        inDer(pem, (der) => der.subarray(0, random.below(der.length))),
      ),
    () => broken('with its text cut off', (pem) => pem.slice(0, 30 + random.below(pem.length - 60))),
    () => broken('without its last line', (pem) => pem.replace(/-----END.*\n?$/, '')),
    () => broken('with another END', (pem) => pem.replace(/END [A-Z ]+/, 'END SOMETHING')),
    () => broken('with another label', (pem) => relabel(random, pem)),
    () => broken('with a character lost', (pem) => lose(random, pem)),
    () => broken('with a character that is no base64', (pem) => pem.replace(/.\n-----END/, '!\n-----END')),
    () => broken('empty', () => ''),
    () => broken('of something else', () => 'server {\n  listen 443 ssl;\n}\n'),
    () => ({ what: 'swapped', certificate: Buffer.from(key), key: Buffer.from(certificate) }),
  ];
  return random.pick(kinds)();
}

/** Changes that leave a file as good as it was. */
export function disguise(random: Random, pem: string): string {
  return random.pick([
    (text: string) => text,
    (text: string) => text,
    (text: string) => text.replaceAll('\n', '\r\n'),
    (text: string) => `Bag Attributes\n    friendlyName: x\n${text}`,
    (text: string) => `${text}\ntext after it\n`,
    (text: string) => text.trimEnd(),
    (text: string) => text.replaceAll('\n', '  \n'),
  ])(pem);
}

/** Changes the content of the last block. */
function inDer(pem: string, change: (der: Buffer) => Buffer): string {
  const [, before = '', label = '', body = ''] =
    /^(.*)-----BEGIN ([A-Z0-9 ]+)-----\n(.*?)-----END/s.exec(pem) ?? [];
  const [headers, base64] = body.includes('\n\n') ? body.split('\n\n') : ['', body];
  const der = change(Buffer.from(base64 ?? '', 'base64'));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const head = headers === '' ? '' : `${headers}\n\n`;
  return `${before}-----BEGIN ${label}-----\n${head}${lines.join('\n')}\n-----END ${label}-----\n`;
}

function flip(random: Random, der: Buffer): Buffer {
  const flipped = Buffer.from(der);
  // The headers at the start are where readers differ.
  const at = random.oneIn(3) ? random.below(Math.min(40, der.length)) : random.below(der.length);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
  return flipped;
}

function relabel(random: Random, pem: string): string {
  const label = random.pick([
    'CERTIFICATE',
    'PRIVATE KEY',
    'RSA PRIVATE KEY',
    'EC PRIVATE KEY',
    'ENCRYPTED PRIVATE KEY',
    'PUBLIC KEY',
    'CERTIFICATE REQUEST',
    'X509 CERTIFICATE',
    'TRUSTED CERTIFICATE',
    'OPENSSH PRIVATE KEY',
  ]);
  return pem.replaceAll(/(BEGIN|END) (?!EC PARAMETERS)[A-Z0-9 ]+/g, `$1 ${label}`);
}

function lose(random: Random, pem: string): string {
  const start = pem.indexOf('\n') + 1;
  const at = start + random.below(Math.max(1, pem.lastIndexOf('-----END') - start - 1));
  return pem[at] === '\n' ? pem : pem.slice(0, at) + pem.slice(at + 1);
}
