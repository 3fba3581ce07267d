/** The places of a compose file where we have something to say, by the keys around. */
import type { Ancestor } from './lines';

/** Lists and mappings of a service. */
export type EntryKind = 'volumes' | 'environment' | 'secrets' | 'configs';
/** Top-level keys whose elements are files. */
export type Section = 'secrets' | 'configs';

export interface Place {
  readonly kind: EntryKind;
  readonly service: string;
  readonly key: Ancestor;
}

const KINDS: readonly string[] = ['volumes', 'environment', 'secrets', 'configs'] satisfies EntryKind[];

export function kindOf(key: string): EntryKind | undefined {
  return KINDS.includes(key) ? (key as EntryKind) : undefined;
}

export function isSection(key: string | undefined): key is Section {
  return key === 'secrets' || key === 'configs';
}

/** `services`, a service, and one of its keys that is ours. */
export function placeIn([key, service, services, ...rest]: readonly Ancestor[]): Place | undefined {
  if (services?.key !== 'services' || rest.length > 0 || !key || !service || service.key === '-')
    return undefined;
  const kind = kindOf(key.key);
  return kind && { kind, service: service.key, key };
}
