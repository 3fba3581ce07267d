/** What the page of the key map and the extension send each other. Types only: both sides import it. */

export interface PageRow {
  readonly id: string;
  readonly service: string;
  readonly file: string;
  readonly text: string;
  readonly state: string;
}

export type ToPage =
  | {
      readonly type: 'map';
      readonly svg: string;
      readonly styles: string;
      readonly rows: readonly PageRow[];
      readonly notes: readonly string[];
      /** Ids that lead somewhere. */
      readonly targets: readonly string[];
    }
  /** Nothing to draw, and why. */
  | { readonly type: 'empty'; readonly message: string };

export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'open'; readonly id: string }
  | { readonly type: 'save' }
  | { readonly type: 'copy' };

/** What VS Code keeps of the page, so that it comes back after a reload. */
export interface PageState {
  readonly uri: string;
  readonly left: number;
  readonly top: number;
  readonly focus: string | undefined;
}
