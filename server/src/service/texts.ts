/** Compose files' texts: open documents first, then the disk. */
import type { FileProblem, Host } from '../host/host';

/** Files above this aren't read: the largest real deployments are a thousand times smaller. In bytes. */
export const MAX_COMPOSE_BYTES = 8 * 1024 * 1024;

export type TextAnswer =
  | { readonly text: string }
  /** It can't be read at all: what is said after its name, `is a directory, not a file.` */
  | { readonly problem: string }
  /** It was read, and is no text. */
  | { readonly notText: string };

export interface Texts {
  open(file: string, text: string): void;
  close(file: string): void;
  isOpen(file: string): boolean;
  read(file: string): Promise<TextAnswer>;
}

const PROBLEMS: Readonly<Record<FileProblem, string>> = {
  missing: 'does not exist',
  directory: 'is a directory, not a file',
  'not-a-file': 'is not a regular file',
  denied: 'may not be read by this user',
  'too-large': `is larger than ${MAX_COMPOSE_BYTES / 1024 / 1024} MB, which no compose file is`,
  'link-loop': 'is a symbolic link that leads to itself',
  failed: 'could not be read',
};

export function createTexts(host: Host): Texts {
  const documents = new Map<string, string>();
  return {
    open: (file, text) => void documents.set(file, text),
    close: (file) => void documents.delete(file),
    isOpen: (file) => documents.has(file),
    async read(file) {
      const open = documents.get(file);
      if (open !== undefined) {
        return open.length > MAX_COMPOSE_BYTES ? { problem: `${PROBLEMS['too-large']}.` } : { text: open };
      }
      const answer = await host.files.read(file, MAX_COMPOSE_BYTES);
      if (!answer.ok) return { problem: `${PROBLEMS[answer.problem]}.` };
      try {
        // Written back byte for byte, so a byte order mark stays and damaged bytes are refused.
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(answer.value);
        if (!text.includes('\0')) return { text };
      } catch {
        // not UTF-8
      }
      return { notText: 'This file is not UTF-8 text, so it cannot be a compose file.' };
    },
  };
}
