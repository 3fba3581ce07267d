/** An editor that has the language server make keys, over stdio, and keeps every byte that goes either way. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  Trace,
} from 'vscode-languageserver/node';

export interface Session {
  /** everything that server and client said to each other */
  readonly traffic: string;
  readonly stderr: string;
  /** what the client wrote into its trace */
  readonly trace: string;
  /** how many edits the server asked for */
  readonly edits: number;
}

/** Opens `docker-compose.yml` of a project, has everything generated, and looks at all that the server offers. */
export async function generateInEditor(
  server: string,
  project: string,
  environment: NodeJS.ProcessEnv,
): Promise<Session> {
  const child = spawn(process.execPath, [server, '--stdio'], { cwd: project, env: environment });
  const [heard, said, errors, traced]: string[][] = [[], [], [], []];
  child.stdout.on('data', (chunk) => heard?.push(String(chunk)));
  child.stderr.on('data', (chunk) => errors?.push(String(chunk)));
  const up = new PassThrough();
  up.on('data', (chunk) => said?.push(String(chunk)));
  up.pipe(child.stdin);
  const over = new Promise((resolve) => child.on('exit', resolve));

  const client = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(up));
  let edits = 0;
  client.onRequest('workspace/applyEdit', () => {
    edits += 1;
    return { applied: true };
  });
  client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
    items.map(() => ({ trace: { server: 'verbose' } })),
  );
  client.onRequest('client/registerCapability', () => null);
  client.onRequest('window/workDoneProgress/create', () => null);
  client.listen();
  const file = path.join(project, 'docker-compose.yml');
  const uri = pathToFileURL(file).toString();
  await client.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: [{ uri: pathToFileURL(project).toString(), name: 'project' }],
    capabilities: {
      workspace: { applyEdit: true, configuration: true, workspaceEdit: { documentChanges: true } },
      window: { workDoneProgress: true },
    },
    trace: 'verbose',
  });
  await client.sendNotification('initialized', {});
  await client.trace(Trace.Verbose, {
    log: (message: string, data?: string) => void traced?.push(message, data ?? ''),
  });
  const text = await readFile(file, 'utf8');
  await client.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version: 1, text },
  });
  await client.sendRequest('mender/plan', { uri });
  await client.sendRequest('workspace/executeCommand', { command: 'mender.generateKeys', arguments: [uri] });
  await client.sendRequest('mender/plan', { uri });
  for (const [line, words] of text.split('\n').entries()) {
    const position = { line, character: words.length };
    const place = { textDocument: { uri }, position };
    await client.sendRequest('textDocument/hover', place);
    const range = { start: { line, character: 0 }, end: position };
    await client.sendRequest('textDocument/codeAction', { ...place, range, context: { diagnostics: [] } });
  }
  await client.sendRequest('shutdown');
  await client.sendNotification('exit');
  await over;
  const joined = (parts: string[] | undefined) => (parts ?? []).join('');
  return {
    traffic: joined(heard) + joined(said),
    stderr: joined(errors),
    trace: joined(traced),
    edits,
  };
}
