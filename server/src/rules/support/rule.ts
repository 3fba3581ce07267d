/** What a rule is: data and one pure function. The engine adds severity, page and suppression. */
import type { ComposeProblem, EnvironmentVariable, Mount, Service, Span } from '../../compose/types';
import type { GitStatusAnswer } from '../../git/tracking';
import type { Deployment, RequirementState } from '../../mender/model/deployment';
import type { Requirement } from '../../mender/model/layout';
import type { FileFacts } from '../../pki/files/file-facts-cache';
import type { HostAccess, Readable } from '../../pki/files/permissions';
import type { Content } from './file-content';

export type DefaultSeverity = 'error' | 'warning' | 'information';

export interface RelatedSpan {
  readonly message: string;
  readonly span: Span;
}

/** What a fix needs to know; never how to edit. */
export type FindingData =
  | {
      readonly kind: 'missing';
      readonly state: RequirementState;
      /** The `misplaced-mount` finding of the entry that was meant to meet it. */
      readonly misplaced: RuleFinding | undefined;
    }
  | { readonly kind: 'storage-variable-missing'; readonly state: RequirementState; readonly mount: Mount }
  | {
      readonly kind: 'storage-variable-wrong';
      readonly state: RequirementState;
      readonly variable: EnvironmentVariable;
    }
  | {
      readonly kind: 'shared-key';
      readonly state: RequirementState;
      /** How many other services. */
      readonly services: number;
      /** All who use the key, in order; the same list for all findings about it. */
      readonly users: readonly RequirementState[];
    }
  | {
      readonly kind: 'misplaced';
      readonly service: Service;
      readonly mount: Mount;
      /** `variable`: the path of Mender's own files, which the service reads only when a variable names it */
      readonly reason: 'typo' | 'release' | 'swapped' | 'service' | 'variable';
      readonly requirement: Requirement;
      /** The service that reads the path, for `service`. */
      readonly owner: Service | undefined;
    }
  | { readonly kind: 'writable'; readonly service: Service; readonly mount: Mount }
  | {
      readonly kind: 'unresolved';
      readonly name: string;
      readonly span: Span;
      readonly state: RequirementState | undefined;
    }
  | {
      /** What is wrong with the host file behind a mount. */
      readonly kind: 'file';
      readonly state: RequirementState;
      readonly trouble: Content['kind'];
      /** The same key, written anew, would do. */
      readonly convertible?: boolean;
    }
  | {
      /** git would take up the private key `file` (links resolved). */
      readonly kind: 'key-in-git';
      readonly state: RequirementState;
      readonly file: string;
    }
  | {
      /** What is wrong with a certificate that a service presents. */
      readonly kind: 'certificate';
      readonly state: RequirementState;
      /** Its names, to be kept in a new one. */
      readonly names: readonly string[];
      /** False where an authority issued it, who should issue the next one too. */
      readonly selfSigned: boolean;
    }
  | {
      readonly kind: 'storage-certificate-differs';
      /** What the deployments service trusts. */
      readonly state: RequirementState;
      readonly served: RequirementState;
    }
  | { readonly kind: 'published-key'; readonly state: RequirementState }
  | { readonly kind: 'none' };

export interface RuleFinding {
  readonly message: string;
  readonly span: Span;
  readonly service: string | undefined;
  readonly target: string | undefined;
  readonly related: readonly RelatedSpan[];
  readonly data: FindingData;
  /** Where this finding weighs more or less than its rule's others; what the user set comes before it. */
  readonly severity?: DefaultSeverity;
}

/** The host file behind a requirement's mount, looked into. */
export interface MountedFile {
  readonly facts: FileFacts;
  /** Who of the host's users can read it; of private keys alone. */
  readonly access: HostAccess | undefined;
  /** Whether the service's own user can read it in the container; of private keys alone. */
  readonly readableInContainer: Readable | undefined;
  /** How git sees it; of private keys alone. */
  readonly git: GitStatusAnswer | undefined;
}

export interface RuleContext {
  readonly deployment: Deployment;
  /** The file that meets a requirement; undefined where it can't be known, or may not be looked at. */
  readonly file: (state: RequirementState) => MountedFile | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Days before its end at which a certificate is told to expire soon. */
  readonly expiresSoonDays: number;
  readonly problems: readonly ComposeProblem[];
  /** Marks by which two host paths are known for one key: path, real path, file identity, public key. */
  readonly identities: (hostFile: string) => readonly string[];
  /** What `look` finds, looked for once for all rules of a run; without it, each rule looks for itself. */
  readonly once?: <T>(look: (context: RuleContext) => T) => T;
}

/** The modules of `fixes/`, by their file names. */
export type FixId =
  | 'add-to-gitignore'
  | 'convert-to-pkcs1'
  | 'correct-mount'
  | 'define-variable'
  | 'make-mount-read-only'
  | 'mount-missing-file'
  | 'renew-certificate'
  | 'replace-host-file'
  | 'replace-published-key'
  | 'restrict-permissions'
  | 'separate-shared-key'
  | 'trust-storage';

/** All that is to be said of a rule: README, settings, pages and every other folder take it from here. */
export interface Rule {
  /** Stable, never reused; names the page `docs/rules/<code>.md`. */
  readonly code: string;
  readonly severity: DefaultSeverity;
  /** One sentence, without the final full stop. */
  readonly summary: string;
  /** What is shown after the name of the file: "expired", "too short". undefined for what is no state of a file. */
  readonly shortState: string | undefined;
  /** What it is about; `file` where it is a certificate or a key alike, or the compose file. */
  readonly about: 'certificate' | 'private-key' | 'token-key' | 'mount' | 'variable' | 'file';
  /** True where an overlay that is not known can make it untrue. */
  readonly isAboutAbsence: boolean;
  /**
   * Whether one plan for everything may resolve it: always, only where it makes new keys, or never, as there is more
   * than one way, or a certificate that devices know would be replaced.
   */
  readonly fixAll: 'safe' | 'with-new-keys' | 'never';
  /** What its quick fixes are made by. */
  readonly fix: FixId | undefined;
  /** The task that resolves it for whole deployments. */
  readonly task?: 'generate' | 'split' | 'convert';
  readonly check: (context: RuleContext) => readonly RuleFinding[];
}
