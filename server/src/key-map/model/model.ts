/** What is drawn of deployments, in words: the same for every way to draw it. Pure. */
import type { MapPlace, MapState, StackMap } from '../../language-service/api/key-map';
import { boxOfFile, boxOfService, count, edgeWords, STATE_WORDS } from './labels';
import { clean } from './text-width';

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

const NOT_LOOKED = 'Files were not looked into, so only what the compose files say is shown.';

/** The model of some deployments, in their order. */
export function modelOf(maps: readonly StackMap[]): MapModel {
  return { sections: maps.map(sectionOf) };
}

function sectionOf(map: StackMap, index: number): Section {
  const id = (own: string) => `${index}-${own}`;
  const sharedFiles = new Set(map.shared.flatMap(({ files }) => files));
  const sharedServices = (file: string) =>
    map.shared.find(({ files }) => files.includes(file))?.services ?? [];
  const serviceOf = new Map(map.services.map((service) => [service.id, service]));
  const files = new Map(map.files.map((file) => [file.id, file]));
  const nameOf = (service: string) => clean(serviceOf.get(service)?.name ?? '');
  return {
    title: clean(map.name === undefined ? map.release : `${map.name} · ${map.release}`),
    subtitle: `${clean(map.composeFiles.map(lastPart).join(' + '))} · ${countsText(map.counts)}`,
    notes: [...(map.looked ? [] : [NOT_LOOKED]), ...map.findings.map(({ message }) => clean(message))],
    services: map.services.map((service) => ({
      ...boxOfService(
        service,
        map.mounts.filter((mount) => mount.service === service.id),
      ),
      id: id(service.id),
    })),
    files: map.files.map((file) => ({
      ...boxOfFile(
        file,
        map.mounts.filter((mount) => mount.file === file.id),
        nameOf,
      ),
      id: id(file.id),
    })),
    edges: map.mounts.map((mount) => {
      const file = files.get(mount.file);
      const shared =
        (mount.kind === 'private-key' || mount.kind === 'token-key') &&
        sharedFiles.has(mount.file) &&
        sharedServices(mount.file).includes(mount.service);
      return {
        id: id(mount.id),
        from: id(mount.service),
        to: id(mount.file),
        state: mount.state,
        mounted: mount.mounted,
        shared,
        place: mount.place,
        ...edgeWords(mount, nameOf(mount.service), clean(file?.label ?? ''), shared),
      };
    }),
    shared: map.shared.map((each) => ({
      files: each.files.map(id),
      label: `One private key in ${count(each.services.length, 'service')}`,
    })),
    now: map.now,
  };
}

function lastPart(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

function countsText(counts: StackMap['counts']): string {
  const parts = [
    counts.error > 0 ? count(counts.error, 'error') : '',
    counts.warning > 0 ? count(counts.warning, 'warning') : '',
    counts.information + counts.hint > 0 ? count(counts.information + counts.hint, 'remark') : '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(', ') : STATE_WORDS.good;
}
