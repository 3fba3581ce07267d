// A real VS Code with the extension in it, in a real browser: started once for a test file, opened once for a test.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { ensureChromium } from '../../../scripts/vscode/chromium.mjs';
import { ensureVsCode } from '../../../scripts/vscode/code-server.mjs';
import { makeVsix } from '../../../scripts/vscode/extension.mjs';
import { startVsCode } from '../../../scripts/vscode/serve.mjs';
import { quietSettings } from '../../../scripts/vscode/settings.mjs';
import { Workbench } from './workbench';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const screenshots = join(root, 'test-results', 'screenshots');

const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The themes that VS Code has by default. */
export const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  contrast: 'Default High Contrast',
  'contrast-light': 'Default High Contrast Light',
} as const;

export type Theme = keyof typeof themes;
export const everyTheme = Object.keys(themes) as Theme[];

export interface OpenOptions {
  readonly theme?: Theme;
  /** User settings, beside the quiet ones. */
  readonly settings?: Record<string, unknown>;
  /** The browser window in CSS pixels. */
  readonly size?: { readonly width: number; readonly height: number };
}

export interface Editor {
  /** The directory of VS Code's data: settings, state and logs. */
  readonly data: string;
  /**
   * Opens a folder, by its path or URI, or a `.code-workspace` in a new window, with a fresh state, for the test that
   * runs; the window is closed at its end. The settings are those of all windows: open one at a time.
   */
  open(folder: string, options?: OpenOptions): Promise<Workbench>;
  /** Closes every window and ends every process. */
  stop(): Promise<void>;
}

/**
 * Starts VS Code and a browser. Gets either where it is missing, and says so.
 * @param extension the packaged extension unless `none`
 * @param others paths of packaged extensions that stand beside it
 */
export async function startEditor(
  extension: 'packaged' | 'none' = 'packaged',
  others: readonly string[] = [],
): Promise<Editor> {
  const [vscode, executablePath] = await Promise.all([
    ensureVsCode(console.log),
    ensureChromium(console.log),
  ]);
  const served = await startVsCode(vscode, {
    folder: root,
    others,
    ...(extension === 'packaged' ? { extension: { vsix: await makeVsix(root) } } : {}),
  });
  let browser: Browser;
  try {
    browser = await chromium.launch({ executablePath, args: chromiumArguments });
  } catch (error) {
    await served.stop();
    throw error;
  }
  return {
    data: dirname(dirname(served.userSettings)),
    async open(folder, options = {}) {
      const settings = { 'workbench.colorTheme': themes[options.theme ?? 'dark'], ...options.settings };
      writeFileSync(served.userSettings, JSON.stringify(quietSettings(settings), undefined, 2));
      const context = await browser.newContext({
        viewport: options.size ?? { width: 1280, height: 800 },
        colorScheme: options.theme?.endsWith('light') ? 'light' : 'dark',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const url = new URL(served.url);
      url.searchParams.delete('folder');
      url.searchParams.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', folder);
      mkdirSync(screenshots, { recursive: true });
      const page = await context.newPage();
      onTestFinished(async ({ task }) => {
        if (task.result?.state === 'fail') {
          const path = join(screenshots, `failed-${task.name.replace(/\W+/g, '-')}.png`);
          await page.screenshot({ path });
          console.log(`What the window showed at last: ${path}`);
        }
        await context.close();
      });
      return Workbench.open(page, url.href, { folder, screenshots });
    },
    async stop() {
      await browser.close();
      await served.stop();
    },
  };
}
