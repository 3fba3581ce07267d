/** What is there already of files that are wanted together. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../host/host';
import { temporaryFiles } from './leftovers';
import type { Place } from './places';

/** How long another run may take between the first and the last file of a pair; it needs well under this. */
const SETTLE_MS = 2_000;
const POLL_MS = 20;

export type Standing =
  /** none of the files is there */
  | { readonly kind: 'free' }
  /** all are, dangling links counted */
  | { readonly kind: 'there' }
  /** a killed run finished `present` and not `absent`; it is of our making, and nobody's yet */
  | { readonly kind: 'abandoned'; readonly present: readonly Place[]; readonly absent: readonly Place[] }
  | { readonly kind: 'refused'; readonly message: string };

/** Looks at the places of one order. Waits a moment where another run is just making them. */
export async function standingOf(host: Host, places: readonly Place[]): Promise<Standing> {
  const give = Date.now() + SETTLE_MS;
  while (true) {
    const standing = await look(host, places);
    if (standing !== 'busy') return standing;
    if (Date.now() > give) {
      return {
        kind: 'refused',
        message:
          `${namesOf(places)}: another run is making these files and has not finished. ` +
          'Wait for it, then try again. Nothing was made.',
      };
    }
    await sleep(POLL_MS);
  }
}

/** Whether another run, which has begun to make these files, finishes all of them within a moment. */
export async function becomesWhole(host: Host, places: readonly Place[]): Promise<boolean> {
  const give = Date.now() + SETTLE_MS;
  while (true) {
    const kinds = await Promise.all(places.map((place) => host.writer.nameKind(place.path)));
    if (!kinds.includes('missing')) return true;
    if (Date.now() > give) return false;
    await sleep(POLL_MS);
  }
}

async function look(host: Host, places: readonly Place[]): Promise<Standing | 'busy'> {
  const present: Place[] = [];
  const absent: Place[] = [];
  for (const place of places) {
    switch (await host.writer.nameKind(place.path)) {
      case 'missing':
        absent.push(place);
        break;
      case 'directory':
        return {
          kind: 'refused',
          message:
            `${place.asked} is a directory, where a file belongs. Docker makes such a directory when a mounted ` +
            'file is missing. Stop the containers, remove it if it is empty, then try again. Nothing was made.',
        };
      default:
        present.push(place);
    }
  }
  if (present.length === 0) return { kind: 'free' };
  if (absent.length === 0) return { kind: 'there' };

  const directories = new Set(places.map((place) => place.directory));
  const temporary = (await Promise.all([...directories].map((each) => temporaryFiles(host, each))))
    .flat()
    .filter(({ kind }) => kind === 'key');
  if (temporary.some((file) => !file.abandoned)) return 'busy';
  const abandoned = new Set(temporary.map((file) => file.identity));
  const statuses = await Promise.all(present.map((place) => host.files.status(place.path)));
  if (statuses.every((status) => status.ok && abandoned.has(status.value.identity))) {
    return { kind: 'abandoned', present, absent };
  }
  // Its run may have ended between the two looks: then the pair is whole by now.
  const whole = await Promise.all(absent.map((place) => host.writer.nameKind(place.path)));
  if (!whole.includes('missing')) return { kind: 'there' };
  return {
    kind: 'refused',
    message:
      `${namesOf(present)} is there already, but ${namesOf(absent)} is not, and a new one would not belong to it. ` +
      'Move the existing file away to have both made, or choose other names. Nothing was made.',
  };
}

/** The paths as they were asked for, in a sentence. */
export function namesOf(places: readonly Place[]): string {
  return places.map((place) => place.asked).join(' and ');
}
