/** Messages as a client might send them, and as none should. */
import type { Random } from '../pki/agreement/random';
import { NASTY } from './words';

/** Stands for the URI of the directory that a run makes for itself. All that could be written to lies below. */
export const HOME = 'file:///HOME';

const URIS = [
  `${HOME}/docker-compose.yml`,
  `${HOME}/docker-compose.yml`,
  `${HOME}/other/compose.yml`,
  `${HOME}/absent/a%20b.yml`,
  'untitled:Untitled-1',
  'vscode-vfs://github/a/docker-compose.yml',
];
const ODD_URIS = ['', '%%%', 'file://', 'x', 'file:///%ff', '\ud800', 'untitled:', 'http://[::1', '//a//b'];

const TEXTS = [
  'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7\n',
  'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7\n    volumes:\n      - ./keys/token.pem:/etc/useradm/rsa/private.pem\n  mender-device-auth:\n    image: mendersoftware/deviceauth:mender-3.7\n    volumes: ["./keys/token.pem:/etc/deviceauth/rsa/private.pem:ro"]\n',
  'services: [mender\n',
  '',
  '\ud800 mender \udc00: \u0000\r\r\n',
];
const METHODS = [
  'textDocument/didOpen',
  'textDocument/didChange',
  'textDocument/hover',
  'textDocument/completion',
  'workspace/symbol',
  '$/unknown',
  '$/progress',
  'mender/none',
  '__proto__',
  'toString',
  '',
  'textDocument/didSave',
  'textDocument/willSaveWaitUntil',
  'mender/status',
]; // prettier-ignore
const JUNK: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 53,
  0.5,
  '',
  'x',
  '\ud800',
  [],
  {},
  [[]],
  [null],
  { length: -1 },
  { toString: 1 },
  JSON.parse('{"__proto__":{"a":1},"constructor":null}'),
]; // prettier-ignore

/** A conversation of 5 to 60 messages, most of them honest. `initialize` isn't among the first. */
export function conversation(random: Random): unknown[] {
  const messages: unknown[] = [];
  const count = 5 + random.below(56);
  for (let i = 0; i < count; i++) {
    const honest = random.pick(HONEST)(random, i);
    messages.push(random.oneIn(3) ? spoil(honest, random) : honest);
    if (random.oneIn(300))
      messages.push(
        random.pick([
          { jsonrpc: '2.0', id: `end${i}`, method: 'shutdown' },
          { jsonrpc: '2.0', method: 'exit' },
        ]),
      );
  }
  return messages;
}

type Make = (random: Random, index: number) => unknown;

const note = (method: string, params: (random: Random) => unknown): Make => {
  return (random) => ({ jsonrpc: '2.0', method, params: params(random) });
};
const request = (method: string, params: (random: Random) => unknown): Make => {
  return (random, index) => {
    const id = random.oneIn(30) ? random.pick([-1, 0, 2 ** 53, 1.5, '', '\ud800', 'x'.repeat(9999)]) : index;
    return { jsonrpc: '2.0', id, method, params: params(random) };
  };
};
const uri = (random: Random) => random.pick(URIS);
const position = (random: Random) => ({
  line: random.oneIn(6) ? random.pick([-1, 1e9, 2 ** 31, 0.5, 2 ** 53]) : random.below(8),
  character: random.oneIn(6) ? random.pick([-1, 1e9, 2 ** 31, 0.5]) : random.below(60),
});
const range = (random: Random) => ({ start: position(random), end: position(random) });
const document = (random: Random) => ({ uri: uri(random) });

const didOpen = note('textDocument/didOpen', (random) => ({
  textDocument: { uri: uri(random), languageId: 'yaml', version: random.below(9), text: random.pick(TEXTS) },
}));
const didChange = note('textDocument/didChange', (random) => ({
  textDocument: { uri: uri(random), version: random.pick([-5, 0, 1, 2, 3, 9, 2 ** 31, null]) },
  contentChanges: Array.from({ length: random.below(4) }, () =>
    random.oneIn(3)
      ? { text: random.pick(TEXTS) }
      : { range: range(random), text: random.pick([...NASTY, ...TEXTS]), rangeLength: random.below(9) },
  ),
}));

const HONEST: readonly Make[] = [
  didOpen,
  didOpen,
  didOpen,
  didChange,
  didChange,
  didChange,
  note('textDocument/didClose', (random) => ({ textDocument: document(random) })),
  request('textDocument/hover', (random) => ({ textDocument: document(random), position: position(random) })),
  request('textDocument/hover', (random) => ({ textDocument: document(random), position: position(random) })),
  request('textDocument/codeAction', (random) => ({
    textDocument: document(random),
    range: range(random),
    context: { diagnostics: [], only: random.pick([undefined, ['quickfix'], ['source.fixAll.mender'], []]) },
  })),
  request('codeAction/resolve', (random) => ({
    title: 'a',
    data: { uri: uri(random), id: random.pick(['fix-all', '["missing-token-key-mount"', 'x']) },
  })),
  request('mender/plan', (random) => ({ uri: uri(random), fixId: random.pick([undefined, 'fix-all', 'x']) })),
  request('mender/apply', (random) => ({
    uri: uri(random),
    generate: false,
    names: { a: ['b'] },
    confirmed: [],
  })),
  request('mender/offer', document),
  request('mender/releases', () => undefined),
  request('textDocument/completion', (random) => ({
    textDocument: document(random),
    position: position(random),
  })),
  request('textDocument/completion', (random) => ({
    textDocument: document(random),
    position: position(random),
  })),
  (random, index) => ({
    jsonrpc: '2.0',
    id: index,
    method: random.pick(['textDocument/definition', 'textDocument/references']),
    params: { textDocument: document(random), position: position(random), context: {} },
  }),
  (random, index) => ({
    jsonrpc: '2.0',
    id: index,
    method: random.pick([
      'textDocument/documentSymbol',
      'textDocument/documentLink',
      'textDocument/codeLens',
      'textDocument/inlayHint',
    ]),
    params: { textDocument: document(random), range: range(random) },
  }),
  request('codeLens/resolve', (random) => ({
    range: range(random),
    data: random.pick<unknown>([{ uri: uri(random), key: 'mender-useradm' }, ...JUNK]),
  })),
  request('mender/targets', document),
  request('mender/map', (random) => ({ uri: uri(random), follow: random.pick([true, false, undefined]) })),
  request('mender/mapText', (random) => ({ uri: uri(random), format: random.pick(['svg', 'mermaid', 'x']) })),
  request('mender/plan', (random) => ({
    uri: uri(random),
    task: {
      kind: random.pick([
        'generate',
        'request',
        'import',
        'sign',
        'renew',
        'rotate',
        'split',
        'convert',
        'bundle',
      ]),
      service: random.pick(['mender-useradm', 'x', undefined]),
      directory: random.pick([undefined, '/', '..']),
      certificates: random.pick<unknown>([['/x'], [], undefined]),
    },
  })),
  request('workspace/executeCommand', (random) => ({
    command: random.pick(['mender.applyFix', 'mender.applyFix', 'mender.none']),
    arguments: [uri(random), 'x'],
  })),
  (random, index) =>
    random.oneIn(10)
      ? {
          jsonrpc: '2.0',
          id: index,
          method: 'workspace/executeCommand',
          params: { command: 'mender.generateKeys', arguments: [uri(random)] },
        }
      : null,
  note('mender/trust', (random) => ({ trusted: random.oneIn(2) })),
  note('workspace/didChangeConfiguration', (random) => ({
    settings: {
      mender: {
        rules: { 'missing-token-key-mount': random.pick(['off', 'hint', 3, null]) },
        stacks: [{ files: [random.pick(['docker-compose.yml', '', '/', '../x'])] }],
        release: random.pick(['3.7', 'x', 4]),
        expiresSoonDays: random.pick([0, -1, 'x']),
      },
    },
  })),
  note('workspace/didChangeWatchedFiles', (random) => ({
    changes: [{ uri: random.oneIn(4) ? random.pick(ODD_URIS) : uri(random), type: random.below(5) }],
  })),
  note('workspace/didChangeWorkspaceFolders', (random) => ({
    event: {
      added: [{ uri: random.pick([HOME, ...ODD_URIS]), name: 'a' }],
      removed: [{ uri: HOME, name: 'a' }],
    },
  })),
  note('$/cancelRequest', (random) => ({ id: random.below(60) })),
  note('$/setTrace', (random) => ({ value: random.pick(['off', 'verbose', 3]) })),
  note('window/workDoneProgress/cancel', (random) => ({ token: random.pick(['a', 1, null]) })),
  note('initialized', () => ({})),
  (random, index) => ({ jsonrpc: '2.0', id: index, method: random.pick(METHODS), params: random.pick(JUNK) }),
  (random) => ({ jsonrpc: '2.0', id: random.below(90), result: random.pick(JUNK) }),
  (random) => ({
    jsonrpc: '2.0',
    id: random.below(90),
    error: random.pick([{ code: 1, message: 'no' }, null, 3]),
  }),
  note('textDocument/didOpen', (random) => ({
    textDocument: { uri: random.pick(ODD_URIS), languageId: 'yaml', version: 1, text: random.pick(TEXTS) },
  })),
  request('textDocument/hover', (random) => ({
    textDocument: { uri: random.pick(ODD_URIS) },
    position: position(random),
  })),
];

/** Changes one value somewhere in a message's parameters, or its method. */
function spoil(message: unknown, random: Random): unknown {
  const copy = structuredClone(message) as Record<string, unknown> | null;
  if (copy === null || typeof copy !== 'object') return copy;
  if (random.oneIn(12)) return { ...copy, method: random.pick(METHODS) };
  if (random.oneIn(12)) return { ...copy, params: random.pick(JUNK) };
  let at: Record<string, unknown> = copy;
  let key = 'params';
  while (true) {
    const next = at[key];
    if (typeof next !== 'object' || next === null || Object.keys(next).length === 0 || random.oneIn(5)) break;
    at = next as Record<string, unknown>;
    key = random.pick(Object.keys(at));
  }
  if (random.oneIn(4)) delete at[key];
  else at[key] = random.pick(JUNK);
  return copy;
}
