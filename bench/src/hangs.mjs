// @ts-check
// Files that once stopped a server, in the size that did. Tests and the fuzzer take them too.

/**
 * @typedef {object} Hang
 * @property {string} name what is in the file
 * @property {string} before what it took at commit b5c97d6
 * @property {Readonly<Record<string, string>>} files texts by path below the workspace
 * @property {string} [open] the document that an editor opens; `docker-compose.yml` unless told
 * @property {{ line: number, character: number }} [completion] asked for at this place
 * @property {true} [deployments] what of the workspace nobody opened is asked for
 */

const COMPOSE = 'docker-compose.yml';

/** The tags of the exponential one: each more doubles the time that it took, so a small file has as many. */
const TAGS = 30;

/** @param {string} name @param {string} before @param {string} text @param {Partial<Hang>} [more] @returns {Hang} */
function one(name, before, text, more) {
  return { name, before, files: { [COMPOSE]: text }, ...more };
}

/** @param {string} text */
function lastLine(text) {
  const lines = text.split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

/** @param {number} count @param {(i: number) => string} text */
const times = (count, text) => Array.from({ length: count }, (_, i) => text(i)).join('');

/**
 * A Mender service that mounts a token key.
 * @param {string} name
 * @param {string} [source]
 * @param {string} [above] lines before the volume
 */
const useradm = (name, source = './keys/private.pem', above = '') => `  ${name}:
    image: mendersoftware/useradm:mender-3.4.0
    volumes:
${above}      - ${source}:/etc/useradm/rsa/private.pem:ro
`;

const GATEWAY = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:2.6.0
    volumes:
      - ./chain.pem:/var/www/mendersoftware/cert/cert.crt:ro
      - ./private.key:/var/www/mendersoftware/cert/private.key:ro
`;

/**
 * Every kind.
 * @param {(count: number) => string} sameName makes a PEM text of so many self-signed certificates of one name
 * @param {number} [scale] of the sizes: 1 is what the table of the benchmark has
 * @returns {readonly Hang[]}
 */
export function hangs(sameName, scale = 1) {
  /** @param {number} count */
  const n = (count) => Math.ceil(count * scale);
  const base = `services:\n${useradm('mender-useradm')}`;
  const tagged = Math.max(TAGS, n(TAGS));
  const tags = `${base}    environment: ${'!a'.repeat(tagged)} x\n      A`;
  const spaces = `${base}    environment${' '.repeat(n(100_000))}x\n    `;
  const anchors = `x-all:\n${times(n(60_000), (i) => `  k${i}: &a${i} v\n`)}${base}`;
  return [
    one(`${tagged} tags on one line, completion`, 'over 40 s', tags, { completion: lastLine(tags) }),
    {
      name: `a file of ${n(300)} kB of newlines that nobody opened`,
      before: '100 s',
      files: { [COMPOSE]: base, 'other/docker-compose.yml': '\n'.repeat(n(300_000)) },
      deployments: true,
    },
    {
      name: `${n(400)} certificates of one name in a chain`,
      before: '45 s',
      files: { [COMPOSE]: GATEWAY, 'chain.pem': sameName(n(400)) },
    },
    one(
      `${n(25_000)} comments \`# mender-ignore-next-line\``,
      '37 s',
      `services:\n${useradm('mender-useradm', undefined, '      # mender-ignore-next-line\n'.repeat(n(25_000)))}`,
    ),
    one(
      `${n(100_000)} slashes in a path`,
      '52 s',
      `services:\n${useradm('mender-useradm', `./keys${'/'.repeat(n(100_000))}private.pem`)}`,
    ),
    one(`${n(100_000)} spaces in a key's line, completion`, '11 s', spaces, { completion: lastLine(spaces) }),
    one(
      `${n(2000)} Mender services`,
      '38 s',
      `services:\n${times(n(2000), (i) => useradm(`useradm-${i}`, `./keys/${i}.pem`))}`,
    ),
    one(`${n(60_000)} anchors`, '60 s', anchors),
    one(
      `${n(800)} services with one key`,
      '15 s',
      `services:\n${times(n(800), (i) => useradm(`useradm-${i}`))}`,
    ),
  ];
}
