/** The command's prompts, progress and messages in VS Code. */
import * as vscode from 'vscode';
import { type LanguageClient, WorkDoneProgress } from 'vscode-languageclient/node';
import { APPLY_METHOD, type Applied, type ApplyResult } from '../../server/src/lsp/protocol';
import type { Step, Ui } from './flow';
import * as messages from './messages';
import { namesProblem, parseNames } from './names';

/** The prompts of one run of a command, over a client that has started. */
export function createUi(client: LanguageClient): Ui {
  return {
    async inform(message) {
      await vscode.window.showInformationMessage(message);
    },
    async fail(message) {
      await vscode.window.showErrorMessage(message);
    },
    async refuseUntrusted() {
      const chosen = await vscode.window.showWarningMessage(messages.UNTRUSTED, messages.MANAGE_TRUST);
      if (chosen !== undefined) await vscode.commands.executeCommand('workbench.trust.manage');
    },
    confirm,
    askNames,
    make: (params) => make(client, params),
    edit: (result) => applyEdit(client, result),
    tell,
    async offerRetry(message) {
      return (await vscode.window.showWarningMessage(message, messages.MOUNT_AGAIN)) === messages.MOUNT_AGAIN;
    },
  };
}

const confirm: Ui['confirm'] = (plan, step) =>
  new Promise((resolve) => {
    const pick = vscode.window.createQuickPick();
    const go: vscode.QuickPickItem = { label: `$(check) ${messages.goAhead(plan)}`, alwaysShow: true };
    const separator = { label: 'Will be created', kind: vscode.QuickPickItemKind.Separator };
    const files = plan.create.map((file) => messages.entryOf(file, plan.names));
    pick.items = files.length === 0 ? [go] : [go, separator, ...files];
    pick.activeItems = [go];
    pick.title = messages.TITLE;
    pick.placeholder = 'Choose the first entry to go on, or press Escape to leave everything as it is';
    pick.ignoreFocusOut = true;
    number(pick, step);
    let answer: 'go' | 'cancel' = 'cancel';
    pick.onDidAccept(() => {
      // The other entries only inform.
      if (pick.activeItems[0] !== go) return;
      answer = 'go';
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      resolve(answer);
    });
    pick.show();
  });

const askNames: Ui['askNames'] = (question, step) =>
  new Promise((resolve) => {
    const box = vscode.window.createInputBox();
    box.title = messages.TITLE;
    box.prompt = question.prompt;
    box.value = question.value;
    box.ignoreFocusOut = true;
    box.validationMessage = namesProblem(question.value);
    if (step.number > 1) box.buttons = [vscode.QuickInputButtons.Back];
    number(box, step);
    let answer: readonly string[] | 'back' | 'cancel' = 'cancel';
    box.onDidChangeValue((value) => {
      box.validationMessage = namesProblem(value);
    });
    box.onDidTriggerButton(() => {
      answer = 'back';
      box.hide();
    });
    box.onDidAccept(() => {
      box.validationMessage = namesProblem(box.value);
      if (box.validationMessage !== undefined) return;
      answer = parseNames(box.value);
      box.hide();
    });
    box.onDidHide(() => {
      box.dispose();
      resolve(answer);
    });
    box.show();
  });

function number(input: vscode.QuickInput, { number, total }: Step): void {
  if (total < 2) return;
  input.step = number;
  input.totalSteps = total;
}

async function make(client: LanguageClient, params: Parameters<Ui['make']>[0]): Promise<ApplyResult> {
  const location = vscode.ProgressLocation.Notification;
  const options = { location, title: 'Generating Mender keys', cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const workDoneToken = `mender-${Date.now()}-${Math.random()}`;
    let reached = 0;
    const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      if (value.kind === 'end') return;
      const percentage = value.percentage ?? reached;
      progress.report({ message: value.message, increment: Math.max(0, percentage - reached) });
      reached = Math.max(reached, percentage);
    });
    try {
      return await client.sendRequest<ApplyResult>(APPLY_METHOD, { ...params, workDoneToken }, token);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = token.isCancellationRequested
        ? 'Cancelled.'
        : `The language server gave no answer (${reason}). Look which files exist before you start again.`;
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

const tell: Ui['tell'] = async (message, result) => {
  const first = result.created[0];
  if (first === undefined) {
    await vscode.window.showInformationMessage(message);
    return;
  }
  const chosen = await vscode.window.showInformationMessage(
    message,
    messages.OPEN_FOLDER,
    messages.COPY_PATHS,
  );
  if (chosen === messages.COPY_PATHS) {
    await vscode.env.clipboard.writeText(result.created.map((file) => file.path).join('\n'));
  } else if (chosen === messages.OPEN_FOLDER) {
    // The system's file manager can only show what lies on the machine that VS Code's window runs on.
    const local = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
    await vscode.commands.executeCommand(
      local ? 'revealFileInOS' : 'revealInExplorer',
      vscode.Uri.file(first.path),
    );
  }
};
