/** Whether memory stays flat: after a tenth of the edits against after all of them, over the façade and over a process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { memoryHost } from '../platform/memory-host';
import { FILE } from '../rules/marked';
import { type ServerProcess, startServer } from './server-process';

/** Megabytes that may come together between the two looks: buffers and compiled code, not what edits leave behind. */
const HEAP_GROWTH = 8;
const RSS_GROWTH = 64;
/** Edits of the wire that may be on their way at once. */
const WINDOW = 50;

/** Small, so that many edits take minutes; with an anchor, a merge key, a variable and both kinds of lists. */
const TEXT = `x-service: &service
  networks: {mender: {aliases: [mender.example.com]}}
services:
  mender-api-gateway:
    <<: *service
    image: mendersoftware/api-gateway:mender-2.6.0
    volumes: [./certs/cert.crt:/var/www/mendersoftware/cert/cert.crt]
  mender-useradm:
    image: mendersoftware/useradm:mender-2.6.0
    volumes:
      - \${KEYS:-./keys}/private.pem:/etc/useradm/rsa/private.pem:ro
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-2.6.0
`;

const megabytes = (bytes: number) => bytes / 1024 / 1024;
const shown = (value: number) => `${value.toFixed(1)} MB`;

/** The text after the edit of this number: a character typed, a line that comes and goes, a name that changes. */
function edited(text: string, edit: number): string {
  const lines = text.split('\n');
  const at = edit % lines.length;
  const kinds = [
    () => [...lines.slice(0, at), `${lines[at]} # ${edit}`, ...lines.slice(at + 1)],
    () => [...lines.slice(0, at), ...lines.slice(at + 1)],
    () => [...lines, `  service-${edit}: {image: "nginx:${edit}", volumes: ["./${edit}:/${edit}"]}`],
    () => lines.map((line) => line.replace('mender-useradm', `mender-useradm-${edit}`)),
    () => [...lines.slice(0, at), `${'x'.repeat(edit % 90)}: [`, ...lines.slice(at + 1)],
  ];
  return (kinds[edit % kinds.length] ?? kinds[0])?.().join('\n') ?? text;
}

/** Prints what it measures, and answers whether it stays flat. `root`: the repository; `server`: the server's bundle. */
export async function measureMemory(root: string, server: string, edits: number): Promise<boolean> {
  console.log(`memory over ${edits} edits`);
  const facade = await overFacade(TEXT, edits);
  const process = await overProcess(TEXT, edits, server, root);
  return facade && process;
}

async function overFacade(text: string, edits: number): Promise<boolean> {
  const host = memoryHost({});
  const service = createLanguageService(host);
  const heaps: number[] = [];
  for (let edit = 1; edit <= edits; edit++) {
    service.open(FILE, edited(text, edit), edit);
    await service.check(FILE, undefined, { fixes: edit % 20 === 0 });
    if (edit % 500 === 0) await service.planAll(FILE, { generate: true });
    if (edit % 100 === 0) service.changed([FILE]);
    // The disk in memory notes each look at it.
    (host.calls as unknown[]).splice(0);
    if (edit !== Math.ceil(edits / 10) && edit !== edits) continue;
    if (globalThis.gc === undefined) throw new Error('start node with --expose-gc');
    globalThis.gc();
    heaps.push(megabytes(process.memoryUsage().heapUsed));
  }
  return report('façade, heap', heaps, HEAP_GROWTH);
}

async function overProcess(text: string, edits: number, server: string, root: string): Promise<boolean> {
  // A small heap is collected often: what grows in it is kept, not waiting.
  const wire = startServer(server, ['--max-old-space-size=96']);
  const uri = pathToFileURL(join(root, 'examples/production/docker-compose.yml')).href;
  const sizes: number[] = [];
  try {
    wire.send({
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { processId: null, rootUri: null, capabilities: {} },
    });
    wire.send({ jsonrpc: '2.0', method: 'initialized', params: {} });
    wire.send({
      jsonrpc: '2.0',
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'yaml', version: 0, text } },
    });
    for (let edit = 1; edit <= edits; edit++) {
      const contentChanges = [{ text: edited(text, edit) }];
      wire.send({
        jsonrpc: '2.0',
        method: 'textDocument/didChange',
        params: { textDocument: { uri, version: edit }, contentChanges },
      });
      if (edit % WINDOW === 0 && !(await caughtUp(wire, edit, uri)))
        throw new Error(`no answer after ${edit} edits`);
      if (edit === Math.ceil(edits / 10) || edit === edits) sizes.push(megabytes(residentBytes(wire)));
    }
  } finally {
    wire.kill();
  }
  return report('process over stdio, resident', sizes, RSS_GROWTH);
}

/** Waits for the answer to a request, then forgets what came. */
async function caughtUp(wire: ServerProcess, id: number, uri: string): Promise<boolean> {
  const params = { textDocument: { uri }, position: { line: id % 60, character: 8 } };
  wire.send({ jsonrpc: '2.0', id, method: 'textDocument/hover', params });
  const answered = await wire.until(() => wire.received.some((message) => message.id === id), 60_000);
  wire.forget();
  return answered;
}

/** From /proc; 0 where there is none. */
function residentBytes({ id }: ServerProcess): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function report(what: string, [early = 0, late = 0]: readonly number[], growth: number): boolean {
  const flat = late - early <= growth;
  console.log(
    `${what}: ${shown(early)} after a tenth, ${shown(late)} after all: ${flat ? 'flat' : 'it grows'}`,
  );
  return flat;
}
