/** Compose files' texts: open documents first, then the disk. */
import type { FileProblem, Host } from '../../platform/platform';

/** Files above this aren't read: the largest real deployments are a thousand times smaller. In bytes. */
export const MAX_COMPOSE_BYTES = 8 * 1024 * 1024;

export type TextAnswer =
  | { readonly text: string }
  /** It can't be read at all: what is said after its name, `is a directory, not a file.` */
  | { readonly problem: string; readonly missing?: boolean }
  /** It was read, and is no text. */
  | { readonly notText: string };

export interface Texts {
  open(file: string, text: string): void;
  close(file: string): void;
  isOpen(file: string): boolean;
  /** Drops what is known of files on disk; all of them without a list. */
  forget(files?: readonly string[]): void;
  /** `limit` in bytes, for a file that only might be a compose file. */
  read(file: string, limit?: number): Promise<TextAnswer>;
}

const PROBLEMS: Readonly<Record<FileProblem, string>> = {
  missing: 'does not exist',
  directory: 'is a directory, not a file',
  'not-a-file': 'is not a regular file',
  denied: 'is not readable for this user',
  'too-large': `is larger than ${MAX_COMPOSE_BYTES / 1024 / 1024} MB, too large for a compose file`,
  'link-loop': 'is a symbolic link that leads to itself',
  failed: 'could not be read',
};

/** Reads open documents first, then the disk, where a file that stayed as it was costs a stat. */
export function createTexts(host: Host): Texts {
  const documents = new Map<string, string>();
  const onDisk = new Map<string, { readonly stamp: string; readonly answer: TextAnswer }>();

  async function load(file: string, limit: number): Promise<TextAnswer> {
    const answer = await host.files.read(file, limit);
    if (!answer.ok) return { problem: `${PROBLEMS[answer.problem]}.`, missing: answer.problem === 'missing' };
    try {
      // Written back byte for byte, so a byte order mark stays and damaged bytes are refused.
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(answer.value);
      if (!text.includes('\0')) return { text };
    } catch {
      // not UTF-8
    }
    return { notText: 'This file is not UTF-8 text, so it cannot be a compose file.' };
  }

  return {
    open: (file, text) => void documents.set(file, text),
    close: (file) => void documents.delete(file),
    isOpen: (file) => documents.has(file),
    forget(files) {
      if (files) for (const file of files) onDisk.delete(file);
      else onDisk.clear();
    },
    async read(file, limit = MAX_COMPOSE_BYTES) {
      const open = documents.get(file);
      if (open !== undefined) {
        return open.length > limit ? { problem: `${PROBLEMS['too-large']}.` } : { text: open };
      }
      if (!host.paths.isAbsolute(file)) return { problem: `${PROBLEMS.missing}.`, missing: true };
      const status = await host.files.status(file);
      // Most of what is looked for isn't there, such as `.env`.
      if (!status.ok && status.problem === 'missing') {
        onDisk.delete(file);
        return { problem: `${PROBLEMS.missing}.`, missing: true };
      }
      if (!status.ok || status.value.kind !== 'file' || status.value.size > limit) {
        onDisk.delete(file);
        return load(file, limit);
      }
      const { size, modified, identity } = status.value;
      const stamp = `${size} ${modified} ${identity}`;
      const known = onDisk.get(file);
      if (known?.stamp === stamp) return known.answer;
      const answer = await load(file, limit);
      if ('text' in answer) onDisk.set(file, { stamp, answer });
      else onDisk.delete(file);
      return answer;
    },
  };
}
