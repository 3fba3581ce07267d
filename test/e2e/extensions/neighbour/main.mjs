// Stands for an extension that people have beside ours: starts its language server, for its languages. Bundled, with
// server.json beside it, when a test packs it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';

export async function activate(context) {
  const { id, name, module, languages, sections } = JSON.parse(
    readFileSync(join(__dirname, 'server.json'), 'utf8'),
  );
  const server = { module, transport: TransportKind.ipc };
  const client = new LanguageClient(
    id,
    name,
    { run: server, debug: server },
    {
      documentSelector: languages.map((language) => ({ language })),
      synchronize: { configurationSection: sections },
    },
  );
  context.subscriptions.push({ dispose: () => client.dispose() });
  await client.start();
}
