/** A language server process and the other end of its wire, without a library that would mend what is sent. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

export interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

export interface ServerProcess {
  /** Sends a value as one message; text as it is, which need not be JSON. */
  send(message: unknown): void;
  /** Drops what came so far. */
  forget(): void;
  /** All that came so far, in order. */
  readonly received: readonly Message[];
  readonly errors: () => string;
  /** Waits until `fits` holds or the process has ended; false when neither happens in time. */
  until(fits: () => boolean, milliseconds: number): Promise<boolean>;
  /** Undefined as long as it runs; else its code, or the signal that ended it. */
  readonly ended: () => number | string | undefined;
  /** The process's id; undefined when it could not be started. */
  readonly id: number | undefined;
  kill(): void;
}

/** Starts `node FLAGS server --stdio`. Requests of the server are answered as a client without opinions would. */
export function startServer(server: string, flags: readonly string[] = []): ServerProcess {
  const child = spawn(process.execPath, [...flags, server, '--stdio']);
  const received: Message[] = [];
  const watchers = new Set<() => void>();
  let errors = '';
  let ended: number | string | undefined;
  const news = () => {
    for (const watcher of [...watchers]) watcher();
  };
  const send = (message: unknown) => {
    const body = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
    if (ended !== undefined || !child.stdin.writable) return;
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    child.stdin.write(body);
  };
  child.stdin.on('error', () => {});
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  child.on('exit', (code, signal) => {
    ended = code ?? signal ?? 'unknown';
    news();
  });
  readMessages(child, (message) => {
    received.push(message);
    if (message.id !== undefined && message.method !== undefined) send(answerTo(message));
    news();
  });
  return {
    send,
    received,
    forget: () => void received.splice(0),
    errors: () => errors,
    ended: () => ended,
    id: child.pid,
    kill: () => void child.kill('SIGKILL'),
    until: (fits, milliseconds) =>
      new Promise((resolve) => {
        const finish = (result: boolean) => {
          clearTimeout(timer);
          watchers.delete(look);
          resolve(result);
        };
        const look = () => {
          if (fits() || ended !== undefined) finish(fits());
        };
        const timer = setTimeout(() => finish(fits()), milliseconds);
        watchers.add(look);
        look();
      }),
  };
}

function answerTo({ id, method, params }: Message): unknown {
  const items = (params as { items?: unknown[] } | undefined)?.items;
  const results: Readonly<Record<string, unknown>> = {
    'workspace/configuration': Array.isArray(items) ? items.map(() => null) : [],
    'workspace/applyEdit': { applied: false },
  };
  return { jsonrpc: '2.0', id, result: results[String(method)] ?? null };
}

function readMessages(child: ChildProcessWithoutNullStreams, take: (message: Message) => void): void {
  let chunks: Buffer[] = [];
  let total = 0;
  let needed = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    total += chunk.length;
    if (total < needed) return;
    let buffer = Buffer.concat(chunks);
    needed = 0;
    while (true) {
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) break;
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, end).toString('latin1'))?.[1]);
      const stop = end + 4 + length;
      if (buffer.length < stop) {
        needed = stop;
        break;
      }
      take(JSON.parse(buffer.subarray(end + 4, stop).toString('utf8')) as Message);
      buffer = buffer.subarray(stop);
    }
    chunks = [buffer];
    total = buffer.length;
  });
}
