/** Which way imports may go between folders: never in a circle, types included. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Per folder below `server/src`: the folders whose modules it may import, and the packages. */
const folders: Readonly<Record<string, { imports: readonly string[]; packages: readonly string[] }>> = {
  text: { imports: [], packages: [] },
  cache: { imports: [], packages: [] },
  platform: { imports: [], packages: ['node:'] },
  compose: { imports: ['platform'], packages: ['yaml', 'node:path'] },
  mender: { imports: ['compose'], packages: [] },
  git: { imports: ['platform', 'pki'], packages: ['node:path'] },
  pki: {
    imports: ['platform'],
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
  rules: { imports: ['mender', 'compose', 'git', 'pki', 'text'], packages: ['node:path'] },
  changes: { imports: ['rules', 'mender', 'compose', 'git', 'pki', 'platform'], packages: ['node:path'] },
  tasks: {
    imports: ['changes', 'rules', 'mender', 'compose', 'git', 'pki', 'platform'],
    packages: ['node:path'],
  },
  fixes: {
    imports: ['changes', 'tasks', 'rules', 'mender', 'compose', 'git', 'pki', 'platform'],
    packages: ['node:path'],
  },
  'language-service': {
    imports: [
      ...['fixes', 'tasks', 'changes', 'rules', 'mender'],
      ...['compose', 'git', 'pki', 'platform', 'text'],
    ],
    packages: [],
  },
  'key-map': { imports: ['language-service', 'text'], packages: [] },
  'language-server': {
    imports: ['key-map', 'language-service', 'platform', 'text'],
    packages: [
      'vscode-languageserver',
      'vscode-languageserver-textdocument',
      'vscode-uri',
      'node:path',
      'node:url',
    ],
  },
  cli: {
    imports: ['key-map', 'language-service', 'platform', 'text'],
    packages: ['diff', 'node:util', 'node:path', 'node:readline', 'node:module'],
  },
  // They build the platform and hand it over.
  main: {
    imports: ['cli', 'language-server', 'language-service', 'platform'],
    packages: ['node:', 'vscode-languageserver', 'vscode-uri'],
  },
};

interface Import {
  readonly file: string;
  readonly folder: string;
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
  return imports.flatMap(({ file, folder, from }) => {
    const rule = folders[folder];
    if (!rule) return [`${file}: the folder ${folder} is not in the design`];
    if (from.endsWith('/package.json')) return [];
    if (from.startsWith('.')) {
      const target =
        relative(join(root, 'server/src'), resolve(root, dirname(file), from)).split(/[\\/]/)[0] ?? '';
      return target === folder || target === 'cache' || rule.imports.includes(target)
        ? []
        : [`${file} imports the folder ${target} (${from})`];
    }
    const allowed = rule.packages.some((name) =>
      name.endsWith(':') ? from.startsWith(name) : from === name || from.startsWith(`${name}/`),
    );
    return allowed ? [] : [`${file} imports ${from}`];
  });
}

describe('the folders of the server', () => {
  const all = sources(join(root, 'server/src')).flatMap((path) => {
    const file = relative(root, path).replaceAll('\\', '/');
    const folder = file.split('/')[2] ?? '';
    return importsOf(path).map((from) => ({ file, folder, from }));
  });

  it('are all read', () => {
    const top = sources(join(root, 'server/src')).map((path) => relative(join(root, 'server/src'), path));
    expect([...new Set(top.map((path) => path.split(/[\\/]/)[0] ?? ''))].sort()).toEqual(
      Object.keys(folders).sort(),
    );
    expect(all.length).toBeGreaterThan(100);
  });

  it('import only what they may', () => {
    expect(faults(all)).toEqual([]);
  });

  it('would be told apart from a wrong arrow', () => {
    expect(
      faults([{ file: 'server/src/compose/a.ts', folder: 'compose', from: '../mender/layout' }]),
    ).toHaveLength(1);
    expect(
      faults([{ file: 'server/src/rules/b.ts', folder: 'rules', from: 'vscode-languageserver' }]),
    ).toHaveLength(1);
    expect(faults([{ file: 'server/src/rules/a.ts', folder: 'rules', from: 'node:fs' }])).toHaveLength(1);
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
    const shared = ['language-server/protocol/index', 'text/harmless', 'text/markdown'];
    expect([...new Set(entered)].sort()).toEqual(shared.map((name) => `server/src/${name}`));
    const codeOf = (name: string) => {
      const text = readFileSync(join(root, `server/src/${name}.ts`), 'utf8');
      return importsOf('', text.replaceAll(/(?:import|export)\s+type\b[^;]*;/g, ''));
    };
    const protocol = codeOf('language-server/protocol/index');
    expect(protocol).toEqual(['./key-map', './plans', './status', './workspace']);
    for (const name of protocol) expect(codeOf(`language-server/protocol/${name}`)).toEqual([]);
    expect(codeOf('text/harmless')).toEqual([]);
    expect(codeOf('text/markdown')).toEqual(['./harmless']);
  });
});

/**
 * The same for `client/src`, lowest first. `vscode`: the modules that may import it; all others are tested without VS
 * Code. What text VS Code is given goes through `ui/window` alone (`test/client/ui/window.test.ts`).
 */
const clientFolders: Readonly<Record<string, { imports: readonly string[]; vscode: readonly string[] }>> = {
  l10n: { imports: [], vscode: ['use-vscode-l10n'] },
  ui: { imports: ['l10n'], vscode: ['window'] },
  'language-client': { imports: ['ui'], vscode: ['client', 'env-file-sync', 'status-store'] },
  plans: { imports: ['ui', 'l10n'], vscode: ['vscode-prompts', 'vscode-ui'] },
  tasks: { imports: ['plans', 'language-client', 'ui', 'l10n'], vscode: ['commands'] },
  stack: { imports: ['ui'], vscode: ['commands'] },
  'status-bar': { imports: ['language-client', 'ui', 'l10n'], vscode: ['status-bar'] },
  'keys-view': {
    imports: ['language-client', 'ui', 'l10n'],
    vscode: ['deployments', 'keys-view', 'open-compose-file'],
  },
  'key-map': { imports: ['ui'], vscode: ['panel'] },
  // They register the rest.
  '.': {
    imports: [
      ...['key-map', 'keys-view', 'status-bar', 'stack', 'tasks'],
      ...['plans', 'language-client', 'ui', 'l10n'],
    ],
    vscode: ['activate', 'context-keys', 'extension'],
  },
};

function clientFaults(imports: readonly { readonly file: string; readonly from: string }[]): string[] {
  return imports.flatMap(({ file, from }) => {
    const folder = dirname(file);
    const rule = clientFolders[folder];
    if (!rule) return [`${file}: the folder ${folder} is not in the design`];
    if (from === 'vscode') {
      const name = file.replace(/^.*\/|\.ts$/g, '');
      return rule.vscode.includes(name) ? [] : [`${file} imports vscode`];
    }
    if (!from.startsWith('.')) {
      return from === 'vscode-languageclient/node' || from === 'node:crypto'
        ? []
        : [`${file} imports ${from}`];
    }
    const target = dirname(join(folder, from)).replaceAll('\\', '/');
    // Which of the server's modules: below.
    return target.startsWith('../') || target === folder || rule.imports.includes(target)
      ? []
      : [`${file} imports the folder ${target} (${from})`];
  });
}

describe('the folders of the client', () => {
  const top = join(root, 'client/src');
  const all = sources(top).flatMap((path) => {
    const file = relative(top, path).replaceAll('\\', '/');
    return importsOf(path).map((from) => ({ file, from }));
  });

  it('import only what they may', () => {
    expect([...new Set(all.map(({ file }) => dirname(file)))].sort()).toEqual(
      Object.keys(clientFolders).sort(),
    );
    expect(clientFaults(all)).toEqual([]);
  });

  it('would be told apart from a wrong arrow', () => {
    expect(clientFaults([{ file: 'ui/ui.ts', from: '../plans/run-plan' }])).toHaveLength(1);
    expect(clientFaults([{ file: 'ui/messages.ts', from: 'vscode' }])).toHaveLength(1);
    expect(clientFaults([{ file: 'ui/messages.ts', from: 'node:fs' }])).toHaveLength(1);
    expect(clientFaults([{ file: 'elsewhere/a.ts', from: 'vscode' }])).toHaveLength(1);
  });
});

/** The circles of a graph: each set of nodes that lead to each other. */
function circlesOf(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const reachable = (from: string): Set<string> => {
    const seen = new Set<string>();
    const left = [...(graph.get(from) ?? [])];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      left.push(...(graph.get(next) ?? []));
    }
    return seen;
  };
  const reach = new Map([...graph.keys()].map((node) => [node, reachable(node)]));
  const inCircle = [...graph.keys()].filter((node) => reach.get(node)?.has(node));
  const circles = new Map<string, string[]>();
  for (const node of inCircle) {
    const circle = inCircle.filter((other) => reach.get(node)?.has(other) && reach.get(other)?.has(node));
    circles.set(circle.sort().join(), circle);
  }
  return [...circles.values()];
}

const FILES_LEFT: readonly string[] = [];
const FOLDERS_LEFT: readonly string[] = [];

describe('files and folders', () => {
  const modules = ['server/src', 'client/src'].flatMap((top) =>
    sources(join(root, top)).map((path) => relative(root, path).replaceAll('\\', '/')),
  );
  const known = new Set(modules);
  const graph = new Map(
    modules.map((file) => {
      const paths = importsOf(join(root, file)).flatMap((from) => {
        if (!from.startsWith('.')) return [];
        const path = join(dirname(file), from).replaceAll('\\', '/');
        return [`${path}.ts`, `${path}/index.ts`, `${path}.d.ts`].filter((each) => known.has(each));
      });
      return [file, new Set(paths)] as const;
    }),
  );
  const byFolder = new Map<string, Set<string>>();
  for (const [file, targets] of graph) {
    const from = dirname(file);
    const into = byFolder.get(from) ?? new Set();
    for (const target of targets) if (dirname(target) !== from) into.add(dirname(target));
    byFolder.set(from, into);
  }

  it('import each other in no circle, types included', () => {
    // What is left is on its way out: no new one, and none of these without being taken off here.
    expect(circlesOf(graph).map(([first]) => first?.replace(/^server.src./, ''))).toEqual(FILES_LEFT);
    expect(circlesOf(byFolder).map(([first]) => first?.replace(/^(server|client).src./, ''))).toEqual(
      FOLDERS_LEFT,
    );
  });

  it('would be told apart from circles', () => {
    const of = (...pairs: readonly (readonly [string, ...string[]])[]) =>
      new Map(pairs.map(([from, ...to]) => [from, new Set(to)] as const));
    expect(circlesOf(of(['a', 'b'], ['b', 'c'], ['c', 'a', 'd'], ['d', 'd'], ['e', 'a']))).toEqual([
      ['a', 'b', 'c'],
      ['d'],
    ]);
    expect(graph.get('server/src/cli/run.ts')?.size).toBeGreaterThan(5);
  });

  it('are at most sixteen in a folder, rules and handlers aside', () => {
    const counts = new Map<string, number>();
    for (const file of modules) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    const full = [...counts].filter(([folder, count]) => count > 16 && !/\/(rules|handlers)$/.test(folder));
    expect(full).toEqual([]);
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
