/** Small parts of generated stacks: texts with variables, volumes, environments, `.env` files. */
import type { Value } from './yaml-text';

/** What a stack has, or has not, throughout: most have some of it, none all. */
export const FEATURES = [
  'overlays',
  'variables',
  'include',
  'extends',
  'tags',
  'anchors',
  'environment files',
  'grants',
  'networks',
  'profiles',
  'scale',
  'odd scalars',
] as const;

export type Feature = (typeof FEATURES)[number];

/** Choices, drawn from one random source. */
export interface Draw {
  /** From 0 to below `below`. */
  number(below: number): number;
  chance(percent: number): boolean;
  has(feature: Feature): boolean;
  of<T>(...values: readonly T[]): T;
  /** Some of the values, in order; about `most` of them. */
  some<T>(values: readonly T[], most?: number): T[];
}

const VARIABLES = ['A', 'B', 'DIR', 'EMPTY', 'UNSET', 'SHELL', 'INC', 'NAME', 'COMPOSE_PROJECT_NAME'];

/** A text with, mostly, a variable in one of the forms that Compose knows; rarely one that it refuses. */
export function variable(draw: Draw): string {
  if (!draw.has('variables')) return draw.of('v', 'w');
  const name = draw.of(...VARIABLES);
  if (draw.number(8000) === 0)
    return draw.of('${', '${1}', `\${${name}`, '${UNSET:?must be set}', '${UNSET?}', '${A!b}');
  return draw.of(
    `\${${name}}`,
    `\${${name}}`,
    `$${name}`,
    `\${${name}:-deft}`,
    `\${${name}-deft}`,
    `\${${name}:+alt}`,
    `\${${name}+alt}`,
    `\${${name}:-\${B:-inner}}`,
    `\${${name}:-}`,
    `\${HOST:?needed}`,
    `\${${name}:-a{b}c}`,
    `\${${name}:+\${A}-\${B}}`,
    `\${${name}:-x}/\${B-y}`,
    `\${${name}-p:-q}`,
    '$$literal',
    '$5',
    'a$',
  );
}

export function word(draw: Draw): string {
  return draw.chance(60)
    ? draw.of('one', 'two', 'three')
    : `${draw.of('', 'p-')}${variable(draw)}${draw.of('', '.s')}`;
}

/** A path on the host. */
export function hostPath(draw: Draw): string {
  const name = draw.chance(30) ? variable(draw) : draw.of('keys', 'certs', 'a/b', '..', 'k.pem');
  return draw.of(
    `./${name}`,
    `./${name}`,
    `../${name}`,
    `/abs/${name}`,
    `~/${name}`,
    `./${name}/`,
    `/abs/../x/./${name}`,
    '.',
    '~',
    'C:\\keys\\a',
    `./\${DIR:-keys}/${draw.of('a', 'b')}`,
    '~other/keys',
  );
}

const TARGETS = ['/a', '/b', '/etc/c', '/etc/c/d.pem', '/e', '/f/g', '/h/i', '/j', '/k', '/l'];
/** The same paths in other words, which the short syntax takes for the same. */
const SPELLINGS = ['/e/', '/f//g', '/h/./i', '/h/x/../i'];

export function target(draw: Draw): string {
  if (draw.chance(6))
    return `/v/${draw.chance(3) ? variable(draw) : draw.of('$A', '${B:-b}', '${UNSET:+x}', '${EMPTY-e}')}`;
  return draw.of(...TARGETS);
}

export function volume(draw: Draw): Value {
  const short = () => (draw.chance(20) ? draw.of(...SPELLINGS) : target(draw));
  const mode = draw.of('', '', ':ro', ':rw', ':z,ro', ':ro,rw', ':Z', ':rshared', ':nocopy', ':consistent');
  const named = draw.of('data', 'bound', 'bound2', 'foreign');
  switch (draw.number(9)) {
    case 0:
    case 1:
    case 2:
      return `${hostPath(draw)}:${short()}${mode}`;
    case 3:
      return `${named}:${short()}${mode}`;
    case 4:
      return draw.of('/anon', '/anon/two/', '/x');
    case 5:
      return {
        type: 'bind',
        source: hostPath(draw),
        target: target(draw),
        ...(draw.chance(50)
          ? { read_only: draw.of<Value>({ $raw: 'true' }, { $raw: 'false' }, 'yes', 'off', 'True') }
          : {}),
        ...(draw.chance(20) ? { bind: { create_host_path: { $raw: 'false' } } } : {}),
      };
    case 6:
      return {
        type: 'volume',
        source: named,
        target: target(draw),
        ...(draw.chance(30) ? { read_only: { $raw: draw.of('true', 'yes', 'false') } } : {}),
      };
    case 7:
      return {
        type: 'tmpfs',
        target: target(draw),
        ...(draw.chance(30) ? { tmpfs: { size: { $raw: '1000' } } } : {}),
      };
    default:
      return draw.number(100) === 0
        ? `${variable(draw)}:${target(draw)}`
        : `./\${DIR:-keys}/${draw.of('a', 'b')}:${target(draw)}`;
  }
}

const NAMES = ['A', 'B', 'KEY', 'UNSET', 'SHELL', 'INC', 'CERT', 'EMPTY', 'FROM_FILE'];

/** Values that YAML takes for something else than text. */
const ODD = [
  '1',
  '1.0',
  '1.50',
  'true',
  'False',
  '0x1F',
  '1e3',
  '010',
  '0o17',
  '1_000',
  '-0',
  '.5',
  '1e-7',
  '1234567.0',
  '123456.75',
  '1e21',
  '123456789012',
  '2001-01-01',
  'yes',
  'Off',
  '+5',
  '1.',
  '08',
  '0b11',
  '12:30:45',
  '99999999999999999999',
  '-1.25E+4',
  '1.0.0',
];

export function environmentOf(draw: Draw): Value {
  const names = draw.some(NAMES, 4);
  if (draw.chance(45)) {
    return names.map((name) => {
      if (draw.chance(25)) return name;
      return `${name}=${draw.of('', 'a=b', word(draw), word(draw), '1.50', ' spaced')}`;
    });
  }
  return Object.fromEntries(
    names.map((name): [string, Value] => [
      name,
      draw.chance(20)
        ? { $raw: draw.of('', '~', 'null') }
        : draw.has('odd scalars') && draw.chance(40)
          ? { $raw: draw.of(...ODD) }
          : draw.of('', 'a=b', word(draw), word(draw), 'two\nlines', '1.50'),
    ]),
  );
}

/** A `.env` file in the forms that Compose reads; with a mistake, where asked for. */
export function dotenvText(draw: Draw, wrong: boolean): string {
  const lines = [
    ...draw.some(
      [
        'A=dot-a',
        'B = spaced',
        "B='single ${A}'",
        'B="double ${A} \\n\\t\\$A \\"q\\""',
        'export DIR=./from-env',
        'DIR: yaml-style',
        'EMPTY=',
        'EMPTY= # no comment',
        'NAME=n # comment',
        'NAME=n#none',
        'SHELL=loses',
        'INHERIT',
        'A=${B:-late}',
        'A="two\nlines"',
        'INC=$DIR/x',
        'FROM_FILE=file',
        'KEY="a" # after',
        'CERT=a\\nb',
        '# comment',
        '',
        '  A=indented',
        'B="octal \\0101"',
        "KEY='it\\'s'",
        'CERT=$$A',
        'COMPOSE_PROFILES=debug',
      ],
      8,
    ),
    ...(wrong ? [draw.of('A B=1', 'X!=1', 'Q="open', 'Z=${', "Y='open")] : []),
  ];
  return `${draw.chance(5) ? '\uFEFF' : ''}${lines.join(draw.chance(10) ? '\r\n' : '\n')}${draw.chance(80) ? '\n' : ''}`;
}
