/** The deployments in the workspace's folders, open or not: each stack with its keys. */
import type { StackInfo } from './stacks';
import type { KeyTarget } from './tasks';

/** A stack with a Mender service. */
export interface Deployment {
  /** Id of a compose file of the stack, by which the other methods know it. */
  readonly file: string;
  readonly stack: StackInfo;
  readonly targets: readonly KeyTarget[];
}

export interface Deployments {
  /** Those in the folders of the settings, by their files' paths. */
  readonly deployments: readonly Deployment[];
  /** False where there are more files than are looked at. */
  readonly complete: boolean;
}

export interface DeploymentsOptions {
  /** Globs as in VS Code's setting `files.exclude`, from each folder. Hidden directories and `node_modules` are always left out. */
  readonly exclude?: readonly string[];
  readonly signal?: AbortSignal;
  /** Waited for between one file and the next, so that what somebody waits for comes first. */
  readonly pause?: () => Promise<void>;
}

/** The method over all deployments of a workspace. */
export interface WorkspaceMethods {
  /** Reads open documents first. Undefined when `signal` fired; never rejects for what files hold. */
  deployments(options?: DeploymentsOptions): Promise<Deployments | undefined>;
}
