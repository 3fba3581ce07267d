/** When the view asks for the deployments of the workspace: while it is seen, once for many news, and never twice at once. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { DeploymentsAnswer } from '../../../server/src/language-server/protocol/index';

type Listener = (event?: unknown) => void;
const world = vi.hoisted(() => ({
  folders: [] as { uri: string }[],
  exclude: {} as Record<string, unknown>,
  onFolders: undefined as Listener | undefined,
  onConfiguration: undefined as Listener | undefined,
}));

vi.mock('vscode', () => {
  class EventEmitter {
    listeners: Listener[] = [];
    event = (listener: Listener) => {
      this.listeners.push(listener);
      return { dispose() {} };
    };
    fire = () => {
      for (const listener of this.listeners) listener();
    };
    dispose() {}
  }
  class CancellationTokenSource {
    token = { cancelled: false };
    cancel() {
      this.token.cancelled = true;
    }
    dispose() {}
  }
  const Disposable = {
    from: (...all: { dispose(): void }[]) => ({
      dispose() {
        for (const each of all) each.dispose();
      },
    }),
  };
  const workspace = {
    get workspaceFolders() {
      return world.folders;
    },
    getConfiguration: () => ({ get: () => world.exclude }),
    onDidChangeWorkspaceFolders(listener: Listener) {
      world.onFolders = listener;
      return { dispose() {} };
    },
    onDidChangeConfiguration(listener: Listener) {
      world.onConfiguration = listener;
      return { dispose() {} };
    },
  };
  return { EventEmitter, CancellationTokenSource, Disposable, workspace };
});
vi.mock('vscode-languageclient/node', () => ({ State: { Stopped: 1, Running: 2, Starting: 3 } }));

const { watchDeployments } = await import('../../../client/src/keys-view/deployments');

const ONE: DeploymentsAnswer = {
  deployments: [
    {
      uri: 'file:///p/docker-compose.yml',
      stack: {
        files: [{ uri: 'file:///p/docker-compose.yml', label: 'docker-compose.yml' }],
        reason: 'alone',
        why: '',
        beside: [],
      },
      targets: [],
    },
  ],
  complete: false,
};

function start() {
  const asked: { params: unknown; token: { cancelled: boolean }; answer(given: DeploymentsAnswer): void }[] =
    [];
  const own = { seen: true, running: true, state: (_event: unknown) => {}, news: () => {} };
  const client = {
    isRunning: () => own.running,
    outputChannel: { debug() {} },
    onNotification(_method: string, listener: () => void) {
      own.news = listener;
      return { dispose() {} };
    },
    onDidChangeState(listener: (event: unknown) => void) {
      own.state = listener;
      return { dispose() {} };
    },
    sendRequest: (_method: string, params: unknown, token: { cancelled: boolean }) =>
      new Promise((answer) => asked.push({ params, token, answer })),
  } as unknown as LanguageClient;
  const watched = watchDeployments(client, () => own.seen);
  let changes = 0;
  watched.onDidChange(() => changes++);
  return { own, asked, watched, changes: () => changes };
}

/** Lets promises and all timers come to their end. */
const later = () => vi.runAllTimersAsync();

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(world, { folders: [], exclude: {} });
});
afterEach(() => vi.useRealTimers());

test('they are asked for once for many news, with what the user hides, and told as documents are', async () => {
  world.exclude = { '**/.git': true, '**/dist': false, '**/*.js': { when: '$(basename).ts' } };
  world.folders = [{ uri: 'file:///p' }];
  const { own, asked, watched, changes } = start();
  own.state({ newState: 2 });
  own.news();
  world.onFolders?.();
  await later();
  expect(asked.map(({ params }) => params)).toEqual([{ exclude: ['**/.git'] }]);
  asked[0]?.answer(ONE);
  await later();
  expect(changes()).toBe(1);
  expect(watched.complete).toBe(false);
  expect(watched.checked).toMatchObject([
    {
      status: { uri: 'file:///p/docker-compose.yml', mender: true, stacks: [{ reason: 'alone' }] },
      targets: [],
    },
  ]);
});

test('nothing is asked while the view is not seen; then once, where something is new', async () => {
  const { own, asked, watched } = start();
  own.seen = false;
  own.state({ newState: 2 });
  watched.outdated();
  await later();
  expect(asked).toEqual([]);
  own.seen = true;
  watched.seen();
  expect(asked).toHaveLength(1);
  asked[0]?.answer(ONE);
  await later();
  watched.seen();
  expect(asked).toHaveLength(1);
});

test('a newer question takes the place of an older one, whose answer changes nothing', async () => {
  const { asked, watched, changes } = start();
  void watched.refresh();
  void watched.refresh();
  expect(asked.map(({ token }) => token.cancelled)).toEqual([true, false]);
  asked[0]?.answer(ONE);
  await later();
  expect([changes(), watched.checked.length]).toEqual([0, 0]);
  asked[1]?.answer({ deployments: [], complete: true });
  await later();
  expect([changes(), watched.complete]).toEqual([1, true]);
});

test('when the server stops they are none, and other settings do not matter', async () => {
  const { own, asked, watched, changes } = start();
  void watched.refresh();
  asked[0]?.answer(ONE);
  await later();
  world.onConfiguration?.({ affectsConfiguration: () => false });
  await later();
  expect(asked).toHaveLength(1);
  own.running = false;
  own.state({ newState: 1 });
  await later();
  expect([watched.checked.length, changes()]).toEqual([0, 2]);
});
