/** Where our answer differs from the reference's. */
import { posix } from 'node:path';
import type { Answer, AnswerGrant, AnswerService } from './answer';

/**
 * Differences that we chose. Each is taken out of the comparison by name, and counted wherever it made a difference.
 */
export const CHOSEN = {
  'absolute paths are cleaned':
    'The reference leaves `/keys/../cert.pem` as it is written. We clean it, so that two spellings of one file are one.',
} as const;

export type Chosen = keyof typeof CHOSEN;

export interface Comparison {
  /** `service.field: reference … ours …` */
  readonly differences: readonly string[];
  readonly chosen: readonly Chosen[];
}

/** Compares answers that both sides gave. */
export function compare(reference: Answer, ours: Answer): Comparison {
  const chosen = new Set<Chosen>();
  const differences: string[] = [];
  const [wanted, got] = [reference.services ?? {}, ours.services ?? {}];
  const tell = (where: string, a: unknown, b: unknown) => {
    const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
    if (left !== right) differences.push(`${where}: reference ${left} ours ${right}`);
  };
  tell('services', Object.keys(wanted).sort(), Object.keys(got).sort());
  for (const [name, service] of Object.entries(wanted)) {
    const other = got[name];
    if (!other) continue;
    const [a, b] = [comparable(service, chosen), comparable(other, chosen)];
    for (const field of Object.keys(a) as (keyof typeof a)[]) {
      if (field === 'environment' && service.environment === null) continue;
      tell(`${name}.${field}`, a[field], b[field]);
    }
  }
  return { differences, chosen: [...chosen] };
}

function comparable(service: AnswerService, chosen: Set<Chosen>) {
  const clean = (path: string): string => {
    if (!path.startsWith('/')) return path;
    const cleaned = posix.normalize(path).replace(/(.)\/$/, '$1');
    if (cleaned !== path) chosen.add('absolute paths are cleaned');
    return cleaned;
  };
  return {
    image: service.image,
    build: service.build,
    inactive: service.inactive,
    mounts: service.mounts
      .map(({ type, source, target, readOnly, device }) => [
        type,
        type === 'bind' ? clean(source) : source,
        target,
        readOnly,
        clean(device ?? ''),
      ])
      .sort(byTarget),
    environment: Object.entries(service.environment ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
    secrets: service.secrets.map((grant) => granted(grant, '/run/secrets', clean)).sort(byTarget),
    configs: service.configs.map((grant) => granted(grant, '', clean)).sort(byTarget),
    aliases: [...service.aliases].sort(),
    // Compose splits a text as a shell does; we keep it whole.
    command: (service.command ?? []).join(' '),
  };
}

/** Where the engine mounts what the reference leaves open: below its default directory, under its name. */
function granted({ source, target, file }: AnswerGrant, directory: string, clean: (path: string) => string) {
  const path = target || source;
  const absolute = path.startsWith('/') ? path : `${directory}/${path}`;
  return ['', '', posix.normalize(absolute), clean(file ?? '')];
}

function byTarget(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[2]) < String(b[2]) ? -1 : 1;
}
