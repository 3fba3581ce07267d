/** The tree of the view "Mender Keys", and the line of a mount. */
import { describe, expect, test } from 'vitest';
import { findMount } from '../../../client/src/keys-view/find-mount';
import { type KeyNode, spokenLabel, treeOf } from '../../../client/src/keys-view/tree';
import { byFolder, isOpenAtFirst, shownOf, viewMessage } from '../../../client/src/keys-view/workspace-tree';
import type { KeyTarget, StatusParams } from '../../../server/src/language-server/protocol/index';

const gateway: KeyTarget = {
  service: 'mender-api-gateway',
  requirement: 'gateway.certificate',
  kind: 'tls-pair',
  title: 'TLS certificate of mender-api-gateway',
  state: 'valid until 2036-01-01 (3320 days left)',
  shortState: '3320 days left',
  level: 'ok',
  certificateLevel: 'ok',
  keyLevel: 'ok',
  certificate: '/p/ssl/cert.pem',
  key: '/p/ssl/key.pem',
  names: ['mender.example.com'],
  reached: ['mender.example.com'],
  tasks: ['request', 'import', 'sign', 'renew', 'rotate', 'bundle'],
  encrypted: false,
};
const token: KeyTarget = {
  ...gateway,
  service: 'mender-useradm',
  requirement: 'useradm.key',
  kind: 'token-key',
  title: 'Token key of mender-useradm',
  state: 'missing',
  shortState: 'missing',
  level: 'missing',
  certificateLevel: undefined,
  keyLevel: 'missing',
  certificate: undefined,
  key: undefined,
  names: [],
  reached: [],
  tasks: ['generate'],
};

const file = (name: string) => ({ uri: `file:///p/${name}`, label: name });

function status(uri: string, ...stacks: readonly (readonly string[])[]): StatusParams {
  return {
    uri: `file:///p/${uri}`,
    mender: true,
    stacks: stacks.map((files) => ({
      files: files.map(file),
      reason: 'alone' as never,
      why: '',
      beside: [],
    })),
    counts: { error: 0, warning: 0, information: 0, hint: 0 },
  };
}

function outline(nodes: readonly KeyNode[], indent = ''): string[] {
  return nodes.flatMap((node) => [
    `${indent}${node.label} | ${node.description} | ${node.level}`,
    ...outline(node.children, `${indent}  `),
  ]);
}

describe('the tree', () => {
  test('has stacks, their services and the files of each, what is worst showing further up', () => {
    const tree = treeOf([{ status: status('a.yml', ['a.yml', 'b.yml']), targets: [gateway, token] }]);
    expect(outline(tree)).toEqual([
      'a.yml + b.yml |  | error',
      '  mender-api-gateway | 3320 days left | good',
      '    cert.pem | 3320 days left | good',
      '    key.pem | private key | good',
      '  mender-useradm | missing | error',
      '    Token signing key | missing | error',
    ]);
  });

  test('shows a stack once, though several of its documents are open, and leaves out what has no keys', () => {
    const targets = [gateway];
    const tree = treeOf([
      { status: status('a.yml', ['a.yml', 'b.yml']), targets },
      { status: status('b.yml', ['a.yml', 'b.yml']), targets },
      { status: status('c.yml', ['c.yml']), targets: [] },
      { status: { ...status('d.yml', ['d.yml']), mender: false }, targets },
      { status: status('e.yml', ['e.yml', 'f.yml'], ['e.yml', 'g.yml']), targets },
    ]);
    expect(tree.map(({ label, description }) => [label, description])).toEqual([
      ['a.yml + b.yml', ''],
      ['e.yml', '2 stacks'],
    ]);
    const ids = tree.flatMap(function all(node): string[] {
      return [node.id, ...node.children.flatMap(all)];
    });
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('tells menus what can be done: a certificate is renewed, a key rotated', () => {
    const [root] = treeOf([{ status: status('a.yml', ['a.yml']), targets: [gateway, token] }]);
    const [gatewayNode, tokenNode] = root?.children ?? [];
    const [certificate, key] = gatewayNode?.children ?? [];
    expect(certificate?.context).toBe('certificate request import sign bundle renew');
    expect(key?.context).toBe('key request import sign rotate bundle');
    expect(gatewayNode?.context).toBe('service request import sign renew rotate bundle');
    expect(tokenNode?.children[0]?.context).toBe('key generate');
    expect(root?.context).toBe('stack generate');
    expect(key).toMatchObject({ service: 'mender-api-gateway', requirement: 'gateway.certificate' });
  });

  test('lets nothing from files become markup', () => {
    const hostile = { ...gateway, names: ['[x](command:evil)', '$(bug)'], title: '<b>*x*' };
    const [root] = treeOf([{ status: status('a.yml', ['a.yml']), targets: [hostile] }]);
    const tooltip = root?.children[0]?.tooltip ?? '';
    expect(tooltip).toContain('\\[x\\]\\(command:evil\\)');
    expect(tooltip).not.toContain('$(');
    expect(tooltip).toContain('\\<b\\>\\*x\\*');
  });

  test('says aloud what the icon shows', () => {
    const [root] = treeOf([{ status: status('a.yml', ['a.yml']), targets: [token] }]);
    expect(spokenLabel(root as KeyNode)).toBe('a.yml, Error, 1 service');
    expect(spokenLabel(root?.children[0] as KeyNode)).toBe('mender-useradm, missing, Error');
  });
});

test.each([
  ['ok', 'good'],
  ['soon', 'warning'],
  ['bad', 'error'],
  ['missing', 'error'],
  ['unknown', 'unknown'],
] as const)('a target that is %s is shown as %s, whatever its words are', (level, shown) => {
  const [root] = treeOf([
    { status: status('a.yml', ['a.yml']), targets: [{ ...token, level, keyLevel: level }] },
  ]);
  expect(root?.children[0]?.children[0]?.level).toBe(shown);
});

describe('the deployments of the workspace', () => {
  const checked = (uri: string, files: readonly string[], targets = [gateway]) => ({
    status: status(uri, files),
    targets,
  });
  const labels = (nodes: readonly KeyNode[]) => nodes.map(({ label }) => label);

  test('keep their order, and open documents add what is newer and what belongs to none of them', () => {
    const workspace = [
      checked('a.yml', ['a.yml', 'prod.yml']),
      checked('b.yml', ['b.yml']),
      checked('c.yml', ['c.yml']),
    ];
    const open = [
      checked('far.yml', ['far.yml']),
      checked(
        'c.yml',
        ['c.yml'],
        [
          {
            ...gateway,
            level: 'missing',
            certificateLevel: 'missing',
            keyLevel: 'missing',
            state: 'missing',
          },
        ],
      ),
      // A base and an overlay of what is listed already.
      checked('a.yml', ['a.yml']),
      checked('restart.yml', ['b.yml', 'restart.yml']),
    ];
    const tree = treeOf(shownOf(open, workspace));
    expect(labels(tree)).toEqual(['a.yml + prod.yml', 'b.yml', 'c.yml', 'far.yml']);
    expect(tree[2]?.level).toBe('error');
    expect(labels(treeOf(shownOf(open, [])))).toHaveLength(4);
  });

  test('stand under their folders where there are several, the innermost one', () => {
    const stacks = treeOf([
      checked('one/a.yml', ['one/a.yml']),
      checked('one/in%20ner/b.yml', ['one/in%20ner/b.yml'], [{ ...token }]),
      checked('far.yml', ['far.yml']),
    ]);
    const folders = [
      { uri: 'file:///p/one', name: 'one' },
      { uri: 'file:///p/one/in ner', name: 'inner' },
      { uri: 'file:///p/empty', name: 'empty' },
    ];
    expect(outline(byFolder(stacks, folders)).filter((line) => !line.startsWith('    '))).toEqual([
      'one | 1 stack | good',
      '  a.yml |  | good',
      'inner | 1 stack | error',
      '  one/in%20ner/b.yml |  | error',
      'far.yml |  | good',
      '  mender-api-gateway | 3320 days left | good',
    ]);
    expect(byFolder(stacks, folders.slice(0, 1))).toEqual(stacks);
    expect(byFolder(stacks, folders)[0]?.context).toBe('folder');
  });

  test('are shown closed where there are many, but for those with something wrong', () => {
    const [well, ill] = treeOf([checked('a.yml', ['a.yml']), checked('b.yml', ['b.yml'], [token])]);
    const open = (stacks: number) => [well, ill].map((node) => node && isOpenAtFirst(node, stacks));
    expect(open(2)).toEqual([true, true]);
    expect(open(20)).toEqual([false, true]);
  });

  test('have a word over them where not all is shown', () => {
    const all = { trusted: true, virtual: false, complete: true };
    expect(viewMessage(all)).toBeUndefined();
    expect(viewMessage({ ...all, trusted: false })).toContain('certificates and keys are not checked');
    expect(viewMessage({ ...all, virtual: true })).toContain('only open compose files');
    expect(viewMessage({ trusted: false, virtual: true, complete: false })).toContain('Too many files');
  });
});

describe('the line of a mount', () => {
  const text = [
    'services:',
    '  other:',
    '    volumes:',
    '      - ./ssl/cert.pem:/x',
    '  "gateway":',
    '    # ./ssl/cert.pem',
    '',
    '    volumes:',
    '      - ./old/cert.pem:/y',
    '      - ./ssl/cert.pem:/x',
    '  last:',
    '    image: x',
  ].join('\r\n');

  test('is that of the service, the longest match first, comments apart', () => {
    expect(findMount(text, 'gateway', '/p/ssl/cert.pem')).toEqual({ line: 9, score: 2 });
    expect(findMount(text, 'gateway', '/p/new/cert.pem')).toEqual({ line: 8, score: 2 });
    expect(findMount(text, 'other', 'C:\\p\\ssl\\cert.pem')).toEqual({ line: 3, score: 2 });
  });

  test('is where the service begins when nothing is mounted, and nowhere without the service', () => {
    expect(findMount(text, 'gateway', undefined)).toEqual({ line: 4, score: 1 });
    expect(findMount(text, 'last', '/p/ssl/cert.pem')).toEqual({ line: 10, score: 1 });
    expect(findMount(text, 'none', '/p/ssl/cert.pem')).toBeUndefined();
  });
});
