/** Conversations with a real server process: it lives, answers each request once, and still tells the truth at the end. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Fault, Fuzzer, FuzzInput } from './kind';
import { conversation, HOME } from './messages';
import { type Message, type ServerProcess, startServer } from './server-process';

/** What lies in the directory of a run and must be there unchanged at its end. */
const FILES: Readonly<Record<string, string>> = {
  'docker-compose.yml':
    'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7\n    volumes: [./keys/token.pem:/etc/useradm/rsa/private.pem:ro]\n',
  'other/compose.yml': 'services: {}\n',
  'keys/token.pem': 'kept as it is\n',
};
const PROBE = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7\n';
/** Milliseconds: generating keys, which the conversation can ask for, takes seconds. */
const PATIENCE = 20_000;
/** Milliseconds for an answer when nothing else is left to do. */
const PROMPT = 1000;

/** `server`: the bundle of the language server. */
export function wireFuzzer(server: string): Fuzzer {
  return {
    generate: (random) => ({ salt: random.below(2 ** 31), messages: conversation(random) }),
    async run(input) {
      const home = mkdtempSync(join(tmpdir(), 'mender-fuzz-wire-'));
      for (const [name, text] of Object.entries(FILES)) {
        mkdirSync(join(home, name, '..'), { recursive: true });
        writeFileSync(join(home, name), text);
      }
      const wire = startServer(server);
      try {
        return (await converse(wire, input, pathToFileURL(home).href)) ?? changed(home);
      } finally {
        wire.kill();
        await wire.until(() => wire.ended() !== undefined, PATIENCE);
        rmSync(home, { recursive: true, force: true });
      }
    },
    async stop() {},
  };
}

const wrong = (message: string): Fault => ({ kind: 'wrong', message });

async function converse(
  wire: ServerProcess,
  { messages = [], salt }: FuzzInput,
  home: string,
): Promise<Fault | undefined> {
  const sent: Message[] = [];
  const send = (message: unknown) => {
    // Strings are replaced, not JSON text: what stands for the directory has no characters that JSON escapes.
    const real = JSON.parse(JSON.stringify(message).replaceAll(HOME, home)) as Message;
    sent.push(real);
    wire.send(real);
  };
  // Now and then nobody says hello first.
  if (salt % 5 !== 0) hello(send, home, salt);
  let exits = false;
  for (const message of messages) {
    if (message === null) continue;
    send(message);
    exits ||= (message as Message).method === 'exit';
    if (exits) break;
    if (salt % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  if (exits) return endFault(wire, await wire.until(() => wire.ended() !== undefined, PATIENCE));
  if (wire.ended() !== undefined) return deathOf(wire);
  const down = sent.some(({ method, id }) => method === 'shutdown' && isId(id));
  const fault = down ? undefined : await probe(wire, send, home);
  return fault ?? (await allAnswered(wire, sent)) ?? (await goodbye(wire, send, down));
}

function hello(send: (message: unknown) => void, home: string, salt: number): void {
  const rich = {
    workspace: {
      configuration: salt % 2 === 0,
      workspaceFolders: true,
      workspaceEdit: { documentChanges: true },
    },
  };
  const params = {
    processId: null,
    rootUri: home,
    capabilities: salt % 7 === 0 ? {} : rich,
    workspaceFolders: [{ uri: home, name: 'a' }],
    initializationOptions: { prompts: salt % 2 === 0 },
  };
  send({ jsonrpc: '2.0', id: 'hello', method: 'initialize', params });
  send({ jsonrpc: '2.0', method: 'initialized', params: {} });
}

/** Puts settings right, then opens a document whose findings are known. */
async function probe(
  wire: ServerProcess,
  send: (message: unknown) => void,
  home: string,
): Promise<Fault | undefined> {
  const uri = `${home}/probe/compose.yml`;
  send({ jsonrpc: '2.0', method: 'mender/trust', params: { trusted: true } });
  send({ jsonrpc: '2.0', method: 'workspace/didChangeConfiguration', params: { settings: { mender: {} } } });
  const from = wire.received.length;
  const textDocument = { uri, languageId: 'yaml', version: 77, text: PROBE };
  send({ jsonrpc: '2.0', method: 'textDocument/didOpen', params: { textDocument } });
  const told = () => wire.received.slice(from).flatMap((message) => diagnosticsOf(message, uri));
  const right = () => told().at(-1) === 'missing-token-key-mount';
  if (!(await wire.until(right, PATIENCE)))
    return wire.ended() !== undefined
      ? deathOf(wire)
      : wrong(`the document at the end has ${told().at(-1) ?? 'no diagnostics'}`);
  const start = performance.now();
  send({
    jsonrpc: '2.0',
    id: 'prompt',
    method: 'textDocument/hover',
    params: { textDocument: { uri }, position: { line: 1, character: 4 } },
  });
  const answered = await wire.until(() => wire.received.some(({ id }) => id === 'prompt'), PATIENCE);
  if (!answered)
    return wire.ended() !== undefined ? deathOf(wire) : { kind: 'hang', message: 'no answer to a hover' };
  return performance.now() - start > 5 * PROMPT
    ? { kind: 'hang', message: 'a hover takes seconds' }
    : undefined;
}

function diagnosticsOf({ method, params }: Message, uri: string): string[] {
  if (method !== 'textDocument/publishDiagnostics') return [];
  const told = params as { uri: string; diagnostics: readonly { code?: unknown }[] };
  return told.uri === uri ? [told.diagnostics.map(({ code }) => code).join(',')] : [];
}

const isId = (id: unknown): id is string | number => typeof id === 'string' || typeof id === 'number';

/** Each request has one answer, and nothing else has any. */
async function allAnswered(wire: ServerProcess, sent: readonly Message[]): Promise<Fault | undefined> {
  const wanted = new Map<unknown, number>();
  for (const { id, method } of sent)
    if (isId(id) && typeof method === 'string') wanted.set(id, (wanted.get(id) ?? 0) + 1);
  const answers = (id: unknown) =>
    wire.received.filter((each) => each.method === undefined && each.id === id).length;
  // An id that is used twice at a time can be answered once: that is the client's mistake.
  const complete = () => [...wanted].every(([id]) => answers(id) >= 1);
  if (!(await wire.until(complete, PATIENCE))) {
    if (wire.ended() !== undefined) return deathOf(wire);
    const lost = sent.find(({ id }) => wanted.has(id) && answers(id) === 0);
    return wrong(`a request is not answered: ${String(lost?.method).slice(0, 40)}`);
  }
  const twice = [...wanted].find(([id, count]) => answers(id) > count);
  if (twice) return wrong('a request is answered twice');
  const unasked = wire.received.some(({ method, id }) => method === undefined && isId(id) && !wanted.has(id));
  return unasked ? wrong('an answer to nothing') : undefined;
}

async function goodbye(
  wire: ServerProcess,
  send: (message: unknown) => void,
  down: boolean,
): Promise<Fault | undefined> {
  if (!down) send({ jsonrpc: '2.0', id: 'goodbye', method: 'shutdown' });
  send({ jsonrpc: '2.0', method: 'exit' });
  const over = await wire.until(() => wire.ended() !== undefined, PATIENCE);
  const fault = endFault(wire, over);
  if (fault) return fault;
  return wire.ended() === 0 ? undefined : wrong(`after shutdown it ends with ${wire.ended()}`);
}

/** After `exit` any code is an end, a signal is not. */
function endFault(wire: ServerProcess, over: boolean): Fault | undefined {
  if (!over) return { kind: 'hang', message: 'no end after exit' };
  return typeof wire.ended() === 'string' || wire.errors() !== '' ? deathOf(wire) : undefined;
}

function deathOf(wire: ServerProcess): Fault {
  const said =
    wire
      .errors()
      .split('\n')
      .find((line) => /Error|FATAL/.test(line)) ?? wire.errors().split('\n', 1)[0];
  return { kind: 'crash', message: `the server ended with ${wire.ended()}: ${said}` };
}

/** A file that was there is there, as it was. */
function changed(home: string): Fault | undefined {
  for (const [name, text] of Object.entries(FILES)) {
    const path = join(home, name);
    try {
      if (readFileSync(path, 'utf8') !== text) return wrong(`${name} was written over`);
    } catch {
      return wrong(`${name} is gone`);
    }
  }
  return undefined;
}
