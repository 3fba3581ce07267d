/** What is said of a whole workspace, and asked of it. */
import type { KeyTarget } from '../../language-service/api/tasks';
import type { StackStatus } from './status';

/** Notification: whether the user trusts the workspace. `TrustParams`. */
export const TRUST_METHOD = 'mender/trust';
/** Request: the deployments in the workspace's folders, open or not. `DeploymentsParams` to `DeploymentsAnswer`. Cancellable. */
export const DEPLOYMENTS_METHOD = 'mender/deployments';
/**
 * Notification to the client: another answer than the last one may be had now. No parameters; sent once after an
 * answer.
 */
export const DEPLOYMENTS_CHANGED_METHOD = 'mender/deploymentsChanged';
/** `initializationOptions`, all optional. */
export interface InitializationOptions {
  /** True when the client asks and confirms by itself, so the server offers no commands. */
  readonly prompts?: boolean;
  /** False where nothing may be written. True when left out: only VS Code knows trust. */
  readonly trusted?: boolean;
  /** The section `mender`, for the time until (or where) it can't be asked for. */
  readonly settings?: unknown;
}

export interface TrustParams {
  readonly trusted: boolean;
}

export interface DeploymentsParams {
  /** Globs as in VS Code's setting `files.exclude`, from each folder. */
  readonly exclude?: readonly string[];
}

/** A stack with a Mender service. */
export interface DeploymentStatus {
  /** URI of one of its compose files; the file need not be open. */
  readonly uri: string;
  readonly stack: StackStatus;
  readonly targets: readonly KeyTarget[];
}

export interface DeploymentsAnswer {
  readonly deployments: readonly DeploymentStatus[];
  /** False where there are more files than are looked at. */
  readonly complete: boolean;
}
