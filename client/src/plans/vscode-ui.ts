/** The commands' prompts, progress and messages in VS Code. */
import * as vscode from 'vscode';
import { type LanguageClient, WorkDoneProgress } from 'vscode-languageclient/node';
import {
  APPLY_METHOD,
  type Applied,
  type ApplyResult,
  type KeyTask,
} from '../../../server/src/language-server/protocol/index';
import { visible } from '../../../server/src/text/harmless';
import { t } from '../l10n/translate';
import * as messages from '../ui/messages';
import type { TaskUi, Ui } from '../ui/ui';
import { fail, inform, warn, withProgress } from '../ui/window';
import { askNames, confirm, files, pick, text } from './vscode-prompts';

/** Sends a request while nothing is traced, when `secret` says that it holds what no trace may show. */
export type Send = <T>(secret: boolean, work: () => Promise<T>) => Promise<T>;

/** The prompts of one run of a command, over a client that has started. */
export function createUi(client: LanguageClient, send: Send): TaskUi {
  return {
    async inform(message) {
      await inform(message);
    },
    async fail(message) {
      await fail(message);
    },
    async refuseUntrusted() {
      const chosen = await warn(messages.UNTRUSTED, messages.MANAGE_TRUST);
      if (chosen !== undefined) await vscode.commands.executeCommand('workbench.trust.manage');
    },
    confirm,
    askNames,
    pick,
    text,
    files,
    make: (params, title) => make(client, send, params, title),
    edit: (result) => applyEdit(client, result),
    showResult,
    async offerRetry(message) {
      return (await warn(message, messages.MOUNT_AGAIN)) === messages.MOUNT_AGAIN;
    },
    async offerAnyway(message, button) {
      return (await inform(message, button)) === button;
    },
  };
}

/** Whether a task carries what no trace may show. */
export function holdsSecret(task: KeyTask | undefined): boolean {
  if (task?.kind === 'sign') return task.authority.passphrase !== undefined;
  return task?.kind === 'convert' && task.passphrase !== undefined;
}

/** URIs of documents with changes that aren't saved: lines written to their files would be written over. */
export function unsaved(client: LanguageClient): readonly string[] {
  return vscode.workspace.textDocuments
    .filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file')
    .map(({ uri }) => client.code2ProtocolConverter.asUri(uri));
}

async function make(
  client: LanguageClient,
  send: Send,
  params: Parameters<Ui['make']>[0],
  title: string,
): Promise<ApplyResult> {
  return withProgress(title, async (report, token) => {
    const workDoneToken = `mender-${Date.now()}-${Math.random()}`;
    let reached = 0;
    const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      if (value.kind === 'end') return;
      const percentage = value.percentage ?? reached;
      report(value.message, Math.max(0, percentage - reached));
      reached = Math.max(reached, percentage);
    });
    try {
      return await send(holdsSecret(params.task), () =>
        client.sendRequest<ApplyResult>(
          APPLY_METHOD,
          { ...params, unsaved: unsaved(client), workDoneToken },
          token,
        ),
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = token.isCancellationRequested
        ? t('Cancelled.')
        : t(
            'The language server did not answer ({0}). Check which files exist before you try again.',
            reason,
          );
      return { ok: false, cancelled: token.isCancellationRequested, message };
    } finally {
      listener.dispose();
    }
  });
}

async function applyEdit(client: LanguageClient, result: Applied): Promise<boolean> {
  const edit = await client.protocol2CodeConverter.asWorkspaceEdit(result.edit);
  // From here to applyEdit nothing may wait, or the text could change in between.
  for (const [uri, version] of Object.entries(result.versions)) {
    const target = client.protocol2CodeConverter.asUri(uri).toString();
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === target);
    if (document?.version !== version) return false;
  }
  return edit.size === 0 || vscode.workspace.applyEdit(edit);
}

const showResult: Ui['showResult'] = async (message, result) => {
  const [first] = result.created;
  const request = result.created.find(({ kind }) => kind === 'request');
  if (request !== undefined) return tellRequest(message, request.path);
  if (first === undefined) {
    await inform(message);
    return;
  }
  const chosen = await inform(message, messages.OPEN_FOLDER, messages.COPY_PATHS);
  if (chosen === messages.COPY_PATHS) {
    await vscode.env.clipboard.writeText(result.created.map((file) => visible(file.path)).join('\n'));
  } else if (chosen === messages.OPEN_FOLDER) {
    // The system's file manager can only show what lies on the machine that VS Code's window runs on.
    const local = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
    await vscode.commands.executeCommand(
      local ? 'revealFileInOS' : 'revealInExplorer',
      vscode.Uri.file(first.path),
    );
  }
};

async function tellRequest(message: string, path: string): Promise<void> {
  const uri = vscode.Uri.file(path);
  const chosen = await inform(message, messages.OPEN_REQUEST, messages.COPY_REQUEST);
  if (chosen === messages.OPEN_REQUEST) await vscode.window.showTextDocument(uri);
  else if (chosen === messages.COPY_REQUEST) {
    await vscode.env.clipboard.writeText(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
  }
}
