/**
 * A deployment as it can be drawn: services, the files behind their mounts, and what is known of both. Facts alone:
 * never a key's text. Ids count within one `StackMap`, and stay the same while the compose files do.
 */
import type { RequirementKind } from '../../mender/model/layout';
import type { Validity } from '../../pki/x509/validity';
import type { Range, Severity } from './findings';

/** A place in a compose file. */
export interface MapPlace {
  readonly file: string;
  readonly range: Range;
}

/** How something stands: the worst that is told of it, or `unknown` where nothing could be looked at. */
export type MapState = 'good' | 'information' | 'warning' | 'error' | 'unknown';

export interface MapFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place: MapPlace;
}

export interface MapService {
  readonly id: string;
  readonly name: string;
  /** The part that it plays, for people: "API gateway". */
  readonly role: string;
  readonly place: MapPlace | undefined;
  /** The worst of its findings and of its mounts; `unknown` where there is nothing bad, and a mount isn't known. */
  readonly state: MapState;
  /** What is told of the service and not of one of its mounts. */
  readonly findings: readonly MapFinding[];
}

/** A certificate, by what is public of it. */
export interface MapCertificate {
  /** What it was made out to; undefined for one without a common name. */
  readonly subject: string | undefined;
  /** Its subject alternative names. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly validFrom: number | undefined;
  readonly validTo: number | undefined;
  readonly validity: Validity | 'expires-soon';
  /** Whole days from now to its end; negative once that is over. */
  readonly daysLeft: number | undefined;
  readonly selfSigned: boolean;
  /** The first bytes of its SHA-256. */
  readonly fingerprint: string;
  /** Certificates that follow it in the file. */
  readonly others: number;
}

/** A private key, by what is public of it. */
export interface MapKey {
  /** `RSA 2048`; undefined where that can't be told. */
  readonly algorithm: string | undefined;
  readonly encrypted: boolean;
  /** The first bytes of the SHA-256 of its public key. */
  readonly fingerprint: string | undefined;
}

/** What is there in a file's place. */
export type MapPresence =
  | 'present'
  | 'missing'
  | 'directory'
  | 'unreadable'
  | 'not-pem'
  /** nothing is mounted, though the service needs it */
  | 'not-mounted'
  /** on the host, but not looked into: an untrusted workspace, or no file of ours */
  | 'not-read'
  /** a named volume, a variable without value, an unsaved compose file */
  | 'unknown';

export interface MapFile {
  readonly id: string;
  /** As the compose file has it; the title of what is needed where nothing is mounted. */
  readonly label: string;
  /** Absolute; undefined where it isn't known. */
  readonly path: string | undefined;
  /** Where it leads, when it is a symbolic link. */
  readonly leadsTo: string | undefined;
  /** What services take it for, each once. */
  readonly purposes: readonly RequirementKind[];
  readonly presence: MapPresence;
  readonly certificate: MapCertificate | undefined;
  readonly key: MapKey | undefined;
  /** True where it holds certificates and nothing else, so that it may be shown. */
  readonly certificatesOnly: boolean;
  readonly state: MapState;
  /** Where the mount is written that names it first; the service's name where nothing is mounted. */
  readonly place: MapPlace | undefined;
}

/** A file in a service: a mount, or the lack of one. */
export interface MapMount {
  readonly id: string;
  /** Ids. */
  readonly service: string;
  readonly file: string;
  readonly kind: RequirementKind;
  /** What it is for: "TLS certificate". */
  readonly title: string;
  /** The path in the container. */
  readonly target: string;
  readonly readOnly: boolean;
  /** False where nothing is mounted. */
  readonly mounted: boolean;
  /** True where it is mounted at a path that nothing reads, close to one that is read. */
  readonly misplaced: boolean;
  readonly state: MapState;
  readonly findings: readonly MapFinding[];
  /** What makes the state worse and is told by no finding here, a sentence: that what the service trusts has expired. */
  readonly note: string | undefined;
  readonly place: MapPlace | undefined;
}

/** One private key in several services: one file, or files with one public key. */
export interface MapSharedKey {
  /** Ids, each once. */
  readonly files: readonly string[];
  readonly services: readonly string[];
}

export interface StackMap {
  /** What people call the deployment; undefined where nobody gave it a name. */
  readonly name: string | undefined;
  /** `Mender 3.7.0` */
  readonly release: string;
  /** Ids of the compose files, in merge order. */
  readonly composeFiles: readonly string[];
  /** Whether files were looked into: false in an untrusted workspace, and for files without a path. */
  readonly looked: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly services: readonly MapService[];
  readonly files: readonly MapFile[];
  readonly mounts: readonly MapMount[];
  readonly shared: readonly MapSharedKey[];
  /** What is told of no service: that a file can't be read. */
  readonly findings: readonly MapFinding[];
  /** Of everything in the stack, by severity. */
  readonly counts: Readonly<Record<Severity, number>>;
}
