// What a person does in a VS Code window, and what they see there. Waits for what the window shows, never for seconds.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { PageElement } from './page-element';
import { type Problem, parseProblem, readRows } from './problems';

/** How long the window may take to show something, in milliseconds, before the test fails. */
const PATIENCE = 30_000;

interface Places {
  /** The opened folder. */
  readonly folder: string;
  /** The directory for pictures. */
  readonly screenshots: string;
}

export class Workbench {
  /** The text field of the palette, of quick open and of an extension's prompts. */
  readonly input: Locator;
  readonly quickRows: Locator;
  readonly editor: Locator;

  private constructor(
    readonly page: Page,
    private readonly places: Places,
  ) {
    this.input = page.locator('.quick-input-widget:visible .quick-input-box input');
    this.quickRows = page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
    this.editor = page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
  }

  /**
   * Loads the window and waits until it can be used. One that doesn't come up is loaded anew, twice at most: now and then
   * VS Code is too early for a `.code-workspace`, and says that it has no folders.
   */
  static async open(page: Page, url: string, places: Places): Promise<Workbench> {
    page.setDefaultTimeout(PATIENCE);
    for (let tries = 1; ; tries++) {
      try {
        await page.goto(url);
        await page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor();
        const row = page.locator('.explorer-folders-view .monaco-list-row').first();
        await row.waitFor({ timeout: tries === 3 ? PATIENCE : PATIENCE / 2 });
        return new Workbench(page, places);
      } catch (error) {
        if (tries === 3) throw error;
        const picture = join(places.screenshots, `window-${Date.now()}.png`);
        await page.screenshot({ path: picture });
        console.log(`The window did not come up, and is loaded anew. What it showed: ${picture}`);
      }
    }
  }

  /** Opens a file of the folder by its name, as Ctrl+P does, and puts the focus into it. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.input.fill(name);
    await this.quickRows.filter({ hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.focusEditor();
  }

  /**
   * Opens a file by a double click in the explorer: where no disk is, nothing finds files by their name.
   * @param which of those with that name that the explorer shows, counted from 0
   */
  async openFromExplorer(name: string, which = 0): Promise<void> {
    await this.inExplorer(name).nth(which).dblclick();
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.focusEditor();
  }

  async focusEditor(): Promise<void> {
    await this.editor.locator('.view-line').first().waitFor();
    await this.page.keyboard.press('Control+1');
    await this.page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  }

  /** Runs a command of the palette by its title. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.input.waitFor();
    await this.input.fill(`>${title}`);
    const row = this.quickRows.and(this.page.locator(`[aria-label^="${title}"]`)).first();
    // A command that an extension enables may come a moment later than the palette, which doesn't look again.
    for (let tries = 1; ; tries++) {
      try {
        await row.waitFor({ timeout: 5000 });
        break;
      } catch (error) {
        if (tries === 5) throw error;
        await this.page.keyboard.press('Escape');
        await this.page.keyboard.press('F1');
        await this.input.fill(`>${title}`);
      }
    }
    // With the keyboard where it can be: a pointer would rest on what comes next, and raise its hover.
    if (await row.evaluate(isFocused)) await this.page.keyboard.press('Enter');
    else await row.click();
  }

  /** Puts the cursor at a place, counted from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press('Control+G');
    await this.input.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.input.waitFor({ state: 'hidden' });
    const status = this.page.locator('[id="status.editor.selection"]', {
      hasText: `Ln ${line}, Col ${column}`,
    });
    await status.waitFor();
  }

  /** The underlined places that the visible part of the editor shows. */
  squiggles(severity: Problem['severity']): Locator {
    return this.editor.locator(`.view-overlays .squiggly-${severity}`);
  }

  /** Opens the Problems view, and gives the focus to it. */
  async showProblems(): Promise<void> {
    await this.runCommand('Problems: Focus on Problems View');
    await this.page.locator('.markers-panel-container').waitFor();
  }

  /** Reads the whole Problems view, which must be open, from top to bottom. */
  async problems(): Promise<Problem[]> {
    const list = this.page.locator('.markers-panel .monaco-list').first();
    const rows = list.locator('.monaco-list-row');
    if ((await rows.count()) === 0) return [];
    const found = new Map<number, Problem | undefined>();
    const read = async () => {
      for (const row of await rows.evaluateAll(readRows)) found.set(row.index, parseProblem(row));
    };
    // The list holds only the rows that fit; the wheel brings the others.
    try {
      await list.hover({ timeout: 3000 });
    } catch (error) {
      // The last finding may have gone since the rows were counted, and the list with it.
      if (!(await list.isVisible())) return [];
      throw error;
    }
    await this.page.mouse.wheel(0, -100_000);
    for (let seen = -1; found.size > seen; ) {
      seen = found.size;
      await read();
      await this.page.mouse.wheel(0, 110);
      await this.page.evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
      );
      await read();
    }
    await this.page.mouse.wheel(0, -100_000);
    return [...found].sort(([a], [b]) => a - b).flatMap(([, problem]) => problem ?? []);
  }

  /** Waits until the Problems view, which must be open, satisfies a condition, and returns what it shows then. */
  async waitForProblems(condition: (problems: readonly Problem[]) => boolean): Promise<Problem[]> {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const problems = await this.problems();
      if (condition(problems)) return problems;
      if (Date.now() > until)
        throw new Error(`Problems still shows: ${JSON.stringify(problems, undefined, 1)}`);
      await this.page.evaluate('new Promise((done) => requestAnimationFrame(done))');
    }
  }

  /**
   * Opens the menu of fixes at the cursor, and returns the titles that it offers. VS Code drops the question when
   * findings are told meanwhile, and says that there are none: then it is asked again.
   */
  async openFixes(): Promise<string[]> {
    for (let tries = 1; ; tries++) {
      await this.page.keyboard.press('Control+.');
      try {
        await this.page.locator('.action-widget .monaco-list-row.action').first().waitFor({ timeout: 8000 });
        return this.fixTitles();
      } catch (error) {
        if (tries === 4) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Opens the same menu by a click on the light bulb. */
  async clickLightBulb(): Promise<string[]> {
    // It stands in the line where the indentation leaves room, else in the margin.
    const bulb = '.lightBulbWidget:visible, [class*="codicon-gutter-lightbulb"]:visible';
    // The bulb is drawn anew when the findings are told again: a click that meets it then opens nothing.
    for (let tries = 1; ; tries++) {
      try {
        await this.editor.locator(bulb).first().click({ timeout: 5000 });
        await this.page.locator('.action-widget .monaco-list-row.action').first().waitFor({ timeout: 5000 });
        return this.fixTitles();
      } catch (error) {
        if (tries === 5) throw error;
        await this.page.keyboard.press('Escape');
        await this.page.keyboard.press('ArrowRight');
      }
    }
  }

  private async fixTitles(): Promise<string[]> {
    const titles = this.page.locator('.action-widget .monaco-list-row.action .title');
    await titles.first().waitFor();
    return (await titles.allTextContents()).map((title) => title.trim());
  }

  /** Chooses an entry of the open menu of fixes, by keyboard: a sheet lies over the menu until the pointer moves. */
  async chooseFix(title: string | RegExp): Promise<void> {
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    const wanted = rows.filter({ hasText: title }).first();
    if ((await wanted.count()) === 0) throw new Error(`The menu doesn't show ${title}.`);
    for (let step = await rows.count(); step > 0 && !(await wanted.evaluate(isFocused)); step--) {
      await this.page.keyboard.press('ArrowDown');
    }
    if (!(await wanted.evaluate(isFocused))) throw new Error(`The menu doesn't reach ${title}.`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.action-widget').waitFor({ state: 'hidden' });
  }

  /**
   * Clicks the light bulb and an entry of its menu, until the text changes. VS Code takes the menu away when it asks
   * for fixes anew, shortly after the cursor or a finding moved: a driven pointer is fast enough to meet that.
   */
  async applyFromLightBulb(title: string): Promise<void> {
    const before = await this.place();
    for (let tries = 1; ; tries++) {
      await this.clickLightBulb();
      const row = this.page.locator('.action-widget .monaco-list-row.action', { hasText: title }).first();
      // A sheet lies over the menu until the pointer moves, so that a click on the bulb isn't one on the menu too.
      const box = await row.boundingBox();
      if (box) {
        await this.page.mouse.move(box.x + 40, box.y + box.height / 2, { steps: 5 });
        await row.click({ timeout: 5000 }).catch(() => undefined);
      }
      try {
        await this.page.locator('.tab.active.dirty').waitFor({ timeout: 5000 });
        return;
      } catch (error) {
        if (tries === 4) throw error;
        await this.page.keyboard.press('Escape');
        await this.goTo(before.line, before.column + (tries % 2));
      }
    }
  }

  /** Where the cursor is, counted from 1. */
  private async place(): Promise<{ line: number; column: number }> {
    const text = (await this.page.locator('[id="status.editor.selection"]').textContent()) ?? '';
    const found = /Ln (\d+), Col (\d+)/.exec(text);
    if (!found) throw new Error(`The status bar shows no place, but ${text}.`);
    return { line: Number(found[1]), column: Number(found[2]) };
  }

  /** The text of the active editor, saved or not. Selects all of it. */
  async text(): Promise<string> {
    await this.focusEditor();
    await this.page.keyboard.press('Control+A');
    await this.page.evaluate(`navigator.clipboard.writeText('(nothing was copied)')`);
    await this.page.keyboard.press('Control+C');
    return this.page.evaluate('navigator.clipboard.readText()');
  }

  /** Waits until the text of the active editor satisfies a condition, and returns it. */
  async waitForText(condition: (text: string) => boolean): Promise<string> {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const text = await this.text();
      if (condition(text)) return text;
      if (Date.now() > until) throw new Error(`The editor still shows:\n${text}`);
    }
  }

  async undo(): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press('Control+Z');
  }

  /** Saves the active file, and waits until it is on disk. */
  async save(): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tab.active:not(.dirty)').waitFor();
  }

  /** The entry of the status bar that holds a text. */
  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item', { hasText: text }).first();
  }

  /** Rests the pointer on an entry of the status bar, and returns what its tooltip says. */
  async tooltipOf(item: Locator): Promise<Locator> {
    const tooltip = this.page.locator('.monaco-hover:visible .hover-contents').first();
    // Where the pointer rested before, another tooltip may be open.
    await this.page.mouse.move(this.page.viewportSize()?.width ?? 0, 0);
    await tooltip.waitFor({ state: 'hidden' });
    await item.hover();
    await tooltip.waitFor();
    return tooltip;
  }

  /** The entries of the open pick of files: name, directory, and whether each is ticked. */
  async ticks(): Promise<{ name: string; directory: string; ticked: boolean }[]> {
    await this.quickRows.first().waitFor();
    return (await this.quickRows.evaluateAll(readTicks)).map((row) => ({ ...row }));
  }

  /** The opened folder. */
  get folder(): string {
    return this.places.folder;
  }

  /** A file of the folder, as it is on disk. */
  onDisk(path: string): string {
    return readFileSync(join(this.places.folder, path), 'utf8');
  }

  /** Changes a file of the folder on disk, as another program would. */
  write(path: string, text: string): void {
    writeFileSync(join(this.places.folder, path), text);
  }

  /** A file or directory in the explorer. */
  inExplorer(name: string): Locator {
    return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label="${name}"]`);
  }

  /** The notification that holds a text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
  }

  /** Saves a picture of the window as test-results/screenshots/NAME.png, the pointer where it is. */
  async screenshotWithHover(name: string): Promise<void> {
    await this.page.screenshot({ path: join(this.places.screenshots, `${name}.png`), caret: 'hide' });
  }

  /** Saves a picture of the window as test-results/screenshots/NAME.png. */
  async screenshot(name: string): Promise<void> {
    // The cursor blinks, and a pointer's hover would be in the picture by chance.
    await this.page.mouse.move(this.page.viewportSize()?.width ?? 0, 0);
    await this.page.screenshot({
      path: join(this.places.screenshots, `${name}.png`),
      animations: 'disabled',
      caret: 'hide',
    });
  }
}

/** Runs in the window. */
function readTicks(rows: readonly PageElement[]): { name: string; directory: string; ticked: boolean }[] {
  return rows.map((row) => ({
    name: row.querySelector('.label-name')?.textContent ?? '',
    directory: row.querySelector('.label-description')?.textContent ?? '',
    ticked: row.getAttribute('aria-checked') === 'true',
  }));
}

/** Runs in the window. */
function isFocused(row: PageElement): boolean {
  return (row.getAttribute('class') ?? '').split(' ').includes('focused');
}
