/** The options of the commands for keys, as the façade's tasks have them. */

import type { KeyOptions } from '../../language-service/api/tasks';
import { KEY_DEFAULTS } from '../../language-service/info/key-defaults';
import { type Context, UsageError } from '../core/context';
import { choice, type Parsed, splitOnce } from './parse';

const ALGORITHMS = ['rsa', 'ec'] as const;
const BITS = KEY_DEFAULTS.sizes.map(String);

/** How new keys and certificates are made, as far as the command line names it or leaves it to the defaults. */
export interface Make {
  /** Of TLS keys; token keys are always RSA. */
  readonly algorithm?: 'rsa' | 'ec';
  /** Of RSA keys. */
  readonly bits?: number;
  /** Validity of certificates. */
  readonly days?: number;
}

/** What is taken where no option asks for another value. */
export const DEFAULTS: Make = {
  algorithm: KEY_DEFAULTS.algorithm,
  bits: KEY_DEFAULTS.bits,
  days: KEY_DEFAULTS.days,
};

/**
 * How new keys and certificates are made.
 * @throws UsageError for what can't be meant
 */
export function readKeyOptions(parsed: Parsed, context: Context): KeyOptions {
  const { values } = parsed;
  const days = readDays(parsed);
  return {
    ...(values.has('algorithm') && {
      algorithm: choice(parsed, 'algorithm', ALGORITHMS, KEY_DEFAULTS.algorithm),
    }),
    ...(values.has('bits') && { bits: Number(choice(parsed, 'bits', BITS, String(KEY_DEFAULTS.bits))) }),
    ...(days !== undefined && { days }),
    ...readDirectory(parsed, context),
  };
}

/**
 * `--days`, or undefined.
 * @throws UsageError for anything but a whole number above 0
 */
export function readDays({ values }: Parsed): number | undefined {
  const given = values.get('days')?.[0];
  if (given === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(given)) return Number(given);
  throw new UsageError(`--days ${given}: use a whole number of days, such as 365.`);
}

/** Where new files go, if `--directory` names it. */
export function readDirectory(parsed: Parsed, context: Context): { directory?: string } {
  const directory = readPath(parsed, 'directory', context);
  return directory === undefined ? {} : { directory };
}

/** The only service that is meant, if `--service` names one. */
export function readService({ values }: Parsed): { service?: string } {
  const service = values.get('service')?.[0];
  return service === undefined ? {} : { service };
}

/** A path that an option gives, made absolute. */
export function readPath({ values }: Parsed, option: string, { host, streams }: Context): string | undefined {
  const given = values.get(option)?.[0];
  return given === undefined ? undefined : host.paths.resolve(streams.cwd, given);
}

/**
 * `--name HOST[,HOST]`: names besides those that are known.
 * @throws UsageError for what is no host name, and for `SERVICE=HOST`
 */
export function readMoreNames(parsed: Parsed): readonly string[] {
  const { byService, forAll } = readNames(parsed);
  for (const [service, hosts] of byService) {
    throw new UsageError(
      `--name ${service}=${hosts.join(',')}: the names are for one certificate. Write --service ${service} --name ${hosts.join(',')}`,
    );
  }
  return forAll ?? [];
}

/** Names for certificates: those of one service, and those for every other. */
export interface GivenNames {
  readonly byService: ReadonlyMap<string, readonly string[]>;
  readonly forAll: readonly string[] | undefined;
}

/**
 * Reads `--name SERVICE=HOST[,HOST]` and `--name HOST[,HOST]`; several for one service are added up.
 * @throws UsageError for an empty name, or a URL instead of a name.
 */
export function readNames(parsed: Parsed): GivenNames {
  const byService = new Map<string, readonly string[]>();
  let forAll: readonly string[] | undefined;
  for (const given of parsed.values.get('name') ?? []) {
    const [first = '', second] = splitOnce(given, '=');
    const hosts = (second ?? first).split(',').map((host) => host.trim());
    for (const host of hosts) checkHost(host, given);
    if (second === undefined) forAll = [...new Set([...(forAll ?? []), ...hosts])];
    else if (first === '') throw new UsageError(`--name ${given} names no service before the equals sign.`);
    else byService.set(first, [...new Set([...(byService.get(first) ?? []), ...hosts])]);
  }
  return { byService, forAll };
}

function checkHost(host: string, given: string): void {
  if (host === '')
    throw new UsageError(`--name ${given}: a host name is empty. Write --name SERVICE=HOST[,HOST]`);
  if (/[/\s@]/.test(host)) {
    throw new UsageError(
      `--name ${given}: ${host} is not a host name. Use only the name, such as mender.example.com.`,
    );
  }
}
