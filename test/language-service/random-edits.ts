/** Random edits of compose files, such as people make, and such as nobody would. */

export interface Random {
  /** A whole number below `below`. */
  number(below: number): number;
  chance(percent: number): boolean;
  of<T>(values: readonly T[]): T;
}

/** The generator known as mulberry32; the same numbers for the same seed. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const number = (below: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, below);
  };
  return {
    number,
    chance: (percent) => number(100) < percent,
    of: <T>(values: readonly T[]) => values[number(values.length)] as T,
  };
}

type Edit = (text: string, random: Random) => string;

const CHARACTERS = [
  ...'abzA0 9:-#&*!|>\'"{}[],?%@`$~=/.<',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\u00e4',
  '\ud83d\ude00',
  '\u2028',
];

const LINES: readonly string[] = [
  '# a comment',
  '    # a deeper comment',
  '',
  '   ',
  '\t',
  '  # mender-ignore-next-line',
  '# mender-ignore-next-line missing-token-key-mount',
  '---',
  '...',
  '%YAML 1.2',
  'services:',
  'version: "3"',
  'volumes:',
  'name: project',
  'x-common: &common',
  '  more:',
  '  mender-useradm:',
  '  "quoted":',
  '  null:',
  '  12:',
  '  - item',
  '- item',
  '    image: mendersoftware/useradm:mender-3.7.0',
  '    image: traefik:v2.5',
  '    volumes:',
  '      - ./certs/cert.crt:/certs/cert.crt:ro',
  '      - ./keys/private.key:/etc/useradm/rsa/private.pem',
  '      - {type: bind, source: ./a, target: /b}',
  '      - type: bind',
  '    environment:',
  '      - NAME=value',
  '      NAME: ${UNSET}',
  '      DEPLOYMENTS_AWS_URI: https://s3.docker.mender.io',
  '    command: >',
  '        folded text',
  '    command: |+',
  '    command: "not closed',
  "    command: 'a''b'",
  '    <<: *common',
  '    <<: *base',
  '    <<: [*service, *common]',
  '    volumes: *mounts',
  '      - *key',
  'x-service: &service',
  'x-key: &key ./other:/etc/useradm/rsa/private.pem',
  '  base: &base',
  '    volumes: &mounts',
  '  key: &key !reset null',
  '    extends: {file: other.yml, service: a}',
  '    extends: a',
  '    env_file: .env',
  '    profiles: [debug]',
  '    networks: {mender: {aliases: [docker.mender.io]}}',
  '    volumes: !reset []',
  'include: [other.yml]',
  'include:',
  'secrets:',
  '  conf: {driver_opts: {o: bind, type: none, device: ./conf}}',
  '  ? complex',
  '  : value',
  '  {a: b}',
  '  ]',
  '  key: [',
  '&anchor services:',
  '!!map',
  ' odd:',
];

const linesOf = (text: string) => text.split('\n');

function splice(text: string, at: number, removed: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at + removed);
}

/** Lines from a service's name to the next one's. */
function serviceAt(lines: readonly string[], random: Random): [from: number, to: number] | undefined {
  const starts = lines.flatMap((line, index) => (/^ {1,4}[\w."'-]+:/.test(line) ? [index] : []));
  const first = random.of(starts);
  if (first === undefined) return undefined;
  const indent = /^ */.exec(lines[first] ?? '')?.[0].length ?? 0;
  let to = first + 1;
  while (to < lines.length && !((/^ *\S/.exec(lines[to] ?? '')?.[0].length ?? indent + 9) - 1 <= indent))
    to++;
  return [first, to];
}

const EDITS: readonly (readonly [weight: number, edit: Edit])[] = [
  [14, (text, random) => splice(text, random.number(text.length + 1), 0, random.of(CHARACTERS))],
  [10, (text, random) => splice(text, random.number(text.length), 1, '')],
  [3, (text, random) => splice(text, random.number(text.length), random.number(40), '')],
  [4, (text) => `# a line at the top\n${text}`],
  [
    12,
    (text, random) => {
      const lines = linesOf(text);
      lines.splice(random.number(lines.length + 1), 0, random.of(LINES));
      return lines.join('\n');
    },
  ],
  [
    8,
    (text, random) => {
      const lines = linesOf(text);
      lines.splice(random.number(lines.length), 1 + (random.chance(20) ? random.number(5) : 0));
      return lines.join('\n');
    },
  ],
  [
    6,
    (text, random) => {
      const lines = linesOf(text);
      const at = random.number(lines.length);
      const line = lines[at] ?? '';
      lines[at] = random.of([
        ` ${line}`,
        `  ${line}`,
        line.slice(1),
        line.slice(2),
        `\t${line}`,
        `# ${line}`,
        `${line} # why`,
        line.replace(/^(\s*)# ?/, '$1'),
        `${line} # mender-ignore`,
      ]);
      return lines.join('\n');
    },
  ],
  [
    8,
    (text, random) => {
      const lines = linesOf(text);
      const found = serviceAt(lines, random);
      if (!found) return text;
      const [from, to] = found;
      const block = lines.slice(from, to);
      const named = block.map((line, index) =>
        index === 0 ? line.replace(/^( *)/, `$1n${random.number(99)}`) : line,
      );
      const copies = random.of([
        block,
        named,
        named,
        named,
        [],
        block.map((line) => `  ${line}`),
        [...named, ''],
      ]);
      const place = random.chance(50) ? to : from;
      if (copies.length === 0) lines.splice(from, to - from);
      else lines.splice(place, 0, ...copies);
      return lines.join('\n');
    },
  ],
  [
    4,
    (text, random) => {
      // A value becomes something else.
      const lines = linesOf(text);
      const places = lines.flatMap((line, index) => (/:\s*\S|^\s*- /.test(line) ? [index] : []));
      const at = random.of(places);
      if (at === undefined) return text;
      const value = random.of([
        '"quoted"',
        "'single'",
        '&a value',
        '*a',
        '!reset null',
        '!override [a]',
        '|',
        '>-',
        '[a, b]',
        '{a: b}',
        '{',
        '${VAR:-default}',
        '${UNSET}',
        '$$',
        '${',
        'true',
        '1_000',
        '~',
        '"\\u0041\\x41"',
        '*unknown',
      ]);
      lines[at] = (lines[at] ?? '').replace(/(:\s*|- ).*$/, `$1${value}`);
      return lines.join('\n');
    },
  ],
  [2, (text, random) => (random.chance(50) ? text.replaceAll('\r\n', '\n') : text.replace(/\r?\n/g, '\r\n'))],
  [1, (text) => (text.startsWith('\uFEFF') ? text.slice(1) : `\uFEFF${text}`)],
  [1, (text, random) => text.trimEnd() + random.of(['', '\n', '\n\n', '  ', '\n  '])],
  [1, (text) => text.replace(/^services:.*$/m, 'services: # here')],
  [
    1,
    (text, random) =>
      text.replace(
        /^services:/m,
        random.of(['service:', 'services :', '"services":', 'services: {}', ' services:']),
      ),
  ],
  [
    2,
    (text, random) => {
      // Two services with an anchor between them.
      const lines = linesOf(text);
      const names = lines.flatMap((line, index) => (/^ {2}[\w-]+:\s*$/.test(line) ? [index] : []));
      const [a, b] = [random.of(names), random.of(names)];
      if (a === undefined || b === undefined) return text;
      lines[Math.min(a, b)] += ' &base';
      if (a !== b) lines[Math.max(a, b)] += random.of([' *base', '\n    <<: *base']);
      return lines.join('\n');
    },
  ],
  [1, () => ''],
];

const TOTAL = EDITS.reduce((sum, [weight]) => sum + weight, 0);

/** `text` after a random edit; now and then it stays as it is. */
export function randomEdit(text: string, random: Random): string {
  let left = random.number(TOTAL);
  for (const [weight, edit] of EDITS) {
    left -= weight;
    if (left < 0) return edit(text, random);
  }
  return text;
}
