/** What a map says of services, files and mounts. Names come from files: they are cleaned here. Pure. */
import type {
  MapCertificate,
  MapFile,
  MapFinding,
  MapMount,
  MapPresence,
  MapService,
  MapState,
} from '../../language-service/api/key-map';
import { clean } from './text-width';
import type { Box, FileBox, Lifetime } from './types';

/** States for people. */
export const STATE_WORDS: Readonly<Record<MapState, string>> = {
  good: 'no problems',
  information: 'remark',
  warning: 'warning',
  error: 'error',
  unknown: 'unknown',
};

const ABSENT: Readonly<Record<Exclude<MapPresence, 'present'>, string>> = {
  missing: 'file not found',
  directory: 'a directory, not a file',
  unreadable: 'not readable',
  'not-pem': 'no certificate or key',
  'not-mounted': 'not mounted',
  'not-read': 'not checked',
  unknown: 'file unknown',
};

/** Findings that a tooltip lists; the rest is counted. */
const MAX_FINDINGS = 6;
/** Names that a tooltip lists. */
const MAX_NAMES = 8;

/** `1 service`, `2 services` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A service's box, but for its id. */
export function boxOfService(service: MapService, mounts: readonly MapMount[]): Omit<Box, 'id'> {
  const title = clean(service.name);
  const role = clean(service.role);
  const findings = [...service.findings, ...mounts.flatMap((mount) => mount.findings)];
  const problems = findings.length > 0 ? count(findings.length, 'finding') : STATE_WORDS[service.state];
  return {
    title,
    lines: [role],
    state: service.state,
    tooltip: [title, role, ...messages(findings), ...mounts.flatMap(noteOf)].join('\n'),
    label: `Service ${title}, ${role}, ${problems}`,
    place: service.place,
  };
}

/** A file's box, but for its id. `nameOf` tells a service's name by its id. */
export function boxOfFile(
  file: MapFile,
  mounts: readonly MapMount[],
  nameOf: (service: string) => string,
): Omit<FileBox, 'id'> {
  const title = clean(file.label);
  const absent = file.presence === 'missing' || file.presence === 'not-mounted';
  const titles = [...new Set(mounts.map(titleOf))];
  const purposes = file.presence === 'not-mounted' ? [] : titles;
  const { certificate } = file;
  const users = [...new Set(mounts.map((mount) => nameOf(mount.service)))].join(', ');
  const [misplaced] = file.presence === 'not-read' ? mounts.filter((mount) => mount.misplaced) : [];
  const facts = misplaced ? `mounted at ${clean(misplaced.target)}` : factsOf(file);
  const findings = mounts.flatMap((mount) => mount.findings);
  return {
    title: capitalIf(title, file.presence === 'not-mounted'),
    lines: [...(purposes.length > 0 ? [purposes.join(', ')] : []), facts],
    state: file.state,
    tooltip: [
      clean(file.path ?? file.label),
      ...(file.leadsTo === undefined ? [] : [`Leads to ${clean(file.leadsTo)}`]),
      ...purposes,
      ...(certificate ? certificateLines(certificate) : [capital(facts)]),
      `${file.presence === 'not-mounted' ? 'Needed by' : 'Used by'} ${users}`,
      ...messages(findings),
    ].join('\n'),
    label: [
      `File ${title}`,
      ...purposes,
      facts,
      ...(certificate ? [whenText(certificate)] : []),
      `used by ${users}`,
      STATE_WORDS[file.state],
    ].join(', '),
    place: file.place,
    icon: iconOf(file),
    absent,
    // A key is never shown, not even on a click.
    path: file.certificatesOnly ? file.path : undefined,
    validity: certificate && lifetimeOf(certificate),
  };
}

/** Tooltip and label of a mount. */
export function edgeWords(
  mount: MapMount,
  service: string,
  file: string,
  shared: boolean,
): { readonly tooltip: string; readonly label: string } {
  const title = titleOf(mount);
  const target = clean(mount.target);
  const how = mount.mounted ? (mount.readOnly ? 'read-only' : 'read-write') : 'not mounted';
  const same = shared ? ['Another service uses the same private key.'] : [];
  return {
    tooltip: [
      `${title} of ${service}`,
      `${target} in the container, ${how}`,
      ...same,
      ...messages(mount.findings),
      ...noteOf(mount),
    ].join('\n'),
    label: [
      ...(mount.mounted
        ? [`Mount: ${title} of ${service}, from ${file} to ${target}`, how]
        : [`Not mounted: ${title} of ${service}`]),
      ...(shared ? ['same key as another service'] : []),
      STATE_WORDS[mount.state],
      ...noteOf(mount).map((note) => note.replace(/\.$/, '')),
    ].join(', '),
  };
}

function noteOf({ note }: MapMount): string[] {
  return note === undefined ? [] : [clean(note)];
}

/** `TLS certificate`, `Misplaced TLS certificate` */
function titleOf({ title, misplaced }: MapMount): string {
  return capital(clean(misplaced ? `misplaced ${title}` : title));
}

function factsOf({ presence, certificate, key }: MapFile): string {
  if (presence !== 'present') return ABSENT[presence];
  if (certificate) {
    return namesOf(certificate).join(', ') || 'certificate without a name';
  }
  if (key?.encrypted) return 'private key with a passphrase';
  if (key) return [key.algorithm ?? 'private key', key.fingerprint].filter(Boolean).join(' · ');
  return 'contains no certificate or private key';
}

function namesOf({ names, subject }: MapCertificate): string[] {
  return (names.length > 0 ? names : subject === undefined ? [] : [subject]).map(clean);
}

function certificateLines(certificate: MapCertificate): string[] {
  const { selfSigned, others, fingerprint, validFrom, validTo } = certificate;
  const names = namesOf(certificate);
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  const period =
    validFrom === undefined || validTo === undefined
      ? []
      : [`Valid from ${day(validFrom)} to ${day(validTo)}`];
  return [
    `Certificate of ${names.slice(0, MAX_NAMES).join(', ') || 'nobody'}${more}${selfSigned ? ', self-signed' : ''}`,
    ...period,
    capital(whenText(certificate)),
    `SHA-256 ${fingerprint}…`,
    ...(others > 0 ? [`${count(others, 'certificate')} after it in the file`] : []),
  ];
}

function whenText({ validity, daysLeft, validFrom, validTo }: MapCertificate): string {
  switch (validity) {
    case 'expired':
      return validTo === undefined ? 'expired' : `expired ${day(validTo)}`;
    case 'not-yet-valid':
      return validFrom === undefined ? 'not yet valid' : `valid from ${day(validFrom)}`;
    case 'expires-soon':
      return `${count(daysLeft ?? 0, 'day')} left`;
    case 'valid':
      return validTo === undefined ? 'valid' : `until ${day(validTo)}`;
    case 'unknown':
      return 'validity unknown';
  }
}

const LIFE: Readonly<Record<MapCertificate['validity'], MapState>> = {
  valid: 'good',
  'expires-soon': 'warning',
  expired: 'error',
  'not-yet-valid': 'error',
  unknown: 'unknown',
};

function lifetimeOf(certificate: MapCertificate): Lifetime | undefined {
  const { validFrom, validTo, validity } = certificate;
  if (validFrom === undefined || validTo === undefined || validTo < validFrom) return undefined;
  return { from: validFrom, to: validTo, state: LIFE[validity], text: whenText(certificate) };
}

function iconOf({ certificate, key, presence, purposes }: MapFile): FileBox['icon'] {
  if (presence === 'directory' || presence === 'not-pem') return 'none';
  if (key && !certificate) return 'key';
  if (certificate) return 'certificate';
  return purposes.some((purpose) => purpose === 'private-key' || purpose === 'token-key')
    ? 'key'
    : 'certificate';
}

function messages(findings: readonly MapFinding[]): string[] {
  const shown = findings
    .slice(0, MAX_FINDINGS)
    .map(({ severity, message }) => `${capital(severity)}: ${clean(message)}`);
  const more = findings.length - shown.length;
  return more > 0 ? [...shown, `${count(more, 'more finding')}`] : shown;
}

/** `2025-01-31`, in UTC; a year alone for dates that no calendar has. */
export function day(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime())
    ? 'an unknown day'
    : date.toISOString().slice(0, date.getUTCFullYear() > 9999 ? 13 : 10);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function capitalIf(text: string, yes: boolean): string {
  return yes ? capital(text) : text;
}
