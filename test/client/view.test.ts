/** The tree of the view "Mender keys", and the line of a mount. */
import { describe, expect, test } from 'vitest';
import { type KeyNode, spokenLabel, treeOf } from '../../client/src/view/model';
import { mountPlace } from '../../client/src/view/mount-place';
import type { KeyTarget, StatusParams } from '../../server/src/lsp/protocol';

const gateway: KeyTarget = {
  service: 'mender-api-gateway',
  requirement: 'gateway.certificate',
  kind: 'tls-pair',
  title: 'TLS certificate of mender-api-gateway',
  state: 'valid until 2036-01-01 (3320 days left)',
  level: 'ok',
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
  level: 'missing',
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
    expect(spokenLabel(root as KeyNode)).toBe('a.yml, something is wrong, 1 service');
    expect(spokenLabel(root?.children[0] as KeyNode)).toBe('mender-useradm, missing, something is wrong');
  });
});

test.each([
  ['ok', 'good'],
  ['soon', 'warning'],
  ['bad', 'error'],
  ['missing', 'error'],
  ['unknown', 'unknown'],
] as const)('a target that is %s is shown as %s, whatever its words are', (level, shown) => {
  const [root] = treeOf([{ status: status('a.yml', ['a.yml']), targets: [{ ...token, level }] }]);
  expect(root?.children[0]?.children[0]?.level).toBe(shown);
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
    expect(mountPlace(text, 'gateway', '/p/ssl/cert.pem')).toEqual({ line: 9, score: 2 });
    expect(mountPlace(text, 'gateway', '/p/new/cert.pem')).toEqual({ line: 8, score: 2 });
    expect(mountPlace(text, 'other', 'C:\\p\\ssl\\cert.pem')).toEqual({ line: 3, score: 2 });
  });

  test('is where the service begins when nothing is mounted, and nowhere without the service', () => {
    expect(mountPlace(text, 'gateway', undefined)).toEqual({ line: 4, score: 1 });
    expect(mountPlace(text, 'last', '/p/ssl/cert.pem')).toEqual({ line: 10, score: 1 });
    expect(mountPlace(text, 'none', '/p/ssl/cert.pem')).toBeUndefined();
  });
});
