/** What one range of Mender releases needs: a table's shape. Supporting a release is a new row, not a new `if`. */

/** The part that a service plays in a Mender server, whatever it is called in a compose file. */
export type RoleId =
  | 'api-gateway'
  | 'storage-proxy'
  | 'deployments'
  | 'useradm'
  | 'deviceauth'
  | 'tenantadm'
  /** Enterprise's gateway for mutual TLS */
  | 'mtls';

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

/** How a private key may be written: the PEM label's format and the algorithm in it. */
export type PrivateKeyFormat = 'pkcs1-rsa' | 'pkcs8-rsa' | 'pkcs8-ed25519' | 'sec1-ec' | 'pkcs8-ec';

/** How a token key may be written. */
export type TokenKeyFormat = Extract<PrivateKeyFormat, 'pkcs1-rsa' | 'pkcs8-rsa' | 'pkcs8-ed25519'>;

/** When a file is asked for; where it can't be told from the compose files, it isn't (`needs.ts` decides). */
export type Need =
  | 'always'
  /** unless the API gateway is told to speak plain HTTP */
  | 'gateway-tls'
  /** by a storage proxy, unless its configuration is the one without TLS */
  | 'storage-proxy-tls'
  /** when the bundled Minio is reached through the API gateway */
  | 'storage-behind-gateway'
  /** when the deployments service reaches storage under a certificate of this stack (`storage.ts` decides) */
  | 'storage-trust'
  /** never asked for, read where it is there */
  | 'never';

/** An environment variable that names a host under which a TLS service is reached. */
export interface HostVariable {
  /** The service that has the variable; `any`: whichever does. */
  readonly role: RoleId | 'any';
  readonly name: string;
  readonly part: /** names with blanks or commas between them */
    | 'list'
    /** the host of a URL, or a bare host */
    | 'host'
    /** the host of a URL whose scheme is https */
    | 'https-host'
    /** a host, and `s3.` before it */
    | 'host-and-s3';
}

/** Where to find the names that a certificate must be good for. */
export interface HostNames {
  /** What Mender's demo uses. */
  readonly demo: readonly string[];
  /** Whose network aliases are such names. */
  readonly aliasesOf: RoleId;
  readonly variables: readonly HostVariable[];
  /** Names in Mender's production template that stand for the real one. */
  readonly placeholders: readonly string[];
}

/** How a service takes a new signing key and still knows the old ones. */
export interface Rotation {
  /** Other keys: files of this name in the directory of the signing key; the number becomes the key's id. 0 without one. */
  readonly fileName: RegExp;
  /** Variable that replaces `fileName`. */
  readonly patternVariable: string;
}

/** One file that a service must find at a path inside its container. */
export interface Requirement {
  readonly id: string;
  readonly role: RoleId;
  readonly kind: RequirementKind;
  /** The path inside the container: where Mender's own compose files of these releases put it. */
  readonly target: string;
  /** Further paths where Mender's own files or documentation put it. */
  readonly alternatives: readonly string[];
  /** Environment variable that moves the path; for a trusted certificate, the one that must name it. */
  readonly pathVariable: string | undefined;
  /** What the image reads when the variable isn't set. */
  readonly imageDefault: string;
  /** The same for Enterprise images, where it differs. */
  readonly enterprise: { readonly imageDefault: string; readonly certain: boolean } | undefined;
  /** Variable that names a second key, for tokens signed before. */
  readonly fallbackVariable: string | undefined;
  readonly rotation: Rotation | undefined;
  /** Files beside the signing key whose tokens are accepted as well, by name; undefined where none are loaded. */
  readonly besides: RegExp | undefined;
  /** Of a key whose tokens are accepted beside those of the signing key: how the service comes to it. Not in the table. */
  readonly accepted?: 'fallback' | 'numbered';
  readonly need: Need;
  /** Which endpoint a TLS file serves; undefined for others. */
  readonly serves: readonly ('api' | 'storage')[];
  readonly hostNames: HostNames | undefined;
  /** What the service loads; undefined for certificates and where it isn't known. */
  readonly keyFormats: readonly PrivateKeyFormat[] | undefined;
  /** The other half of a TLS pair. */
  readonly pairsWith: string | undefined;
  /** Where Mender's own text for these releases puts the file on the host, relative to the project directory. */
  readonly documentedSource: string;
  /** What the file is, for messages: "TLS certificate". */
  readonly title: string;
  /** What the service does without it, after its name: `cannot sign user tokens`. Empty where nothing happens. */
  readonly consequence: string;
  /** Where this is known from: `repository@tag:path`. */
  readonly sources: readonly string[];
}

export interface Layout {
  readonly id: string;
  /** For messages: which releases. */
  readonly title: string;
  /** First and last release, without patch: `3.5`, `3.6`. undefined: before the first one. */
  readonly releases: { readonly from: string; readonly to: string } | undefined;
  /** Variables by which Mender's own compose files of these releases, and no others, name images. */
  readonly imageVariables: readonly string[];
  /** Names of services that Mender's own compose files of these releases have, and no earlier ones. */
  readonly serviceNames: readonly string[];
  /** For people: how it is told, beside the versions of images. */
  readonly recognisedBy: readonly string[];
  /** What ends TLS. */
  readonly gateway: 'nginx' | 'traefik';
  /** Versions of the gateway's image `traefik` that Mender's files of these releases name, without patch. */
  readonly traefik: readonly string[];
  /** Whose certificate clients of artifact storage meet, unless a stand-alone storage proxy is there. */
  readonly storageServer: 'storage-proxy' | 'api-gateway';
  /** What `STORAGE_BACKEND_CERT` holds: a path in the container, or PEM text; unused where nothing reads it. */
  readonly storageBackendCert: 'path' | 'text' | 'unused';
  /** Whether Mender's own files connect the deployments service to storage by https. */
  readonly storageByHttps: boolean;
  /** Whether storage is behind a proxy even where the compose file doesn't show one. */
  readonly storageProxyByDefault: boolean;
  readonly requirements: readonly Requirement[];
  /** Configuration that Mender's files mount beside certificates; a mount there tells the layout. */
  readonly supportTargets: readonly string[];
  /** What the token services of this layout load; anything else makes them restart for ever. */
  readonly tokenKeyFormats: readonly TokenKeyFormat[];
  /** The user that the token services run as in their containers; undefined: root. */
  readonly containerUid: number | undefined;
  /** Their group; without meaning for root. */
  readonly containerGid: number;
  /**
   * How Mender's own text for this layout mounts keys. Where it is read-write, a deployment that follows the
   * text to the letter is not told that it could do better.
   */
  readonly documentedMode: 'read-write' | 'read-only';
  /** Whether users can have personal access tokens, which the token key of user administration signs. */
  readonly accessTokens: boolean;
  /** What is worth knowing, for the page of releases. */
  readonly notes: readonly string[];
}

/** A container path that some other release reads, and what it was for. */
export interface ForeignTarget {
  readonly target: string;
  readonly role: RoleId;
  readonly kind: RequirementKind;
  readonly serves: Requirement['serves'];
  /** For messages: `3.0 to 3.8`. */
  readonly releases: string;
}
