/** The rooms of the house and which way imports may go: from later rooms to earlier ones, never back. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Per room: the rooms whose modules it may import, and the packages. */
const rooms: Readonly<Record<string, { rooms: readonly string[]; packages: readonly string[] }>> = {
  host: { rooms: [], packages: ['node:'] },
  compose: { rooms: ['host'], packages: ['yaml', 'node:path'] },
  mender: { rooms: ['compose'], packages: [] },
  pki: {
    rooms: ['host'],
    packages: [
      'node-forge',
      'node:crypto',
      'node:path',
      'node:net',
      'node:tls',
      'node:url',
      'node:util',
      'node:timers/promises',
    ],
  },
  rules: { rooms: ['mender', 'compose', 'pki'], packages: ['node:path'] },
  fixes: { rooms: ['rules', 'mender', 'compose', 'pki', 'host'], packages: ['node:path'] },
  service: { rooms: ['fixes', 'rules', 'mender', 'compose', 'pki', 'host'], packages: [] },
  map: { rooms: ['service'], packages: [] },
  lsp: {
    rooms: ['map', 'service', 'host'],
    packages: [
      'vscode-languageserver',
      'vscode-languageserver-textdocument',
      'vscode-uri',
      'node:path',
      'node:url',
    ],
  },
  cli: {
    rooms: ['map', 'service', 'host'],
    packages: ['node:util', 'node:path', 'node:readline', 'node:module'],
  },
};

/** Files that only connect the rooms of a program: they build the host and hand it over. */
const entries = ['server/src/main/language-server.ts', 'server/src/main/cli.ts'];

interface Import {
  readonly file: string;
  readonly room: string;
  readonly from: string;
}

function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(path: string, text = readFileSync(path, 'utf8')): string[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|(?:^|\n)import\s+['"]([^'"]+)['"]/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function faults(imports: readonly Import[]): string[] {
  return imports.flatMap(({ file, room, from }) => {
    const rule = rooms[room];
    if (!rule) return [`${file}: the room ${room} is not in the design`];
    if (from.endsWith('/package.json')) return [];
    if (from.startsWith('.')) {
      const target =
        relative(join(root, 'server/src'), resolve(root, dirname(file), from)).split(/[\\/]/)[0] ?? '';
      return target === room || rule.rooms.includes(target)
        ? []
        : [`${file} imports the room ${target} (${from})`];
    }
    const allowed = rule.packages.some((name) =>
      name.endsWith(':') ? from.startsWith(name) : from === name || from.startsWith(`${name}/`),
    );
    return allowed || entries.includes(file) ? [] : [`${file} imports ${from}`];
  });
}

describe('the rooms of the house', () => {
  const all = sources(join(root, 'server/src')).flatMap((path) => {
    const file = relative(root, path).replaceAll('\\', '/');
    const room = file.split('/')[2] ?? '';
    return importsOf(path).map((from) => ({ file, room, from }));
  });

  it('are all read', () => {
    expect([...new Set(all.map(({ room }) => room))].sort()).toEqual(
      Object.keys(rooms)
        .filter((room) => room !== 'host')
        .concat('host')
        .sort(),
    );
    expect(all.length).toBeGreaterThan(100);
  });

  it('import only what they may', () => {
    expect(faults(all)).toEqual([]);
  });

  it('would be told apart from a wrong arrow', () => {
    expect(
      faults([{ file: 'server/src/compose/a.ts', room: 'compose', from: '../mender/layout' }]),
    ).toHaveLength(1);
    expect(
      faults([{ file: 'server/src/service/a.ts', room: 'service', from: 'vscode-languageserver' }]),
    ).toHaveLength(1);
    expect(faults([{ file: 'server/src/rules/a.ts', room: 'rules', from: 'node:fs' }])).toHaveLength(1);
    expect(
      importsOf(
        '',
        "import { a } from './a';\nexport * from \"./b\";\nconst c = await import('./c');\nimport './d';",
      ),
    ).toEqual(['./a', './b', './c', './d']);
  });

  it('are entered by the client through the wire protocol and what makes text harmless, which import no code', () => {
    const client = sources(join(root, 'client/src')).flatMap((path) =>
      importsOf(path).filter((from) => from.includes('server/')),
    );
    const entered = client.map((from) => from.replace(/^(\.\.\/)+/, ''));
    const shared = ['lsp/protocol', 'service/harmless', 'service/markdown'];
    expect([...new Set(entered)].sort()).toEqual(shared.map((name) => `server/src/${name}`));
    for (const name of shared) {
      const text = readFileSync(join(root, `server/src/${name}.ts`), 'utf8');
      const imported = importsOf('', text.replaceAll(/import\s+type\b[^;]*;/g, ''));
      expect(imported).toEqual(name === 'service/markdown' ? ['./harmless'] : []);
    }
  });
});

describe("the platform's crypto", () => {
  /** What may be used elsewhere: nothing of it takes keys or certificates that we haven't read or made ourselves. */
  const harmless = [
    'createHash',
    'generateKeyPair',
    'randomBytes',
    'sign',
    'KeyObject',
    // Of bytes under a key that is derived, within bounds.
    ...['createDecipheriv', 'getCipherInfo', 'pbkdf2', 'scrypt'],
  ];
  const gate = 'server/src/pki/keys/node-crypto.ts';

  const used = (text: string): string[] => {
    const crypto = [...text.matchAll(/import\s+([^;]*?)\s+from\s+'(?:node:)?(?:crypto|tls)'/g)];
    return crypto.flatMap(([, names = '']) => {
      const list = /^(?:type\s+)?\{([^}]*)\}$/.exec(names)?.[1];
      // A default or namespace import brings everything along.
      if (list === undefined) return [names];
      return list
        .split(',')
        .map((name) => name.trim().replace(/^type\s+/, ''))
        .filter((name) => name !== '');
    });
  };

  it('is asked of nothing that comes from a file but by one module, which writes it anew', () => {
    const others = ['server/src', 'client/src']
      .flatMap((directory) => sources(join(root, directory)))
      .flatMap((path) => {
        const file = relative(root, path).replaceAll('\\', '/');
        const text = readFileSync(path, 'utf8');
        const dynamic = /(?:import|require)\(\s*['"](?:node:)?crypto['"]/.test(text) ? ['import()'] : [];
        return file === gate ? [] : [...used(text), ...dynamic].map((name) => `${file}: ${name}`);
      });
    const allowed = (each: string) =>
      harmless.some((name) => each.endsWith(`: ${name}`)) || each.endsWith(': rootCertificates');
    expect(others.filter((each) => !allowed(each))).toEqual([]);
    expect(used(readFileSync(join(root, gate), 'utf8'))).toContain('createPrivateKey');
  });

  it('would be told apart', () => {
    expect(used("import { createPublicKey, type KeyObject } from 'node:crypto';")).toEqual([
      'createPublicKey',
      'KeyObject',
    ]);
    expect(used("import * as all from 'crypto';")).toEqual(['* as all']);
  });
});
