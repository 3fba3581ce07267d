/** The deployments of the workspace as the server finds them: asked for while the view is seen, and never in a hurry. */
import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import {
  DEPLOYMENTS_CHANGED_METHOD,
  DEPLOYMENTS_METHOD,
  type DeploymentsAnswer,
  type DeploymentsParams,
} from '../../../server/src/language-server/protocol/index';
import type { CheckedStack } from './tree';

const NOTHING: DeploymentsAnswer = { deployments: [], complete: true };

/** Milliseconds in which further news are waited for. */
const PAUSE = 1500;

export interface WorkspaceDeployments extends vscode.Disposable {
  readonly checked: readonly CheckedStack[];
  /** False where there are more files than are looked at. */
  readonly complete: boolean;
  readonly onDidChange: vscode.Event<void>;
  /** They may be others now: asked for when the view is seen and nothing more comes for a while. */
  outdated(): void;
  /** The view came to be seen. */
  seen(): void;
  /** Asks at once. */
  refresh(): Promise<void>;
}

export function watchDeployments(client: LanguageClient, isSeen: () => boolean): WorkspaceDeployments {
  const changed = new vscode.EventEmitter<void>();
  let answer = NOTHING;
  let stale = true;
  let asking: vscode.CancellationTokenSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function refresh(): Promise<void> {
    clearTimeout(timer);
    asking?.cancel();
    const mine = new vscode.CancellationTokenSource();
    asking = mine;
    stale = false;
    try {
      const params: DeploymentsParams = { exclude: excluded() };
      const found = client.isRunning()
        ? await client.sendRequest<DeploymentsAnswer>(DEPLOYMENTS_METHOD, params, mine.token)
        : NOTHING;
      if (asking !== mine) return;
      answer = found;
      changed.fire();
    } catch (error) {
      if (asking === mine) client.outputChannel.debug(`No deployments of the workspace: ${String(error)}`);
    } finally {
      mine.dispose();
    }
  }

  function later(): void {
    clearTimeout(timer);
    if (stale && isSeen()) timer = setTimeout(() => void refresh(), PAUSE);
  }

  function outdated(): void {
    stale = true;
    later();
  }

  const listeners = vscode.Disposable.from(
    changed,
    client.onNotification(DEPLOYMENTS_CHANGED_METHOD, outdated),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) outdated();
      else if (newState === State.Stopped) void refresh();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(outdated),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('files.exclude')) outdated();
    }),
    {
      dispose() {
        clearTimeout(timer);
        asking?.cancel();
      },
    },
  );

  return {
    get checked() {
      return answer.deployments.map(({ uri, stack, targets }) => ({
        status: { uri, mender: true, stacks: [stack] },
        targets,
      }));
    },
    get complete() {
      return answer.complete;
    },
    onDidChange: changed.event,
    outdated,
    seen: () => {
      if (stale && client.isRunning()) void refresh();
    },
    refresh,
    dispose: () => listeners.dispose(),
  };
}

/** What the user hides from the explorer, in any folder. */
function excluded(): string[] {
  const scopes = [undefined, ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri)];
  const globs = scopes.flatMap((scope) => {
    const setting = vscode.workspace.getConfiguration('files', scope).get<object>('exclude') ?? {};
    return Object.entries(setting).flatMap(([glob, value]) => (value === true ? [glob] : []));
  });
  return [...new Set(globs)];
}
