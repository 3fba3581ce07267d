/** What a cursor is in. */
import type { EntryKind, Section } from './sections';

/** A stretch of the cursor's line; columns, `to` exclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What every cursor has. */
export interface CursorBase {
  readonly line: number;
  readonly character: number;
  /** The text without what is being typed, the same from letter to letter; all else is on the line where it was. */
  readonly repaired: string;
  readonly eol: string;
}

export interface EntryCursor extends CursorBase {
  readonly kind: EntryKind;
  readonly service: string;
  /** In brackets: a comma and a bracket end what is written without quotes. */
  readonly flow?: boolean;
  /** What is there already of the entry's text, quotes left out; empty on a new line. */
  readonly body: Stretch;
  /** The quote that it stands in. */
  readonly quote: '' | '"' | "'";
  /** What has to come before an entry: `- ` on an empty line, a blank right after the dash. */
  readonly lead: string;
  readonly form: 'list' | 'map';
  /** Column of an item's dash. */
  readonly dash: number;
  /** Inside an item of a list that is a mapping: the key at the cursor, and all keys with their values. */
  readonly field?: { readonly key: string; readonly fields: ReadonlyMap<string, string> };
  /** Whether the neighbours, or most volumes of the file, have the long syntax. */
  readonly isLong: boolean;
}

export interface CommentCursor extends CursorBase {
  readonly kind: 'comment';
  /** What stands after the `#`, up to the end of the line. */
  readonly body: Stretch;
  /** True where nothing but the comment is on the line. */
  readonly isAlone: boolean;
}

/** At the `file` of a top-level secret or config. */
export interface ElementCursor extends CursorBase, Pick<EntryCursor, 'body' | 'quote' | 'lead'> {
  readonly kind: 'element';
  readonly section: Section;
  readonly name: string;
}

export type Cursor = EntryCursor | ElementCursor | CommentCursor;
