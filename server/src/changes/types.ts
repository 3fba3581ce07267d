/** What a fix proposes, before it is rendered into text edits: operations on compose files, and keys to make. */
import type { PlatformPath } from 'node:path';
import type { EditOperation } from '../compose/edit/operations';
import type { IgnoreLines } from '../git/ignore-file';
import type { Deployment, MenderComponent, RequirementState } from '../mender/model/deployment';
import type { FileFacts } from '../pki/files/file-facts-cache';
import type { ContainerUser } from '../pki/files/permissions';
import type { AuthorityFiles } from '../pki/generate/authority';
import type { KeyRequest } from '../pki/generate/requests';
import type { SigningCheck } from '../pki/generate/signing-check';
import type { Trouble } from '../pki/pem/load-private-key';
import type { KeyEncoding, PemFacts } from '../pki/types';
import type { RuleFinding } from '../rules/support/rule';

export interface FileOperation {
  /** The id of the compose file to edit. */
  readonly file: string;
  readonly operation: EditOperation;
  /** What has one name is carried out together or not at all: what is moved must not get lost, nor a key be made for nothing. */
  readonly together?: string;
}

/** Key material to make, and the service that it is for. */
export interface KeyJob {
  readonly order: KeyRequest;
  readonly mender: MenderComponent;
  /** Names of the certificate that it replaces, which the new one has as well. */
  readonly keepNames?: readonly string[];
  readonly together?: string;
}

/** Permission bits to set, of a file or directory on the host. */
export interface ModeChange {
  /** absolute */
  readonly path: string;
  readonly mode: number;
  readonly together?: string;
}

/** Operations and key jobs that belong together. */
export interface Part {
  readonly operations: readonly FileOperation[];
  readonly jobs: readonly KeyJob[];
  /** In this order, before the files are made. */
  readonly modes?: readonly ModeChange[];
  /** What it means for those who are signed in or connected, one sentence each. */
  readonly effects?: readonly string[];
  readonly reminders: readonly string[];
}

export interface Draft extends Part {
  readonly title: string;
  readonly preferred: boolean;
  /** Whether `source.fixAll.mender` may carry it out without asking. */
  readonly automatic: boolean;
}

/** What is known of a file on the host; never its content. */
export interface FileView {
  readonly kind: 'certificate' | 'private-key' | 'other';
  /** SHA-256 of the SubjectPublicKeyInfo, where it can be told. */
  readonly publicKey: string | undefined;
  /** An RSA key that token services load, encoding aside, and sign with. */
  readonly rsa: boolean;
  /** RSA, or EC on a curve that TLS clients know: a certificate can be made for it. */
  readonly tls: boolean;
  readonly encrypted: boolean;
  /** Anyone can have its private key: Mender ships it for demos, examples or tests. */
  readonly published: boolean;
  /** How many certificates it holds. */
  readonly certificates: number;
  /** Of a private key, where it can be told. */
  readonly encoding?: KeyEncoding | undefined;
}

/** The host's files as fixes see them. Answers are from before the plan: nothing has been written. */
export interface HostFiles {
  readonly paths: PlatformPath;
  readonly platform: 'posix' | 'windows';
  /** Whether files can be given to other users. */
  readonly isRoot: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** True when the name is taken by anything. */
  exists(path: string): Promise<boolean>;
  /** undefined when it can't be read or holds no PEM. */
  view(path: string): Promise<FileView | undefined>;
  /** All that is known of a file; in an untrusted workspace nothing is. */
  facts(path: string): Promise<FileFacts | undefined>;
  /**
   * Whether a directory keeps all but its owner from what is in it, or will: one that is still to be made. True on
   * Windows, where there are no modes to tell by.
   */
  guards(directory: string): Promise<boolean>;
  /**
   * Whether a directory's own mode lets a user of a container in; any user where it isn't known. True of one that is
   * still to be made, and where there are no modes.
   */
  lets(user: ContainerUser | undefined, directory: string): Promise<boolean>;
  /** What clients would say of a certificate for `names` that an authority signs; or why it can't sign. */
  authority(files: AuthorityFiles, names: readonly string[]): Promise<SigningCheck | KeyTrouble>;
  /** What the private key in a file would be, once it is written anew; or why it can't be loaded. */
  converted(path: string, passphrase: string | undefined): Promise<PemFacts | KeyTrouble>;
  /** Files with a PEM-like name in these directories, not below them; sorted. */
  pemFiles(directories: readonly string[]): Promise<readonly string[]>;
  /**
   * The lines that keep a private key out of git, in the ignore file of the project directory `home` where that can be;
   * none where git would not take it up, or where no line could help.
   */
  ignoring(key: string, home: string | undefined): Promise<readonly IgnoreLines[]>;
  /** Certificate requests in a directory, by name; sorted. */
  requestFiles(directory: string): Promise<readonly string[]>;
  /** Directories in a directory; sorted. */
  directories(directory: string): Promise<readonly string[]>;
}

export type KeyTrouble = Trouble;

export interface FixContext {
  readonly deployment: Deployment;
  readonly around: HostFiles;
  readonly planned: PlannedState;
  /** Absolute: where new files go, whatever the documentation says. */
  readonly directory?: string;
}

/**
 * The deployment as it will be once the parts planned so far are carried out, so that a later part builds on
 * them: the deployments service trusts the certificate that is about to be made.
 */
export interface PlannedState {
  isMounted(state: RequirementState): boolean;
  /** The host file behind a requirement; undefined when nothing is mounted, or it can't be known. */
  hostFile(state: RequirementState): string | undefined;
  /** A requirement will be met by this file; undefined where it can't be known. */
  meet(state: RequirementState, hostFile: string | undefined): void;
  /** Reserves a path, so that two parts don't make one file. */
  take(path: string): void;
  isTaken(path: string): boolean;
  /** Another one whenever a requirement was met. */
  readonly version: number;
  /** Remembers the state of now; what it answers goes back there. */
  checkpoint(): () => void;
}

export function createPlannedState(): PlannedState {
  const met = new Map<RequirementState, string | undefined>();
  const taken = new Set<string>();
  const undo: (() => void)[] = [];
  let version = 0;
  return {
    get version() {
      return version;
    },
    isMounted: (state) => met.has(state) || state.mount !== undefined,
    hostFile: (state) => (met.has(state) ? met.get(state) : state.hostFile),
    meet(state, hostFile) {
      const [wasMet, before] = [met.has(state), met.get(state)];
      undo.push(() => (wasMet ? met.set(state, before) : met.delete(state)));
      met.set(state, hostFile);
      version++;
    },
    take(path) {
      if (!taken.has(path)) undo.push(() => taken.delete(path));
      taken.add(path);
    },
    isTaken: (path) => taken.has(path),
    checkpoint() {
      const length = undo.length;
      return () => {
        if (undo.length > length) version++;
        while (undo.length > length) undo.pop()?.();
      };
    },
  };
}

/** A fix: proposals for one finding, best first. */
export type Fix = (finding: RuleFinding, context: FixContext) => Promise<readonly Draft[]>;

export const EMPTY: Part = { operations: [], jobs: [], reminders: [] };

/** A part that is carried out as a whole or not at all; parts that do the same have the same name. */
export function whole<T extends Part>(part: T): T {
  const { operations, jobs, modes = [] } = part;
  if (operations.length === 0) return part;
  const together = JSON.stringify(operations.map(({ file, operation }) => [file, operation]));
  return {
    ...part,
    operations: operations.map((each) => ({ ...each, together })),
    jobs: jobs.map((each) => ({ ...each, together })),
    modes: modes.map((each) => ({ ...each, together })),
  };
}

export function joinParts(parts: readonly (Part | undefined)[]): Part {
  const present = parts.filter((part) => part !== undefined);
  return {
    operations: present.flatMap((part) => part.operations),
    jobs: present.flatMap((part) => part.jobs),
    modes: present.flatMap((part) => part.modes ?? []),
    effects: [...new Set(present.flatMap((part) => part.effects ?? []))],
    reminders: [...new Set(present.flatMap((part) => part.reminders))],
  };
}
