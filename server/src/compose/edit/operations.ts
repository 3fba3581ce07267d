/** What can be done to a compose file. */

/** A mount to be written. */
export interface NewMount {
  /** As it stands in the file: variables in it are variables. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export type EditOperation =
  | { readonly op: 'add-mount'; readonly service: string; readonly mount: NewMount }
  | {
      readonly op: 'set-environment';
      readonly service: string;
      readonly name: string;
      /** Nothing in it is a variable. */
      readonly value: string;
    }
  /**
   * Replaces part of a scalar; offsets into the text. Not where anything but `was` stands there: in a block, and in
   * quotes over several lines, the place of a part is not known. `service`: whose value it is; undefined where it is
   * meant for all that have it.
   */
  | {
      readonly op: 'replace';
      readonly service?: string;
      readonly start: number;
      readonly end: number;
      readonly text: string;
      readonly was?: string;
    }
  /** Adds a line at the end, for `.env` files. */
  | { readonly op: 'append-line'; readonly text: string }
  /** Makes the volume entry of a service at these offsets read-only. */
  | { readonly op: 'make-read-only'; readonly service: string; readonly start: number; readonly end: number }
  /** Takes the volume entry at these offsets out of its list. */
  | { readonly op: 'remove-mount'; readonly service: string; readonly start: number; readonly end: number };
