/** What people want done with keys, in their words: the methods `targets` and `planTask` of the façade. Types only. */
import type { Plan } from './plans';

/** How new keys are made; what is left out has a default. */
export interface KeyOptions {
  /** Of TLS keys; token keys are always RSA, which every release loads. `ec` is P-256. The default is `rsa`. */
  readonly algorithm?: 'rsa' | 'ec';
  /** Of RSA keys: 2048, 3072 (the default), 3096 or 4096. */
  readonly bits?: number;
  /** Validity of certificates; 3650 by default. */
  readonly days?: number;
  /** Absolute; new files go there instead of where Mender's documentation puts them. It may lie anywhere. */
  readonly directory?: string;
}

/** What new keys are like where nobody says; the editor and the command line show it. */
export interface KeyDefaults extends Required<Pick<KeyOptions, 'algorithm' | 'bits' | 'days'>> {
  /** Of RSA keys, those that can be chosen. */
  readonly sizes: readonly number[];
}

/** Which pair or key a task is about. */
export interface TaskTarget {
  readonly service: string;
  /** A requirement's id, where the service has several; its first without it. */
  readonly requirement?: string;
}

/** An authority that signs here. Nothing of it is kept. */
export interface SigningAuthority {
  /** Absolute paths of its certificate (a chain may follow) and its private key. */
  readonly certificate: string;
  readonly key: string;
  /** Of an encrypted key. */
  readonly passphrase?: string;
  /** Absolute path of the root certificate above it, where `certificate` doesn't hold it. */
  readonly root?: string;
}

/** Makes all that is missing. */
export interface GenerateTask extends KeyOptions {
  readonly kind: 'generate';
  /** Only what this service is missing. */
  readonly service?: string;
}

/** A certificate request for an authority elsewhere; for the key that is there, or a new one. */
export interface RequestTask extends KeyOptions, TaskTarget {
  readonly kind: 'request';
  /** Makes a new key although there is one that could be used. */
  readonly newKey?: boolean;
  /** Names besides those that the compose files tell. */
  readonly names?: readonly string[];
}

/** Takes in what an authority signed, leaf and issuers in any order and in any number of files, and mounts it. */
export interface ImportTask extends Pick<KeyOptions, 'directory'> {
  readonly kind: 'import';
  /** Absolute; without it, the service is found by the key. */
  readonly service?: string;
  readonly requirement?: string;
  /** Absolute paths. */
  readonly certificates: readonly string[];
  /** Absolute path of the private key, where it isn't found by itself. */
  readonly key?: string;
  /** Absolute path of the authority's root certificate, where `certificates` don't hold it. */
  readonly root?: string;
  /** Takes it in although clients would refuse it. */
  readonly anyway?: boolean;
}

/** A certificate signed by an authority whose key is at hand. */
export interface SignTask extends KeyOptions, TaskTarget {
  readonly kind: 'sign';
  readonly authority: SigningAuthority;
  readonly newKey?: boolean;
  readonly names?: readonly string[];
}

/** A new certificate for the same key, with the names of the old one, and a bundle of both for the overlap. */
export interface RenewTask extends TaskTarget, Pick<KeyOptions, 'directory'> {
  readonly kind: 'renew';
  readonly days?: number;
  /** Names to add. */
  readonly names?: readonly string[];
  /** Renews although nothing is due. */
  readonly force?: boolean;
}

/** A new key in the place of one that works, with what keeps tokens and connections alive meanwhile. */
export interface RotateTask extends KeyOptions, TaskTarget {
  readonly kind: 'rotate';
  /** Rotates although the key was made less than a day ago. */
  readonly again?: boolean;
  /** Others may have the key: none of its tokens is accepted any more, whatever that means for those who have one. */
  readonly leaked?: boolean;
}

/** A key of its own for each of several services that share one. */
export interface SplitTask extends KeyOptions {
  readonly kind: 'split';
  /** Only this service gets a key of its own; the others go on sharing theirs. */
  readonly service?: string;
}

/** The same key in the form that the release loads, without a passphrase, in a new file. */
export interface ConvertTask extends TaskTarget, Pick<KeyOptions, 'directory'> {
  readonly kind: 'convert';
  readonly passphrase?: string;
}

/** The certificates that the Mender client has to trust, in one file. */
export interface BundleTask {
  readonly kind: 'bundle';
  /** Only the certificates of this service. */
  readonly service?: string;
  /** Absolute path of the bundle; `server.crt` beside the certificates without it. */
  readonly output?: string;
  /** Absolute path of the root certificates of the authorities that issued them, where they aren't beside. */
  readonly root?: string;
}

export type KeyTask =
  | GenerateTask
  | RequestTask
  | ImportTask
  | SignTask
  | RenewTask
  | RotateTask
  | SplitTask
  | ConvertTask
  | BundleTask;

export type TaskKind = KeyTask['kind'];

/**
 * How a target stands, for an icon or a colour. `ok`; `soon`: it works, and wants attention, as a certificate that ends
 * within `expiresSoonDays` or a key that services share; `bad`: there, and of no use now (expired, not yet valid, behind
 * a passphrase); `missing`: not mounted, or the file isn't there; `unknown`: nothing can be told of it from here.
 */
export type TargetLevel = 'ok' | 'soon' | 'bad' | 'missing' | 'unknown';

/** A TLS pair or a token key of the deployment, and what can be done with it. */
export interface KeyTarget {
  readonly service: string;
  /** Id of the certificate's requirement, or of the token key's. */
  readonly requirement: string;
  readonly kind: 'tls-pair' | 'token-key';
  /** For people: `TLS certificate of mender-api-gateway`. */
  readonly title: string;
  /** How it stands, one line for people: `expires on 2027-01-01 (34 days left)`, `missing`. */
  readonly state: string;
  /** The same in a word: the worst of its files'. */
  readonly level: TargetLevel;
  /** Of the certificate alone; undefined for a token key. */
  readonly certificateLevel: TargetLevel | undefined;
  /** Of the private key alone. */
  readonly keyLevel: TargetLevel;
  /** `state` as far as it fits after a name: `34 days left`. */
  readonly shortState: string;
  /** Host files: the certificate and its key, or the token key; undefined where none is known. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Names of the certificate that is there. */
  readonly names: readonly string[];
  /** Names that the compose files tell. */
  readonly reached: readonly string[];
  /** What makes sense for it now; a task of another kind is answered with a reason. */
  readonly tasks: readonly TaskKind[];
  /** True when the private key needs a passphrase (for `convert`). */
  readonly encrypted: boolean;
}

export type TaskAnswer =
  | { readonly kind: 'plan'; readonly plan: Plan }
  /** It is so already, and nothing would change. A whole sentence. */
  | { readonly kind: 'nothing'; readonly message: string }
  /** It can't be done: what is wrong, where, and what to do. */
  | {
      readonly kind: 'refused';
      readonly message: string;
      /** What would help where an encrypted key is in the way. */
      readonly passphrase?: 'needed' | 'wrong';
      /** True where a root certificate is asked for: the task's `root`. */
      readonly rootNeeded?: boolean;
      /** True where it can be done all the same: the task's `anyway`. */
      readonly anyway?: boolean;
      /** Directories outside of what the user opened or named: it can be done once they are allowed. */
      readonly outside?: readonly string[];
    };
