/** The model of a drawing, from the data of the deployments. Pure. */
import type { StackMap } from '../../language-service/api/key-map';
import { boxOfFile, boxOfService, count, edgeWords, STATE_WORDS } from './labels';
import { clean } from './text-width';
import type { MapModel, Section } from './types';

const NOT_LOOKED = 'Files were not checked: only the content of the compose files is shown.';

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
