import { Interrupted, type Streams } from '../core/context';
import { plainLine, rawLine, type Typed } from './line-reader';

/** Asks a person. */
export interface Prompt {
  /**
   * Shows a question on standard error and reads a line, trimmed; undefined at the end of input.
   * @throws Interrupted on Ctrl-C.
   */
  ask(question: string): Promise<string | undefined>;
  /**
   * The same for what nobody may see: the terminal doesn't show what is typed. Nothing is trimmed.
   * @throws Interrupted on Ctrl-C.
   */
  askSecret(question: string): Promise<string | undefined>;
  close(): void;
}

/** A prompt that opens standard input when the first question is asked. */
export function createPrompt({ signal, stdin, stderr }: Streams): Prompt {
  const decoder = new TextDecoder();
  let typed = '';
  let ended = false;
  let opened = false;
  let wake = (): void => {};

  const take = (bytes: string | Uint8Array): void => {
    typed += typeof bytes === 'string' ? bytes : decoder.decode(bytes, { stream: true });
    wake();
  };
  const end = (): void => {
    ended = true;
    wake();
  };
  const stop = (): void => wake();

  function open(): void {
    if (opened || !stdin) return;
    opened = true;
    // `end` may have come long ago.
    ended = (stdin as { readableEnded?: boolean }).readableEnded === true;
    stdin.on('data', take).on('end', end).on('close', end);
    signal?.addEventListener('abort', stop, { once: true });
  }

  async function read(
    question: string,
    first: (text: string, ended: boolean) => Typed | undefined,
  ): Promise<string | undefined> {
    if (signal?.aborted) throw new Interrupted();
    stderr.write(question);
    open();
    for (;;) {
      if (signal?.aborted) throw new Interrupted();
      const found = first(typed, ended);
      if (found) {
        typed = found.rest;
        if (found.kind === 'interrupt') throw new Interrupted();
        return found.kind === 'line' ? found.line : undefined;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    // The terminal edits the line and echoes it; raw mode would keep Ctrl-C from the process.
    ask: async (question) => (stdin ? (await read(question, plainLine))?.trim() : undefined),
    async askSecret(question) {
      if (!stdin) return undefined;
      // Before the question is seen, since from then on somebody types.
      stdin.setRawMode?.(true);
      try {
        return await read(question, rawLine);
      } finally {
        stdin.setRawMode?.(false);
        stderr.write('\n');
      }
    },
    close() {
      signal?.removeEventListener('abort', stop);
      if (!opened || !stdin) return;
      stdin.removeListener('data', take).removeListener('end', end).removeListener('close', end);
      stdin.pause();
    },
  };
}
