/** Nobody but `window.ts` hands texts to VS Code, and what that hands over is never a link, a command or an icon. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { cleanIncoming } from '../../../client/src/language-client/clean-incoming';

const { shown, workspace } = vi.hoisted(() => ({
  shown: [] as string[],
  workspace: { isTrusted: true },
}));

vi.mock('vscode', () => {
  const notification = async (message: string) => void shown.push(message);
  class MarkdownString {
    isTrusted: unknown;
    supportHtml: unknown = true;
    constructor(
      readonly value: string,
      readonly supportThemeIcons: boolean,
    ) {}
  }
  class TreeItem {
    constructor(readonly label: string) {}
  }
  /** A prompt that notes the texts that it shows, and is closed. */
  const prompt = () => {
    let hidden = () => {};
    const box: Record<string, unknown> = {
      show() {
        const items = (box.items ?? []) as readonly object[];
        // What the box holds to be edited is never read.
        const { title, placeholder, prompt: asks, validationMessage } = box;
        const texts = [title, placeholder, asks, validationMessage, ...items.flatMap(Object.values)];
        shown.push(...texts.filter((text) => typeof text === 'string'));
        hidden();
      },
      hide: () => {},
      dispose: () => {},
      onDidHide: (listener: () => void) => {
        hidden = listener;
      },
      ...Object.fromEntries(
        ['onDidAccept', 'onDidTriggerButton', 'onDidChangeValue'].map((name) => [name, () => {}]),
      ),
    };
    return box;
  };
  return {
    MarkdownString,
    TreeItem,
    ThemeIcon: class {},
    ProgressLocation: { Notification: 15 },
    QuickPickItemKind: { Separator: -1 },
    QuickInputButtons: { Back: {} },
    StatusBarAlignment: { Right: 2 },
    workspace,
    window: {
      showInformationMessage: notification,
      showWarningMessage: notification,
      showErrorMessage: notification,
      setStatusBarMessage: notification,
      createQuickPick: prompt,
      createInputBox: prompt,
      createWebviewPanel: (_type: string, title: string) => shown.push(title),
      showOpenDialog: async ({ title }: { title: string }) => void shown.push(title),
      showSaveDialog: async ({ title }: { title: string }) => void shown.push(title),
      createStatusBarItem: () => ({ show() {}, hide() {}, dispose() {} }),
      withProgress: (options: { title: string }, work: (progress: object, token: object) => unknown) => {
        shown.push(options.title);
        return work({ report: ({ message }: { message: string }) => shown.push(message) }, {});
      },
    },
  };
});

import * as window from '../../../client/src/ui/window';

/** `vs/base/common/linkedText.ts` */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
/** `vs/base/browser/ui/iconLabel/iconLabels.ts` */
const ICON = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const EVIL = [
  'mender-device-auth [Generate one now](command:workbench.action.terminal.sendSequence?%5B%22id%22%5D)',
  'a [b]\n(command:c) [b]\u200b(command:c) [b](https://example.com "t") $(flame) $$((x)',
  '[a](file:///etc/passwd) \u202egnp.exe \u061c\u2028\u2029\u0085\u001b[31m\r::error::x',
  '[[a](command:b)](command:c)',
];

function expectHarmless(texts: readonly string[]): void {
  for (const text of texts) {
    // VS Code takes line ends out before it looks for links.
    expect(text.replace(/\r\n|\n|\r/g, ' ')).not.toMatch(LINK);
    expect(text).not.toMatch(UNSEEN);
    expect(text).not.toMatch(ICON);
  }
}

beforeEach(() => {
  shown.length = 0;
  workspace.isTrusted = true;
});

describe.each(EVIL)('%j', (evil) => {
  test('is a text in notifications, progress, prompts, lists, dialogs and panels', async () => {
    await window.inform(evil);
    await window.warn(evil);
    await window.fail(evil);
    window.remark(evil, 1);
    await window.withProgress(evil, async (report) => report(evil, 1));
    const row = { label: evil, description: evil, detail: evil };
    const step = { number: 1, total: 1, back: false };
    await window.pickRows({ title: evil, placeholder: evil, rows: [row, { ...row, heading: true }], step });
    const problem = () => evil;
    await window.askText({ title: evil, prompt: evil, value: evil, problem, step });
    await window.openDialog({ title: evil });
    await window.saveDialog({ title: evil });
    window.webviewPanel('x', evil, 1);
    expect(shown).toHaveLength(20);
    expectHarmless(shown);
  });

  test('is a text in rows of views, over them, and in what the library shows of the server', () => {
    const texts = { label: evil, description: evil, tooltip: '', spoken: evil, state: 0 };
    const { label, description, accessibilityInformation } = window.treeItem(texts);
    const view = { message: '' };
    window.setViewMessage(view as never, evil);
    const messages = [
      { method: 'window/showMessage', params: { type: 1, message: evil } },
      { method: 'window/showMessageRequest', params: { type: 1, message: evil } },
      { method: 'workspace/applyEdit', params: { label: evil } },
      { method: '$/progress', params: { value: { title: evil, message: evil } } },
      { id: 1, error: { code: 1, message: evil } },
    ];
    for (const message of messages) cleanIncoming(message);
    const [first, second, third, fourth, fifth] = messages;
    expectHarmless([
      String(label),
      String(description),
      accessibilityInformation?.label ?? '',
      view.message,
      first?.params?.message ?? '',
      second?.params?.message ?? '',
      third?.params?.label ?? '',
      fourth?.params?.value?.title ?? '',
      fourth?.params?.value?.message ?? '',
      fifth?.error?.message ?? '',
    ]);
  });

  test('can be read as it is written, but for what can’t be seen', async () => {
    await window.inform(evil);
    const bare = (text: string) => text.replace(/[\s\p{C}\u2400-\u2421\ufffd]/gu, '');
    expect(bare(shown[0] ?? '')).toBe(bare(evil));
  });
});

test('icons are those that we name', async () => {
  await window.pickRows({ title: '', placeholder: '', rows: [{ icon: 'key', label: '$(flame) x' }] });
  expect(shown).toContain('$(key) $ (flame) x');
});

test('Markdown runs the named commands alone, in trusted workspaces alone, and holds no HTML', () => {
  expect(window.markdown('x', { commands: ['a'] })).toMatchObject({
    isTrusted: { enabledCommands: ['a'] },
    supportHtml: false,
  });
  expect(window.markdown('x')).toMatchObject({ isTrusted: false, supportHtml: false });
  workspace.isTrusted = false;
  const content = window.markdown('x', { commands: ['a'] });
  expect(content.isTrusted).toBe(false);
  content.isTrusted = true;
  window.limitHover({ contents: [content] } as never, ['a']);
  expect(content.isTrusted).toBe(false);
});

describe('the modules of the client', () => {
  const root = join(import.meta.dirname, '../../../client/src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== join('ui', 'window.ts'))
    .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

  /** What of `vscode.window` shows no text, or text of ours alone. */
  const OF_WINDOW = new Set([
    'activeColorTheme',
    'activeTextEditor',
    'createOutputChannel',
    'createTreeView',
    'onDidChangeActiveTextEditor',
    'registerWebviewPanelSerializer',
    'showTextDocument',
    'tabGroups',
    'visibleTextEditors',
  ]);
  /** What may be made of `vscode`'s classes. */
  const MADE = new Set([
    'CancellationTokenSource',
    'EventEmitter',
    'Position',
    'Range',
    'ThemeColor',
    'ThemeIcon',
  ]);
  /** Sets properties past what `window.ts` does. */
  const SET =
    /(?:\.(?:isTrusted|supportHtml|supportThemeIcons|tooltip|validationMessage)|\bview\.message)\s*=(?!=)/g;

  /** Code without comments, and without what is in strings but for names of modules; templates stay. */
  function codeOf(text: string): string {
    return text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (part) =>
      /^['"]vscode['"]$/.test(part) ? '"VSCODE"' : part.startsWith('/') ? ' ' : '""',
    );
  }

  /** What a module does past `window.ts`. */
  function past(name: string, text: string): string[] {
    const code = codeOf(text);
    const found: string[] = [];
    const tell = (at: number) => found.push(`${name}: ${code.slice(Math.max(0, at - 20), at + 60).trim()}`);
    for (const { index } of code.matchAll(/"VSCODE"/g)) {
      const line = code.slice(code.lastIndexOf('import', index), index);
      if (!/^import (\* as vscode|type \{[^}]*\}) from $/.test(line)) tell(index);
    }
    for (const { index } of code.matchAll(/(?<!\* as |\w[|-])\bvscode\b(?!-)/g)) {
      const after = code.slice(index);
      const member = /^vscode\s*\.\s*(\w+)/.exec(after)?.[1];
      const made = /\bnew\s+$/.test(code.slice(0, index));
      const ofWindow = /^vscode\s*\.\s*window\s*\.\s*(\w+)/.exec(after)?.[1] ?? '';
      const isType = /[:<(|]\s*$/.test(code.slice(0, index)) && member === 'TreeItem';
      if (
        member === undefined ||
        (member === 'window' && !OF_WINDOW.has(ofWindow)) ||
        (made && !MADE.has(member)) ||
        member === 'MarkdownString' ||
        (member === 'TreeItem' && !isType)
      )
        tell(index);
    }
    for (const { index } of code.matchAll(SET)) tell(index);
    return found;
  }

  test('show texts through window.ts alone', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(files.flatMap(({ name, text }) => past(name, text))).toEqual([]);
  });

  test('would be told that they do otherwise', () => {
    for (const text of [
      'void vscode.window.showErrorMessage(x);',
      'vscode.window.withProgress({}, work);',
      "vscode['window'].showErrorMessage(x);",
      "vscode.window['showErrorMessage'](x);",
      'const { window } = vscode;',
      'const api = vscode; api.window.showErrorMessage(x);',
      'const show = vscode.window.showErrorMessage; show(x);',
      'const { showErrorMessage } = vscode.window;',
      "import { window } from 'vscode'; window.showErrorMessage(x);",
      "import code from 'vscode';",
      "const code = require('vscode');",
      "const code = await import('vscode');",
      "import * as code from 'vscode';",
      'new vscode.MarkdownString(x);',
      'const M = vscode.MarkdownString;',
      'hover.isTrusted = true;',
      'item.tooltip = x;',
      'vscode.window.createQuickPick();',
      'vscode.window.createTextEditorDecorationType({});',
    ])
      expect(past('a.ts', text), text).not.toEqual([]);
  });
});
