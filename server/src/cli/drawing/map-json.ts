import type { MapFile, MapFinding, MapPlace, StackMap } from '../../language-service/api/key-map';

type Display = (path: string) => string;

/**
 * Version 1 of the JSON format of maps: the order of keys is part of it, lines and characters are counted from 0,
 * times are in ISO 8601. Paths are shown as everywhere on this command line.
 */
export function mapJson(maps: readonly StackMap[], display: Display): object {
  return { version: 1, maps: maps.map((map) => stackJson(map, display)) };
}

function stackJson(map: StackMap, display: Display): object {
  return {
    name: map.name ?? null,
    release: map.release,
    composeFiles: map.composeFiles.map(display),
    looked: map.looked,
    now: time(map.now),
    services: map.services.map(({ id, name, role, state, place, findings }) => ({
      id,
      name,
      role,
      state,
      place: placeJson(place, display),
      findings: findings.map((finding) => findingJson(finding, display)),
    })),
    files: map.files.map((file) => fileJson(file, display)),
    mounts: map.mounts.map((mount) => ({
      id: mount.id,
      service: mount.service,
      file: mount.file,
      kind: mount.kind,
      title: mount.title,
      target: mount.target,
      mounted: mount.mounted,
      misplaced: mount.misplaced,
      readOnly: mount.readOnly,
      state: mount.state,
      place: placeJson(mount.place, display),
      findings: mount.findings.map((finding) => findingJson(finding, display)),
    })),
    shared: map.shared.map(({ files, services }) => ({ files, services })),
    findings: map.findings.map((finding) => findingJson(finding, display)),
    counts: map.counts,
  };
}

function fileJson(file: MapFile, display: Display): object {
  const { certificate, key } = file;
  return {
    id: file.id,
    label: file.label,
    path: file.path === undefined ? null : display(file.path),
    leadsTo: file.leadsTo === undefined ? null : display(file.leadsTo),
    purposes: file.purposes,
    presence: file.presence,
    state: file.state,
    certificate: certificate
      ? {
          subject: certificate.subject ?? null,
          names: certificate.names,
          validFrom: time(certificate.validFrom),
          validTo: time(certificate.validTo),
          validity: certificate.validity,
          daysLeft: certificate.daysLeft ?? null,
          selfSigned: certificate.selfSigned,
          fingerprint: certificate.fingerprint,
          others: certificate.others,
        }
      : null,
    key: key
      ? { algorithm: key.algorithm ?? null, encrypted: key.encrypted, fingerprint: key.fingerprint ?? null }
      : null,
    place: placeJson(file.place, display),
  };
}

function findingJson({ code, severity, message, place }: MapFinding, display: Display): object {
  return { code, severity, message, place: placeJson(place, display) };
}

function placeJson(place: MapPlace | undefined, display: Display): object | null {
  return place ? { file: display(place.file), range: place.range } : null;
}

function time(milliseconds: number | undefined): string | null {
  if (milliseconds === undefined) return null;
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
