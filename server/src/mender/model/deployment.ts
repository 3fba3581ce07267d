/** A stack seen through a layout: which service plays which role, and which mount meets which requirement. */
import type { EnvironmentVariable, Mount, Service, Stack } from '../../compose/types';
import type { Layout, Requirement, Role } from './layout';

/** How a requirement stands in one service. */
export interface RequirementState {
  readonly requirement: Requirement;
  readonly service: Service;
  /** The path in the container where this service looks: the layout's, or the variable's value. */
  readonly target: string;
  /** The mount that puts a file there, itself or by a directory above. */
  readonly mount: Mount | undefined;
  /**
   * The file on the host; undefined where it can't be known (a named volume, a variable without value, an
   * unsaved file). `a/b` below a mounted directory is joined by `join`.
   */
  readonly hostFile: string | undefined;
  /** `not-needed`: nothing is mounted, and nothing has to be. */
  readonly how: 'file' | 'directory' | 'unknown' | 'not-needed' | 'none';
  /** The variable that names the path, where the service sets it. */
  readonly variable: EnvironmentVariable | undefined;
}

export interface MenderComponent {
  readonly service: Service;
  readonly role: Role;
  readonly states: readonly RequirementState[];
}

/** Which release a stack is seen through, and why. */
export interface Recognition {
  readonly layout: Layout;
  /** `3.7.0`, or a range where only that is known: `3.1`; undefined for the documentation's layout. */
  readonly release: string | undefined;
  /** For people: `Mender 3.7.0`. */
  readonly title: string;
  readonly how: 'setting' | 'images' | 'mounts' | 'fallback';
  /** Why, a sentence for people. */
  readonly why: string;
}

export interface Deployment {
  readonly stack: Stack;
  readonly layout: Layout;
  readonly recognition: Recognition;
  /** Recognised and started by a plain `docker compose up`. */
  readonly services: readonly MenderComponent[];
  /** True when a Mender service was recognised, started or not. */
  readonly isMender: boolean;
}
