/** Services whose places are moved: a service that stays as it is written is read once, and shown where it stands now. */

import { movedSpan, movedText, type Shift } from '../node/shifted-node';
import type { EnvironmentVariable, Mount, Service, Span, Text, UnresolvedVariable } from '../types';

/** `service` with all its places `by` characters further; where that is a number, all of it must be of one file. */
export function movedService(service: Service, by: Shift): Service {
  return by === 0 ? service : new MovedService(service, by);
}

/**
 * Keeps what `look` finds in a service for as long as the service stays as it is written, wherever that is. What is
 * found must not hold places, nor rest on anything but the service.
 */
export function ofService<T>(look: (service: Service) => T): (service: Service) => T {
  const known = new WeakMap<Service, { readonly found: T }>();
  return (service) => {
    const origin = service instanceof MovedService ? service.origin : service;
    let answer = known.get(origin);
    if (!answer) {
      answer = { found: look(origin) };
      known.set(origin, answer);
    }
    return answer.found;
  };
}

/** What has places in it is moved when it is asked for, once: rules compare mounts by identity. */
class MovedService implements Service {
  #mounts: readonly Mount[] | undefined;
  #environment: ReadonlyMap<string, EnvironmentVariable> | undefined;
  #image: Text | undefined;

  constructor(
    readonly origin: Service,
    readonly by: Shift,
  ) {}

  get name() {
    return this.origin.name;
  }

  get declarations(): readonly Span[] {
    return this.origin.declarations.map((span) => movedSpan(span, this.by));
  }

  get image(): Text | undefined {
    const { image } = this.origin;
    this.#image ??= image && movedText(image, this.by);
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
    this.#mounts ??= this.origin.mounts.map((mount) => movedMount(mount, this.by));
    return this.#mounts;
  }

  get environment(): ReadonlyMap<string, EnvironmentVariable> {
    if (!this.#environment) {
      const moved = new Map<string, EnvironmentVariable>();
      for (const [name, variable] of this.origin.environment)
        moved.set(name, movedVariable(variable, this.by));
      this.#environment = moved;
    }
    return this.#environment;
  }

  get environmentKey(): Span | undefined {
    const { environmentKey } = this.origin;
    return environmentKey && movedSpan(environmentKey, this.by);
  }

  get aliases(): readonly Text[] {
    return this.origin.aliases.map((alias) => movedText(alias, this.by));
  }

  get networkAliases(): readonly Text[] {
    return this.origin.networkAliases.map((alias) => movedText(alias, this.by));
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

function movedMount(mount: Mount, by: Shift): Mount {
  const { sourceText, targetText, modeSpan, span, unresolved, device } = mount;
  return {
    ...mount,
    sourceText: sourceText && movedText(sourceText, by),
    targetText: movedText(targetText, by),
    modeSpan: modeSpan && movedSpan(modeSpan, by),
    span: movedSpan(span, by),
    unresolved: movedUnresolved(unresolved, by),
    ...(device
      ? {
          device: {
            path: device.path,
            text: movedText(device.text, by),
            unresolved: movedUnresolved(device.unresolved, by),
          },
        }
      : {}),
  };
}

function movedVariable(variable: EnvironmentVariable, by: Shift): EnvironmentVariable {
  const { nameSpan, valueSpan, span, unresolved } = variable;
  return {
    ...variable,
    nameSpan: movedSpan(nameSpan, by),
    valueSpan: movedSpan(valueSpan, by),
    span: movedSpan(span, by),
    unresolved: movedUnresolved(unresolved, by),
  };
}

function movedUnresolved(
  unresolved: readonly UnresolvedVariable[],
  by: Shift,
): readonly UnresolvedVariable[] {
  if (unresolved.length === 0) return unresolved;
  return unresolved.map((each) => ({ ...each, span: movedSpan(each.span, by) }));
}
