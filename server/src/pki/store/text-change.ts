/** A text that gets another content, and what a run that was killed meanwhile has made of it. */
import type { Host } from '../../platform/platform';

/** The bytes of a compose file, `.env` or `.gitignore` before and after an edit. Never of a key. */
export interface TextChange {
  /** absolute */
  readonly path: string;
  /** What it holds; undefined for a file that isn't there yet. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
  /** Whether it is written even where its mode lets nobody write to it. */
  readonly writeProtected?: boolean;
}

/** A change of a file that is there. */
export type TextEdit = TextChange & { readonly before: Uint8Array };

export function isEdit(change: TextChange): change is TextEdit {
  return change.before !== undefined;
}

/** `torn`: the beginning of the new text with the end of the old one, as a killed `rewrite` leaves it. */
export type TextState = 'old' | 'new' | 'torn' | 'other';

/** What a file holds of a change by now. */
export async function stateOf({ path, before, after }: TextEdit, { files }: Host): Promise<TextState> {
  const read = await files.read(path, Math.max(before.length, after.length));
  if (!read.ok) return 'other';
  const content = read.value;
  if (Buffer.compare(content, after) === 0) return 'new';
  if (Buffer.compare(content, before) === 0) return 'old';
  if (content.length < before.length) return 'other';
  let same = 0;
  while (same < content.length && content[same] === after[same]) same += 1;
  return Buffer.compare(content.subarray(same), before.subarray(same)) === 0 && same > 0 ? 'torn' : 'other';
}

/** Brings a file from whatever `stateOf` finds of a change to one of its ends; false where that isn't possible. */
export async function bring(change: TextEdit, to: 'before' | 'after', host: Host): Promise<boolean> {
  const limit = Math.max(change.before.length, change.after.length);
  const read = await host.files.read(change.path, limit);
  if (!read.ok || (await stateOf(change, host)) === 'other') return false;
  const { writeProtected } = change;
  return (await host.writer.rewrite(change.path, change[to], read.value, { writeProtected })).ok;
}
