/** What is asked of a whole workspace. A part of `protocol.ts`; types alone. */
import type { KeyTarget } from '../../language-service/api/tasks';
import type { StackStatus } from './index';

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
