/** What one range of Mender releases needs: a table's shape. Supporting a release is a new row, not a new `if`. */

/** The part that a service plays in a Mender server, whatever it is called in a compose file. */
export type RoleId = 'api-gateway' | 'storage-proxy' | 'deployments' | 'useradm' | 'deviceauth';

export interface Role {
  readonly id: RoleId;
  /** For messages: "API gateway". */
  readonly title: string;
  /** Service names that mean this role in any stack. */
  readonly names: readonly string[];
  /** Names that other software uses as well: they mean it only beside another sign of Mender. */
  readonly commonNames: readonly string[];
  /** Container paths, or their beginnings, that no other software has: a mount there tells the role. */
  readonly marks: readonly string[];
  /** Last part of the image's repository, for images of a `mendersoftware` or Mender registry. */
  readonly images: readonly string[];
}

export type RequirementKind =
  | 'certificate'
  | 'private-key'
  /** a private key that signs tokens */
  | 'token-key'
  /** a certificate to trust, named by a variable */
  | 'trusted-certificate';

/** One file that a service must find at a path inside its container. */
export interface Requirement {
  readonly id: string;
  readonly role: RoleId;
  readonly kind: RequirementKind;
  /** The path inside the container. */
  readonly target: string;
  /** Environment variable that moves the path; for a trusted certificate, the one that must name it. */
  readonly pathVariable: string | undefined;
  /** The other half of a TLS pair. */
  readonly pairsWith: string | undefined;
  /** Where Mender's documentation puts the file on the host, relative to the project directory. */
  readonly documentedSource: string;
  /** What the file is, for messages: "its TLS certificate". */
  readonly title: string;
}

/** How a token key may be written: the PEM label's format and the algorithm in it. */
export type TokenKeyFormat = 'pkcs1-rsa' | 'pkcs8-rsa' | 'pkcs8-ed25519';

export interface Layout {
  readonly id: string;
  /** For messages: which releases. */
  readonly title: string;
  readonly requirements: readonly Requirement[];
  /** What the token services of this layout load; anything else makes them restart for ever. */
  readonly tokenKeyFormats: readonly TokenKeyFormat[];
  /** The user that the token services run as in their containers; undefined: root. */
  readonly containerUid: number | undefined;
  /**
   * How Mender's own text for this layout mounts keys. Where it is read-write, a deployment that follows the
   * text to the letter is not told that it could do better.
   */
  readonly documentedMode: 'read-write' | 'read-only';
}

/** A container path that some other release reads, and the requirement of this layout that it corresponds to. */
export interface ForeignTarget {
  readonly target: string;
  readonly role: RoleId;
  readonly kind: RequirementKind;
  readonly releases: string;
}
