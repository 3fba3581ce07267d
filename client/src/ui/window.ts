/**
 * The only way from us to text that VS Code shows, and reads first: it makes links of `[text](command:…)` and icons of
 * `$(name)`, in notifications, progress, prompts, lists, the status bar and over views. What comes in may hold names,
 * paths and reasons from files; here none of it becomes a link, a command or an icon. Our own icons are given by name.
 * `test/client/ui/window.test.ts` fails where another module asks VS Code for any of this.
 */
import * as vscode from 'vscode';
import { label, oneLine } from '../../../server/src/text/harmless';
import type { IconText } from './icon-text';
import { iconText } from './icon-text';

type Message = (message: string, ...buttons: string[]) => Thenable<string | undefined>;

/** Notifications, with buttons whose words are ours; the one that was chosen. */
export const inform: Message = (message, ...buttons) =>
  vscode.window.showInformationMessage(label(message), ...buttons);
export const warn: Message = (message, ...buttons) =>
  vscode.window.showWarningMessage(label(message), ...buttons);
export const fail: Message = (message, ...buttons) =>
  vscode.window.showErrorMessage(label(message), ...buttons);

/** In the status bar, for some milliseconds. */
export function remark(message: string, milliseconds: number): void {
  vscode.window.setStatusBarMessage(label(message), milliseconds);
}

/** `increment` is in percent of the whole. */
export type Report = (message: string | undefined, increment: number) => void;

/** Does work under a notification that can cancel it. */
export function withProgress<T>(
  title: string,
  work: (report: Report, token: vscode.CancellationToken) => Promise<T>,
): Thenable<T> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title: label(title), cancellable: true }, (progress, token) =>
    work((message, increment) => {
      progress.report({ increment, ...(message !== undefined && { message: label(message) }) });
    }, token),
  );
}

/** One row of a list that something is picked from. */
export interface Row {
  readonly label: string;
  readonly description?: string | undefined;
  readonly detail?: string | undefined;
  /** Name of an icon in front of the label. */
  readonly icon?: string | undefined;
  /** Stands over others, and can't be chosen. */
  readonly heading?: boolean;
  /** Shown whatever is typed to filter. */
  readonly always?: boolean;
}

/** What all prompts have. */
export interface Prompt {
  readonly title: string;
  /** Its number among several, where there are several, and whether a button leads back. */
  readonly step?: { readonly number: number; readonly total: number; readonly back: boolean };
  /** True for one that stays when another window gets the focus. */
  readonly stays?: boolean;
}

export interface ListPrompt extends Prompt {
  readonly placeholder: string;
  readonly rows: readonly Row[];
  /** Index of the row that has the focus at first. */
  readonly active?: number;
  /** Indices of those that are ticked at first, in a list that several can be chosen from. */
  readonly ticked?: readonly number[];
  /** False for a row that only informs. */
  readonly accepts?: (index: number) => boolean;
  /** A button over the list. */
  readonly button?: { readonly icon: string; readonly tooltip: string };
}

/** The indices of the rows that were chosen, or how else it ended. */
export function pickRows(prompt: ListPrompt): Promise<readonly number[] | 'button' | 'back' | 'cancel'> {
  return new Promise((resolve) => {
    const box = vscode.window.createQuickPick();
    const items = prompt.rows.map(itemOf);
    const indexOf = (item: vscode.QuickPickItem | undefined) => items.indexOf(item as (typeof items)[number]);
    box.placeholder = label(prompt.placeholder);
    box.matchOnDescription = true;
    box.canSelectMany = prompt.ticked !== undefined;
    box.items = items;
    if (prompt.ticked) box.selectedItems = items.filter((_item, index) => prompt.ticked?.includes(index));
    else box.activeItems = items.slice(prompt.active ?? 0, (prompt.active ?? 0) + 1);
    let answer: readonly number[] | 'button' | 'back' | 'cancel' = 'cancel';
    const end = (how: typeof answer) => {
      answer = how;
      box.hide();
    };
    const { button } = prompt;
    const own = button && { iconPath: new vscode.ThemeIcon(button.icon), tooltip: label(button.tooltip) };
    present(box, prompt, own && [own]);
    box.onDidTriggerButton((pressed) => end(pressed === own ? 'button' : 'back'));
    box.onDidAccept(() => {
      const chosen = (prompt.ticked ? box.selectedItems : box.activeItems.slice(0, 1)).map(indexOf);
      if (prompt.ticked || (chosen.length > 0 && chosen.every(prompt.accepts ?? (() => true)))) end(chosen);
    });
    box.onDidHide(() => {
      box.dispose();
      resolve(answer);
    });
    box.show();
  });
}

function itemOf({ label: text, description, detail, icon, heading, always }: Row): vscode.QuickPickItem {
  return {
    label: icon === undefined ? label(text) : iconText(icon, text),
    ...(description !== undefined && { description: label(description) }),
    ...(detail !== undefined && { detail: label(detail) }),
    ...(heading === true && { kind: vscode.QuickPickItemKind.Separator }),
    ...(always !== undefined && { alwaysShow: always }),
  };
}

export interface TextPrompt extends Prompt {
  readonly prompt: string;
  /** What the box holds at first. */
  readonly value: string;
  /** Hides what is typed. */
  readonly secret?: boolean | undefined;
  /** What is wrong with the value that the box opens with. */
  readonly complaint?: string | undefined;
  /** What is wrong with a text, a sentence. */
  problem(text: string): string | undefined;
}

/** What was typed, once nothing is wrong with it. */
export function askText(prompt: TextPrompt): Promise<{ readonly value: string } | 'back' | 'cancel'> {
  return new Promise((resolve) => {
    const box = vscode.window.createInputBox();
    const complain = (problem: string | undefined) => {
      box.validationMessage = problem === undefined ? undefined : label(problem);
      return problem !== undefined;
    };
    box.prompt = label(prompt.prompt);
    box.value = oneLine(prompt.value);
    box.password = prompt.secret === true;
    // An empty box that is only just opened isn't wrong yet.
    complain(prompt.complaint ?? (box.value === '' ? undefined : prompt.problem(box.value)));
    let answer: { readonly value: string } | 'back' | 'cancel' = 'cancel';
    present(box, prompt);
    box.onDidTriggerButton(() => {
      answer = 'back';
      box.hide();
    });
    box.onDidChangeValue((value) => complain(prompt.problem(value)));
    box.onDidAccept(() => {
      if (complain(prompt.problem(box.value))) return;
      answer = { value: box.value };
      box.hide();
    });
    box.onDidHide(() => {
      box.dispose();
      resolve(answer);
    });
    box.show();
  });
}

/** Gives a prompt its title, its number and its buttons. */
function present(
  box: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  { title, step, stays = true }: Prompt,
  buttons: readonly vscode.QuickInputButton[] = [],
): void {
  box.title = label(title);
  box.ignoreFocusOut = stays;
  if (step !== undefined && step.total > 1) {
    box.step = step.number;
    box.totalSteps = step.total;
  }
  box.buttons = step?.back === true ? [vscode.QuickInputButtons.Back, ...buttons] : buttons;
}

/** The system's dialogs. Titles and buttons are cleaned, filters are ours. */
export function openDialog(options: vscode.OpenDialogOptions & { readonly title: string }) {
  return vscode.window.showOpenDialog({ ...options, title: label(options.title) });
}

export function saveDialog(options: vscode.SaveDialogOptions & { readonly title: string }) {
  return vscode.window.showSaveDialog({ ...options, title: label(options.title) });
}

/**
 * Markdown of ours, in which names from files are escaped (`service/markdown`). Its links run the commands alone that
 * are named, and none in a workspace that isn't trusted; icons are shown where they are asked for.
 */
export function markdown(
  text: string,
  { commands = [], icons = false }: { readonly commands?: readonly string[]; readonly icons?: boolean } = {},
): vscode.MarkdownString {
  const made = new vscode.MarkdownString(text, icons);
  limit(made, commands);
  return made;
}

/** The same for what the library made of the server's Markdown. */
export function limitHover(hover: vscode.Hover | null | undefined, commands: readonly string[]): void {
  for (const content of hover?.contents ?? []) {
    if (content instanceof vscode.MarkdownString) limit(content, commands);
  }
}

function limit(text: vscode.MarkdownString, enabledCommands: readonly string[]): void {
  text.supportHtml = false;
  text.isTrusted = vscode.workspace.isTrusted && enabledCommands.length > 0 ? { enabledCommands } : false;
}

export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** Markdown, as with `markdown`. */
  readonly tooltip: string;
  readonly spoken: string;
  readonly state: vscode.TreeItemCollapsibleState;
}

/** A row of a view; what isn't text is left to the caller. */
export function treeItem({ label: text, description, tooltip, spoken, state }: TreeRow): vscode.TreeItem {
  const item = new vscode.TreeItem(label(text), state);
  item.description = label(description);
  item.tooltip = markdown(tooltip);
  item.accessibilityInformation = { label: label(spoken) };
  return item;
}

/** What stands over the rows of a view. */
export function setViewMessage(view: vscode.TreeView<unknown>, message: string | undefined): void {
  view.message = message === undefined ? undefined : label(message);
}

export interface StatusItem extends vscode.Disposable {
  /** `tooltip` is Markdown, as with `markdown`, with icons. */
  show(view: { readonly text: IconText; readonly tooltip: string; readonly spoken: string }): void;
  hide(): void;
}

/** An item at the right of the status bar. Links of its tooltip may run `commands`. */
export function statusItem(
  id: string,
  name: string,
  command: string,
  commands: readonly string[],
): StatusItem {
  const item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, 100);
  item.name = name;
  item.command = command;
  return {
    show({ text, tooltip, spoken }) {
      item.text = text;
      item.tooltip = markdown(tooltip, { commands, icons: true });
      item.accessibilityInformation = { label: label(spoken) };
      item.show();
    },
    hide: () => item.hide(),
    dispose: () => item.dispose(),
  };
}

/** A panel with a page. */
export function webviewPanel(
  viewType: string,
  title: string,
  column: vscode.ViewColumn,
): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(viewType, label(title), column);
}
