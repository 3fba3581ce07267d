// @ts-check
// The client's end of one language server: a process, LSP over its standard streams, and the clock.
import { spawn } from 'node:child_process';
import { capabilities } from './capabilities.mjs';
import { processorTime, residentMemory } from './process-facts.mjs';

/** After how long a server is said not to answer, in milliseconds. */
const PATIENCE = 600_000;

/** How long a server may take to end when it is asked to, in milliseconds. */
const STOP_LIMIT = 5000;

/** A server that did not answer, or ended by itself. The message is for people. */
export class NoAnswer extends Error {}

/**
 * @typedef {object} Position 0-based, characters in UTF-16 code units
 * @property {number} line
 * @property {number} character
 *
 * @typedef {object} Edit
 * @property {{ start: Position, end: Position }} range
 * @property {string} text
 *
 * @typedef {object} LaunchOptions
 * @property {string} name for messages
 * @property {readonly string[]} args of node: the program, and its arguments
 * @property {string} folder the URI of the workspace's folder
 * @property {Readonly<Record<string, unknown>>} configuration answers to `workspace/configuration`, by section
 * @property {object} [initializationOptions]
 * @property {Readonly<Record<string, string>>} [env] beside this process's own
 */

/** @typedef {Awaited<ReturnType<typeof launch>>} Client */

/**
 * Starts a server and takes it through `initialize` and `initialized`, as an editor does.
 * @param {LaunchOptions} options
 * @throws {NoAnswer}
 */
export async function launch(options) {
  const env = { ...process.env, ...options.env };
  const child = spawn(process.execPath, [...options.args], { stdio: ['pipe', 'pipe', 'pipe'], env });
  const { stdin, stdout, stderr } = child;
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  /** @type {Map<string, (params: any) => void>} what waits for the next diagnostics of a URI */
  const expected = new Map();
  /** @type {Map<string, any[]>} what was said last of each file */
  const said = new Map();
  /** @type {(error: Error) => void} */
  let fail = () => {};
  const failure = new Promise((_, reject) => {
    fail = reject;
  });
  failure.catch(() => undefined);
  let published = 0;
  let nextId = 1;
  let errors = '';

  stderr.on('data', (chunk) => {
    errors = (errors + chunk).slice(-2000);
  });
  child.on('error', (error) => fail(new NoAnswer(`${options.name} can't be started: ${error.message}`)));
  child.on('exit', (code) =>
    fail(new NoAnswer(`${options.name} ended by itself with exit code ${code}. ${errors}`)),
  );
  stdin.on('error', () => undefined);

  /** @param {object} message */
  function send(message) {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  /**
   * @template T
   * @param {Promise<T>} promise
   * @param {string} what
   * @returns {Promise<T>}
   */
  async function patiently(promise, what) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new NoAnswer(`${options.name} does not answer: ${what}`)), PATIENCE);
    });
    try {
      return /** @type {T} */ (await Promise.race([promise, late, failure]));
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {any} message */
  function receive(message) {
    if (message.method === 'textDocument/publishDiagnostics') {
      published += 1;
      said.set(message.params.uri, message.params.diagnostics);
      expected.get(message.params.uri)?.(message.params);
    } else if (message.method !== undefined && message.id !== undefined) {
      send({ id: message.id, result: answerOf(message, options.configuration) });
    } else if (message.method === undefined) {
      const { resolve, reject } = waiting.get(message.id) ?? {};
      waiting.delete(message.id);
      if (message.error) reject?.(new NoAnswer(`${options.name}: ${message.error.message}`));
      else resolve?.(message.result);
    }
  }
  stdout.on('data', framed(receive));

  /**
   * @param {string} method
   * @param {object | null} params
   * @returns {Promise<any>}
   */
  function request(method, params) {
    const id = nextId++;
    const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    send({ id, method, params });
    return patiently(answer, method);
  }

  /** @param {string} uri */
  function nextDiagnostics(uri) {
    const told = new Promise((resolve) => expected.set(uri, resolve));
    return patiently(told, `diagnostics of ${uri}`).finally(() => expected.delete(uri));
  }

  /** Ends the server in good order, else by force. */
  async function stop() {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.on('exit', resolve));
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT);
    void request('shutdown', null).then(
      () => send({ method: 'exit' }),
      () => undefined,
    );
    await ended;
    clearTimeout(timer);
  }

  const initialized = await request('initialize', {
    processId: process.pid,
    clientInfo: { name: 'bench' },
    locale: 'en',
    rootUri: options.folder,
    workspaceFolders: [{ uri: options.folder, name: 'bench' }],
    capabilities,
    initializationOptions: options.initializationOptions,
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  send({ method: 'initialized', params: {} });
  /** @type {Map<string, number>} */
  const versions = new Map();

  return {
    name: options.name,
    /** What the server says that it can do. */
    capabilities: initialized.capabilities,
    request,
    /** How often the server has sent diagnostics. */
    published: () => published,
    /**
     * The diagnostics that the server sent last of a file.
     * @param {string} uri
     * @returns {any[]}
     */
    diagnostics: (uri) => said.get(uri) ?? [],
    /**
     * Opens a document; resolves with its first diagnostics.
     * @param {string} uri
     * @param {string} text
     */
    open(uri, text) {
      versions.set(uri, 1);
      const answer = nextDiagnostics(uri);
      send({
        method: 'textDocument/didOpen',
        params: { textDocument: { uri, languageId: 'dockercompose', version: 1, text } },
      });
      return answer;
    },
    /**
     * Sends one incremental change; resolves with the diagnostics that follow.
     * @param {string} uri
     * @param {Edit} edit
     */
    change(uri, { range, text }) {
      const version = (versions.get(uri) ?? 0) + 1;
      versions.set(uri, version);
      const answer = nextDiagnostics(uri);
      send({
        method: 'textDocument/didChange',
        params: { textDocument: { uri, version }, contentChanges: [{ range, text }] },
      });
      return answer;
    },
    /** @param {string} uri */
    close(uri) {
      send({ method: 'textDocument/didClose', params: { textDocument: { uri } } });
    },
    residentMemory: () => residentMemory(/** @type {number} */ (child.pid)),
    processorTime: () => processorTime(/** @type {number} */ (child.pid)),
    stop,
  };
}

/**
 * @param {{ method: string, params: any }} request
 * @param {Readonly<Record<string, unknown>>} configuration
 */
function answerOf({ method, params }, configuration) {
  if (method !== 'workspace/configuration') return null;
  return params.items.map((/** @type {{ section?: string }} */ { section }) => {
    return configuration[section ?? ''] ?? null;
  });
}

/**
 * Takes bytes in any portions, and hands on whole messages.
 * @param {(message: any) => void} receive
 * @returns {(chunk: Buffer) => void}
 */
function framed(receive) {
  /** @type {Buffer[]} */
  let chunks = [];
  let length = 0;
  let needed = 0;
  return (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    while (length >= needed && length > 0) {
      const all = chunks.length === 1 ? /** @type {Buffer} */ (chunks[0]) : Buffer.concat(chunks);
      chunks = [all];
      const end = all.indexOf('\r\n\r\n');
      if (end < 0) return;
      const size = Number(/Content-Length: (\d+)/i.exec(all.toString('latin1', 0, end))?.[1]);
      needed = end + 4 + size;
      if (length < needed) return;
      const body = all.toString('utf8', end + 4, needed);
      chunks = [all.subarray(needed)];
      length -= needed;
      needed = 0;
      receive(JSON.parse(body));
    }
  };
}
