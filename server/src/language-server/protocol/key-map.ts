/** The key map, and where its parts lead. */
import type { Range } from '../../language-service/api/index';
import type { MapState } from '../../language-service/api/key-map';

/** Request: the key map of a compose file, for a page of VS Code. `MapParams` to `MapAnswer`. */
export const MAP_METHOD = 'mender/map';
/** Request: the key map as a document of its own. `MapTextParams` to `MapTextAnswer`. */
export const MAP_TEXT_METHOD = 'mender/mapText';
/** Notification to the client: the map of a followed, open document is another than it was. `MapChangedParams`. */
export const MAP_CHANGED_METHOD = 'mender/mapChanged';
export interface MapParams {
  readonly uri: string;
  /** True: tell when the map changes. False: don't any more. */
  readonly follow?: boolean;
}

/** Where a part of the drawing leads. */
export interface MapTarget {
  /** The part's `data-id`. */
  readonly id: string;
  readonly uri: string;
  /** undefined: the beginning of the file. */
  readonly range?: Range;
}

/** A line of the drawing in words. */
export interface MapRow {
  /** The `data-id` of the line. */
  readonly id: string;
  readonly service: string;
  readonly file: string;
  /** `TLS certificate, read-only` … */
  readonly text: string;
  readonly state: MapState;
}

/** The map as a page shows it; null where there is no Mender service. */
export type MapAnswer = {
  /** Well-formed, without a style sheet. */
  readonly svg: string;
  readonly styles: string;
  readonly targets: readonly MapTarget[];
  readonly rows: readonly MapRow[];
} | null;

export interface MapTextParams {
  readonly uri: string;
  readonly format: 'svg' | 'mermaid';
  /** The colours of `svg`; light when left out. */
  readonly theme?: 'light' | 'dark';
}

/** null where there is no Mender service. */
export type MapTextAnswer = { readonly text: string } | null;

export interface MapChangedParams {
  readonly uri: string;
}
