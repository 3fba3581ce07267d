/** The prompts in VS Code: quick picks, input boxes and dialogs, each with its number and a way back. */
import * as vscode from 'vscode';
import type { Ui } from './flow';
import { t } from './l10n';
import { namesProblem, parseNames } from './names';
import { previewRows } from './preview';
import type { FilesQuestion, TaskUi } from './tasks/prompts';
import type { Step } from './wizard';

type Asked<T> = { readonly value: T } | 'back' | 'cancel';

export const confirm: Ui['confirm'] = (question, step) =>
  new Promise((resolve) => {
    const rows = previewRows(question.plan, question.options);
    const pick = vscode.window.createQuickPick();
    const items = rows.map((row) =>
      row.kind === 'heading'
        ? { label: row.label, kind: vscode.QuickPickItemKind.Separator }
        : { ...row, kind: undefined, alwaysShow: row.kind === 'go' },
    );
    pick.items = items;
    pick.activeItems = items.slice(0, 1);
    pick.placeholder = t('Choose the first entry to go on, or press Escape to leave everything as it is');
    let answer: 'go' | 'options' | 'back' | 'cancel' = 'cancel';
    present(pick, question.title, step, () => {
      answer = 'back';
    });
    pick.onDidAccept(() => {
      const kind = rows[items.indexOf(pick.activeItems[0] as (typeof items)[number])]?.kind;
      // The other entries only inform.
      if (kind !== 'go' && kind !== 'options') return;
      answer = kind;
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      resolve(answer);
    });
    pick.show();
  });

export const askNames: Ui['askNames'] = async (question, step) => {
  const answer = await text({ ...question, problem: namesProblem }, step);
  return typeof answer === 'string' ? answer : parseNames(answer.value);
};

export const pick: TaskUi['pick'] = <T>(
  question: Parameters<TaskUi['pick']>[0] & { readonly choices: readonly { readonly value: T }[] },
  step: Step,
): Promise<Asked<T>> =>
  new Promise((resolve) => {
    const box = vscode.window.createQuickPick();
    const items = question.choices.map(({ label, description, detail }) => ({ label, description, detail }));
    box.items = items;
    box.placeholder = question.placeholder;
    box.matchOnDescription = true;
    box.activeItems = items.slice(question.active ?? 0, (question.active ?? 0) + 1);
    let answer: Asked<T> = 'cancel';
    present(box, question.title, step, () => {
      answer = 'back';
    });
    box.onDidAccept(() => {
      const chosen = question.choices[items.indexOf(box.activeItems[0] as (typeof items)[number])];
      if (chosen === undefined) return;
      answer = { value: chosen.value };
      box.hide();
    });
    box.onDidHide(() => {
      box.dispose();
      resolve(answer);
    });
    box.show();
  });

export const text: TaskUi['text'] = (question, step) =>
  new Promise((resolve) => {
    const box = vscode.window.createInputBox();
    box.prompt = question.prompt;
    box.value = question.value;
    box.password = question.secret === true;
    // An empty box that is only just opened isn't wrong yet.
    box.validationMessage =
      question.complaint ?? (question.value === '' ? undefined : question.problem(question.value));
    let answer: Asked<string> = 'cancel';
    present(box, question.title, step, () => {
      answer = 'back';
    });
    box.onDidChangeValue((value) => {
      box.validationMessage = question.problem(value);
    });
    box.onDidAccept(() => {
      box.validationMessage = question.problem(box.value);
      if (box.validationMessage !== undefined) return;
      answer = { value: box.value };
      box.hide();
    });
    box.onDidHide(() => {
      box.dispose();
      resolve(answer);
    });
    box.show();
  });

/** Gives a prompt its title, its number and the button that leads back, which says so and closes the prompt. */
function present(
  input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  title: string,
  { number, total, back }: Step,
  goBack: () => void,
): void {
  input.title = title;
  input.ignoreFocusOut = true;
  if (total > 1) {
    input.step = number;
    input.totalSteps = total;
  }
  if (!back) return;
  input.buttons = [vscode.QuickInputButtons.Back];
  input.onDidTriggerButton(() => {
    goBack();
    input.hide();
  });
}

export const files: TaskUi['files'] = async (question, step) => {
  const chosen = await openDialog(question, step);
  if (chosen !== undefined && chosen.length > 0) return { value: chosen.map(({ fsPath }) => fsPath) };
  // A dialog has no button that leads back.
  return step.back ? 'back' : 'cancel';
};

async function openDialog(
  { title, button, what, from }: FilesQuestion,
  { number, total }: Step,
): Promise<readonly vscode.Uri[] | undefined> {
  const options = {
    title: total > 1 ? `${title} (${number}/${total})` : title,
    defaultUri: from === undefined ? undefined : vscode.Uri.file(from),
  };
  if (what === 'new-file') {
    const file = await vscode.window.showSaveDialog({ ...options, saveLabel: button });
    return file && [file];
  }
  const filters = {
    [t('Certificates and keys')]: ['pem', 'crt', 'cer', 'key', 'p7b', 'txt'],
    [t('All files')]: ['*'],
  };
  return vscode.window.showOpenDialog({
    ...options,
    openLabel: button,
    canSelectFiles: what !== 'directory',
    canSelectFolders: what === 'directory',
    canSelectMany: what === 'certificates',
    ...(what === 'directory' ? {} : { filters }),
  });
}
