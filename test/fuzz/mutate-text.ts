/** Changes to texts: some know YAML, some know Compose and Mender, some know nothing. */
import type { Random } from '../pki/agreement/random';
import { restyle } from './restyle';
import { NASTY, WORDS } from './words';

type Change = (text: string, random: Random, others: readonly string[]) => string;

/** Characters: what grows beyond is cut. */
const MAX_TEXT = 60_000;

/** One to six changes of a text; `others` lend their lines. */
export function mutateText(text: string, random: Random, others: readonly string[]): string {
  let result = random.oneIn(3) ? restyle(text, random) : text;
  for (let left = random.below(random.oneIn(4) ? 7 : 3); left >= 0; left--)
    result = random.pick(CHANGES)(result, random, others);
  return result.length > MAX_TEXT && !random.oneIn(20) ? result.slice(0, MAX_TEXT) : result;
}

const TOKENS = /\s+|[\w./@%+-]+|\$\{|./gsu;

const CHANGES: readonly Change[] = [
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + random.pick(NASTY) + text.slice(at + random.below(2));
  },
  (text, random) => {
    const at = random.below(text.length + 1);
    const code = text.charCodeAt(at) ^ (1 << random.below(random.oneIn(5) ? 16 : 7));
    return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
  },
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + text.slice(at + 1 + random.below(40));
  },
  (text, random) => {
    const from = random.below(text.length + 1);
    const part = text.slice(from, from + 1 + random.below(80));
    const at = random.below(text.length + 1);
    return text.slice(0, at) + part.repeat(1 + random.below(3)) + text.slice(at);
  },
  onTokens((tokens, random) => {
    tokens[random.below(tokens.length)] = random.pick(WORDS);
  }),
  onTokens((tokens, random) => {
    tokens.splice(random.below(tokens.length), 0, random.pick(WORDS));
  }),
  onTokens((tokens, random) => {
    const [a, b] = [random.below(tokens.length), random.below(tokens.length)];
    [tokens[a], tokens[b]] = [tokens[b] ?? '', tokens[a] ?? ''];
  }),
  onLines((lines, random, others) => {
    const lent = random.pick(others).split('\n');
    const from = random.below(lent.length);
    lines.splice(random.below(lines.length + 1), 0, ...lent.slice(from, from + 1 + random.below(12)));
  }),
  onLines((lines, random) => void lines.splice(random.below(lines.length), 1 + random.below(4))),
  onLines((lines, random) => {
    const from = random.below(lines.length);
    lines.splice(random.below(lines.length + 1), 0, ...lines.slice(from, from + 1 + random.below(6)));
  }),
  onLines((lines, random) => {
    const by = random.pick(['  ', ' ', '\t', '    ']);
    const from = random.below(lines.length);
    for (let i = from; i < Math.min(lines.length, from + 1 + random.below(8)); i++) lines[i] = by + lines[i];
  }),
  onLines((lines, random) => {
    const from = random.below(lines.length);
    for (let i = from; i < Math.min(lines.length, from + 1 + random.below(8)); i++)
      lines[i] = (lines[i] ?? '').replace(/^(\t| {1,2})/, '');
  }),
  onValue((value, random) => `&a${random.below(3)} ${value}`),
  onValue((_value, random) => `*a${random.below(3)}`),
  onValue((value, random) => `${random.pick(TAGS)} ${value}`),
  onValue((value) => JSON.stringify(value.trim())),
  onValue((value, random) =>
    random.pick([`'${value}`, `"${value}`, `[${value}`, `{${value}: `, `${value}]`]),
  ),
  onValue((value, random) => {
    const depth = 1 + random.below(random.oneIn(10) ? 3000 : 12);
    const [open, close] = random.pick([
      ['[', ']'],
      ['{a: ', '}'],
    ] as const);
    return open.repeat(depth) + value + close.repeat(random.oneIn(4) ? random.below(depth) : depth);
  }),
  onValue((value, random) => `\${A${random.pick([':-', '-', ':?', '?', ':+', '+', ''])}${value}}`),
  onValue((value, random) => `\${A:-\${B:-${value}}\${`.repeat(1 + random.below(random.oneIn(8) ? 2000 : 3))),
  onValue(
    (value, random) =>
      value + random.pick(['x', 'é', ':', '/', '\\']).repeat(random.below(random.oneIn(10) ? 100_000 : 300)),
  ),
  onLines((lines, random) => {
    const at = random.below(lines.length);
    const indent = /^[ \t]*/.exec(lines[at] ?? '')?.[0] ?? '';
    lines.splice(at, 0, indent + random.pick(LINES));
  }),
  (text) => text.replaceAll(/\r?\n/g, '\r\n'),
  (text, random) => text.replaceAll(/\r?\n/g, () => random.pick(['\n', '\r\n', '\r', '\n\n'])),
  (text, random) => text.replaceAll(/\r?\n/g, random.pick(['\r', '\u0085', '\u2028', '\n\t', ' \n'])),
  (text, random) => (random.oneIn(2) ? `\uFEFF${text}` : text.trimEnd()),
  (text, random) => text.slice(0, random.below(text.length + 1)),
];

const TAGS = [
  '!!str',
  '!!binary',
  '!!int',
  '!!map',
  '!!set',
  '!!omap',
  '!reset',
  '!override',
  '!',
  '!x',
  '!<y>',
];

const LINES = [
  '<<: *a0',
  '<<: [*a0, *a1, *a0]',
  '<<: {image: "mendersoftware/useradm:mender-3.7"}',
  '"<<": *a0',
  '---',
  '...',
  '%YAML 1.1',
  '%TAG ! tag:x,2000:',
  '- ',
  '? a',
  ': b',
  '# mender-ignore-next-line',
  '# mender-ignore missing-token-key-mount',
  'volumes: !reset null',
  'volumes: !override [./a:/etc/useradm/rsa/private.pem]',
  'extends: mender-useradm',
  'extends: {file: other.yml, service: base}',
  'volumes:',
  'environment: [STORAGE_BACKEND_CERT=/a, STORAGE_BACKEND_CERT]',
  'x: |2-',
  'x: >',
];

function onTokens(change: (tokens: string[], random: Random) => void): Change {
  return (text, random) => {
    const tokens = text.match(TOKENS) ?? [''];
    change(tokens, random);
    return tokens.join('');
  };
}

function onLines(change: (lines: string[], random: Random, others: readonly string[]) => void): Change {
  return (text, random, others) => {
    const lines = text.split('\n');
    change(lines, random, others);
    return lines.join('\n');
  };
}

/** Changes what stands behind a key or a dash of one line. */
function onValue(change: (value: string, random: Random) => string): Change {
  return onLines((lines, random) => {
    const candidates = lines.flatMap((line, i) => (/^\s*(- |[^#\s][^#]*?:( |$))/.test(line) ? [i] : []));
    if (candidates.length === 0) return;
    const at = random.pick(candidates);
    const [, head = '', value = ''] = /^(\s*(?:- |[^#]*?:(?: |$)))(.*)$/s.exec(lines[at] ?? '') ?? [];
    lines[at] = (head.endsWith(' ') ? head : `${head} `) + change(value, random);
  });
}
