/** A service that stays as it is written is read once, with spans in its blocks, and shown where it stands now. */

import { memo } from '../../cache/memo';
import type { Locate } from '../node/span';
import type { EnvironmentVariable, Mount, Service, Span, Text, UnresolvedVariable } from '../types';

/** `service` with spans counted from the start of their files. */
export function locatedService(service: Service, locate: Locate): Service {
  return new LocatedService(service, locate);
}

/**
 * Keeps what `look` finds in a service for as long as the service stays as it is written, wherever that is. What is
 * found must not hold places, nor rest on anything but the service.
 */
export function ofService<T>(look: (service: Service) => T): (service: Service) => T {
  const known = memo(look);
  return (service) => known(service instanceof LocatedService ? service.origin : service);
}

/** What has spans in it is made when it is asked for, once: rules compare mounts by identity. */
class LocatedService implements Service {
  #mounts: readonly Mount[] | undefined;
  #environment: ReadonlyMap<string, EnvironmentVariable> | undefined;
  #image: Text | undefined;

  constructor(
    readonly origin: Service,
    readonly locate: Locate,
  ) {}

  get name() {
    return this.origin.name;
  }

  get declarations(): readonly Span[] {
    return this.origin.declarations.map(this.locate);
  }

  get image(): Text | undefined {
    const { image } = this.origin;
    this.#image ??= image && locatedText(image, this.locate);
    return this.#image;
  }

  get hasBuild() {
    return this.origin.hasBuild;
  }

  get hasEntrypoint() {
    return this.origin.hasEntrypoint;
  }

  get user() {
    return this.origin.user;
  }

  get mounts(): readonly Mount[] {
    this.#mounts ??= this.origin.mounts.map((mount) => locatedMount(mount, this.locate));
    return this.#mounts;
  }

  get environment(): ReadonlyMap<string, EnvironmentVariable> {
    if (!this.#environment) {
      const located = new Map<string, EnvironmentVariable>();
      for (const [name, variable] of this.origin.environment)
        located.set(name, locatedVariable(variable, this.locate));
      this.#environment = located;
    }
    return this.#environment;
  }

  get environmentKey(): Span | undefined {
    const { environmentKey } = this.origin;
    return environmentKey && this.locate(environmentKey);
  }

  get aliases(): readonly Text[] {
    return this.origin.aliases.map((alias) => locatedText(alias, this.locate));
  }

  get networkAliases(): readonly Text[] {
    return this.origin.networkAliases.map((alias) => locatedText(alias, this.locate));
  }

  get inactive() {
    return this.origin.inactive;
  }

  get partial() {
    return this.origin.partial;
  }

  get unread() {
    return this.origin.unread;
  }

  get command() {
    return this.origin.command;
  }
}

function locatedMount(mount: Mount, locate: Locate): Mount {
  const { sourceText, targetText, modeSpan, span, unresolved, device } = mount;
  return {
    ...mount,
    sourceText: sourceText && locatedText(sourceText, locate),
    targetText: locatedText(targetText, locate),
    modeSpan: modeSpan && locate(modeSpan),
    span: locate(span),
    unresolved: locatedUnresolved(unresolved, locate),
    ...(device
      ? {
          device: {
            path: device.path,
            text: locatedText(device.text, locate),
            unresolved: locatedUnresolved(device.unresolved, locate),
          },
        }
      : {}),
  };
}

function locatedVariable(variable: EnvironmentVariable, locate: Locate): EnvironmentVariable {
  const { nameSpan, valueSpan, span, unresolved } = variable;
  return {
    ...variable,
    nameSpan: locate(nameSpan),
    valueSpan: locate(valueSpan),
    span: locate(span),
    unresolved: locatedUnresolved(unresolved, locate),
  };
}

function locatedUnresolved(
  unresolved: readonly UnresolvedVariable[],
  locate: Locate,
): readonly UnresolvedVariable[] {
  if (unresolved.length === 0) return unresolved;
  return unresolved.map((each) => ({ ...each, span: locate(each.span) }));
}

function locatedText({ value, raw, span }: Text, locate: Locate): Text {
  return { value, raw, span: locate(span) };
}
