/** The options of the commands for keys, as the façade's tasks have them. */

import type { KeyOptions } from '../../language-service/api/tasks';
import { KEY_DEFAULTS } from '../../language-service/info/key-defaults';
import type { Make } from '../apply/print-plan';
import { type Context, UsageError } from '../core/context';
import { choice, type Parsed, readNames } from './parse';

const ALGORITHMS = ['rsa', 'ec'] as const;
const BITS = KEY_DEFAULTS.sizes.map(String);

/** What is taken where nothing else is said. */
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
  const directory = readPath(parsed, 'directory', context);
  const days = readDays(parsed);
  return {
    ...(values.has('algorithm') && {
      algorithm: choice(parsed, 'algorithm', ALGORITHMS, KEY_DEFAULTS.algorithm),
    }),
    ...(values.has('bits') && { bits: Number(choice(parsed, 'bits', BITS, String(KEY_DEFAULTS.bits))) }),
    ...(days !== undefined && { days }),
    ...(directory !== undefined && { directory }),
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
  throw new UsageError(`--days ${given}: give a whole number of days, such as 365.`);
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
      `--name ${service}=${hosts.join(',')}: the names are for one certificate here. Write --service ${service} --name ${hosts.join(',')}`,
    );
  }
  return forAll ?? [];
}
