/** Shows what nobody foresaw. */
import type { LanguageClient } from 'vscode-languageclient/node';
import * as messages from './messages';
import { fail } from './window';

/** Says what failed in one sentence, with a way to the output, where the details are. Never throws. */
export async function showFailure(client: LanguageClient, what: string, error: unknown): Promise<void> {
  client.outputChannel.error(
    `${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  const reason = error instanceof Error ? error.message : String(error);
  const chosen = await fail(messages.failed(what, reason), messages.SHOW_OUTPUT);
  if (chosen === messages.SHOW_OUTPUT) client.outputChannel.show();
}
