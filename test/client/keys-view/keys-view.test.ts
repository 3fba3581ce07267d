/** The view "Mender Keys" wired up: what it shows of open documents and of the workspace, with a VS Code that is played. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { KeyNode } from '../../../client/src/keys-view/tree';
import type {
  DeploymentStatus,
  KeyTarget,
  StatusParams,
} from '../../../server/src/language-server/protocol/index';

type Provider = {
  getChildren(node?: KeyNode): KeyNode[];
  getTreeItem(node: KeyNode): Record<string, unknown>;
};
const world = vi.hoisted(() => ({
  provider: undefined as Provider | undefined,
  view: { visible: true, message: undefined as string | undefined },
  trusted: true,
  folders: [] as { uri: { scheme: string }; name: string }[],
  commands: new Map<string, (...given: unknown[]) => unknown>(),
}));

vi.mock('vscode', () => {
  const disposable = { dispose() {} };
  class EventEmitter {
    listeners: (() => void)[] = [];
    event = (listener: () => void) => {
      this.listeners.push(listener);
      return disposable;
    };
    fire = () => {
      for (const listener of this.listeners) listener();
    };
    dispose() {}
  }
  class Text {
    constructor(readonly value: unknown) {}
  }
  class TreeItem {
    constructor(
      readonly label: string,
      readonly collapsibleState: number,
    ) {}
  }
  class CancellationTokenSource {
    token = {};
    cancel() {}
    dispose() {}
  }
  return {
    EventEmitter,
    CancellationTokenSource,
    TreeItem,
    ThemeIcon: Text,
    ThemeColor: Text,
    MarkdownString: Text,
    TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
    Disposable: { from: () => disposable },
    window: {
      createTreeView(_id: string, options: { treeDataProvider: Provider }) {
        world.provider = options.treeDataProvider;
        return Object.assign(world.view, { onDidChangeVisibility: () => disposable });
      },
    },
    commands: {
      registerCommand(name: string, work: (...given: unknown[]) => unknown) {
        world.commands.set(name, work);
        return disposable;
      },
    },
    workspace: {
      get isTrusted() {
        return world.trusted;
      },
      get workspaceFolders() {
        return world.folders;
      },
      getConfiguration: () => ({ get: () => ({}) }),
      onDidChangeWorkspaceFolders: () => disposable,
      onDidChangeConfiguration: () => disposable,
    },
  };
});
vi.mock('vscode-languageclient/node', () => ({ State: { Stopped: 1, Running: 2 } }));

const { showKeys } = await import('../../../client/src/keys-view/keys-view');

const target: KeyTarget = {
  service: 'mender-useradm',
  requirement: 'useradm.key',
  kind: 'token-key',
  title: 'Token key',
  state: 'RSA 3072',
  shortState: 'RSA 3072',
  level: 'ok',
  certificateLevel: undefined,
  keyLevel: 'ok',
  certificate: undefined,
  key: '/w/one/useradm.pem',
  names: [],
  reached: [],
  tasks: ['rotate'],
  encrypted: false,
};

function status(path: string): StatusParams {
  const uri = `file:///w/${path}`;
  const stack = { files: [{ uri, label: path }], reason: 'alone', why: '', beside: [] } as const;
  return { uri, mender: true, stacks: [stack], counts: { error: 0, warning: 0, information: 0, hint: 0 } };
}

/** What the tree says when the workspace has the deployments of `files`, and `open` ones are open. */
async function shown(files: readonly string[], open: readonly string[] = []): Promise<string[]> {
  const deployments = files.map((path): DeploymentStatus => {
    const { uri, stacks } = status(path);
    return { uri, stack: stacks[0] as DeploymentStatus['stack'], targets: [target] };
  });
  const client = {
    isRunning: () => true,
    outputChannel: { debug() {} },
    onNotification: () => undefined,
    onDidChangeState: () => undefined,
    sendRequest: async (method: string) =>
      method === 'mender/deployments' ? { deployments, complete: true } : { targets: [target] },
  } as unknown as LanguageClient;
  showKeys(client, {
    get: () => undefined,
    all: () => open.map(status),
    onDidChange: () => ({ dispose() {} }),
    dispose() {},
  });
  await world.commands.get('mender.refreshKeys')?.();
  const told = (nodes: KeyNode[], indent: string): string[] =>
    nodes.flatMap((node) => [
      `${indent}${node.label}`,
      ...(node.kind === 'folder' ? told(world.provider?.getChildren(node) ?? [], `${indent}  `) : []),
    ]);
  return told(world.provider?.getChildren() ?? [], '');
}

beforeEach(() => {
  Object.assign(world, { trusted: true, folders: [{ uri: folder('one'), name: 'one' }] });
  world.view.message = undefined;
});

function folder(name: string, scheme = 'file') {
  return { scheme, toString: () => `${scheme}:///w/${name}` };
}

test('it shows the deployments of the workspace, and open documents elsewhere', async () => {
  expect(await shown(['one/a.yml', 'one/b.yml'], ['one/b.yml', 'far/c.yml'])).toEqual([
    'one/a.yml',
    'one/b.yml',
    'far/c.yml',
  ]);
  expect(world.view.message).toBeUndefined();
});

test('several folders each have a row, with an icon of their own', async () => {
  world.folders.push({ uri: folder('two'), name: 'two' });
  expect(await shown(['one/a.yml', 'two/b.yml'])).toEqual(['one', '  a.yml', 'two', '  b.yml']);
  const [first] = world.provider?.getChildren() ?? [];
  expect(first && world.provider?.getTreeItem(first)).toMatchObject({
    contextValue: 'folder',
    iconPath: { value: 'root-folder' },
    collapsibleState: 2,
  });
});

test('an untrusted or virtual workspace has a word over the tree, but not over an empty one', async () => {
  world.trusted = false;
  await shown(['one/a.yml']);
  expect(world.view.message).toContain('certificates and keys are not checked');
  await shown([]);
  expect(world.view.message).toBeUndefined();
  Object.assign(world, { trusted: true, folders: [{ uri: folder('one', 'vscode-vfs'), name: 'one' }] });
  await shown([], ['one/a.yml']);
  expect(world.view.message).toContain('only open compose files');
});
