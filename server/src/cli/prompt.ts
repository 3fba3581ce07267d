import { createInterface, type Interface } from 'node:readline';
import { Interrupted, type Streams } from './terminal';

/** Asks a person. */
export interface Prompt {
  /**
   * Shows a question on standard error and reads a line, trimmed; undefined at the end of input.
   * @throws Interrupted on Ctrl-C.
   */
  ask(question: string): Promise<string | undefined>;
  close(): void;
}

/** A prompt that opens standard input when the first question is asked. */
export function createPrompt({ signal, stdin, stderr }: Streams): Prompt {
  let reader: Interface | undefined;
  let lines: AsyncIterator<string> | undefined;
  return {
    async ask(question) {
      if (!stdin) return undefined;
      if (signal?.aborted) throw new Interrupted();
      // Not `terminal`: raw mode would keep Ctrl-C from the process.
      reader ??= createInterface({ input: stdin, terminal: false });
      lines ??= reader[Symbol.asyncIterator]();
      stderr.write(question);
      const answer = await Promise.race([lines.next(), ...(signal ? [aborted(signal)] : [])]);
      return answer.done ? undefined : answer.value.trim();
    },
    close: () => reader?.close(),
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Interrupted()), { once: true });
  });
}
