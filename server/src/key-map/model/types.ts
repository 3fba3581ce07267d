/** What is drawn of deployments, in words: the same for every way to draw it. */
import type { MapPlace, MapState } from '../../language-service/api/key-map';

/** A box: a service, or a file. */
export interface Box {
  /** Unique in a drawing. */
  readonly id: string;
  /** The first line; what follows is smaller. */
  readonly title: string;
  readonly lines: readonly string[];
  readonly state: MapState;
  /** What a pointer that rests on it is told, line by line. */
  readonly tooltip: string;
  /** What a screen reader says. */
  readonly label: string;
  /** Where a click leads. */
  readonly place: MapPlace | undefined;
}

export interface FileBox extends Box {
  readonly icon: 'certificate' | 'key' | 'none';
  /** True where nothing is there. */
  readonly absent: boolean;
  /** Absolute; undefined where there is no file to be opened, or one with a private key. */
  readonly path: string | undefined;
  /** The life of the certificate in it, in milliseconds since the epoch. */
  readonly validity: Lifetime | undefined;
}

export interface Lifetime {
  readonly from: number;
  readonly to: number;
  readonly state: MapState;
  /** `until 2035-01-12` */
  readonly text: string;
}

/** A line from a service to a file. */
export interface Edge {
  readonly id: string;
  /** Ids of boxes. */
  readonly from: string;
  readonly to: string;
  readonly state: MapState;
  readonly mounted: boolean;
  /** Whether it gives the service a private key that another one has as well. */
  readonly shared: boolean;
  readonly tooltip: string;
  readonly label: string;
  readonly place: MapPlace | undefined;
}

/** Files that hold one private key, used by several services. */
export interface SharedKey {
  /** Ids of file boxes. */
  readonly files: readonly string[];
  readonly label: string;
}

/** One deployment. */
export interface Section {
  readonly title: string;
  readonly subtitle: string;
  /** What hinders: that nothing was looked into, or that a file can't be read. */
  readonly notes: readonly string[];
  readonly services: readonly Box[];
  readonly files: readonly FileBox[];
  readonly edges: readonly Edge[];
  readonly shared: readonly SharedKey[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface MapModel {
  readonly sections: readonly Section[];
}
