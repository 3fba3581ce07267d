/** The prompts in VS Code: quick picks, input boxes and dialogs, each with its number and a way back. */
import * as vscode from 'vscode';
import { t } from '../l10n/translate';
import type { Step } from '../ui/multi-step';
import { namesProblem, parseNames } from '../ui/parse-host-names';
import type { FilesQuestion, PickQuestion, TaskUi, Ui } from '../ui/ui';
import { askText, openDialog, pickRows, saveDialog } from '../ui/window';
import { previewRows } from './preview';

type Asked<T> = { readonly value: T } | 'back' | 'cancel';

export const confirm: Ui['confirm'] = async (question, step) => {
  const rows = previewRows(question.plan, question.options);
  const kindOf = (index: number) => rows[index]?.kind;
  const chosen = await pickRows({
    title: question.title,
    placeholder: t('Review the changes, then select the first entry (Esc cancels)'),
    rows: rows.map((row) => ({ ...row, heading: row.kind === 'heading', always: row.kind === 'go' })),
    // The other entries only inform.
    accepts: (index) => kindOf(index) === 'go' || kindOf(index) === 'options',
    step,
  });
  if (typeof chosen === 'string') return chosen === 'back' ? 'back' : 'cancel';
  return kindOf(chosen[0] ?? -1) === 'options' ? 'options' : 'go';
};

export const askNames: Ui['askNames'] = async (question, step) => {
  const answer = await text({ ...question, problem: namesProblem }, step);
  return typeof answer === 'string' ? answer : parseNames(answer.value);
};

export const pick: TaskUi['pick'] = async <T>(
  { title, placeholder, choices, active }: PickQuestion<T>,
  step: Step,
): Promise<Asked<T>> => {
  const rows = choices.map(({ label, description, detail, icon }) => ({ label, description, detail, icon }));
  const chosen = await pickRows({ title, placeholder, rows, active: active ?? 0, step });
  if (typeof chosen === 'string') return chosen === 'back' ? 'back' : 'cancel';
  const choice = choices[chosen[0] ?? -1];
  return choice === undefined ? 'cancel' : { value: choice.value };
};

export const text: TaskUi['text'] = (question, step) => askText({ ...question, step });

export const files: TaskUi['files'] = async (question, step) => {
  const chosen = await showDialog(question, step);
  if (chosen !== undefined && chosen.length > 0) return { value: chosen.map(({ fsPath }) => fsPath) };
  // A dialog has no button that leads back.
  return step.back ? 'back' : 'cancel';
};

async function showDialog(
  { title, button, what, from }: FilesQuestion,
  { number, total }: Step,
): Promise<readonly vscode.Uri[] | undefined> {
  const options = {
    title: total > 1 ? `${title} (${number}/${total})` : title,
    defaultUri: from === undefined ? undefined : vscode.Uri.file(from),
  };
  if (what === 'new-file') {
    const file = await saveDialog({ ...options, saveLabel: button });
    return file && [file];
  }
  const filters = {
    [t('Certificates and keys')]: ['pem', 'crt', 'cer', 'key', 'p7b', 'txt'],
    [t('All files')]: ['*'],
  };
  return openDialog({
    ...options,
    openLabel: button,
    canSelectFiles: what !== 'directory',
    canSelectFolders: what === 'directory',
    canSelectMany: what === 'certificates',
    ...(what === 'directory' ? {} : { filters }),
  });
}
