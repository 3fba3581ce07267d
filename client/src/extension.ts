/** The way in for VS Code. It loads nothing itself: other extensions wait while one is loaded. */
import type { ExtensionContext } from 'vscode';

/** Lets VS Code go on, then loads and starts the rest. Commands wait until it has. */
export async function activate(context: ExtensionContext): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  const { registerAll } = await import('./activate');
  registerAll(context);
}
