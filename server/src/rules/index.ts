/** Every rule, by name: no folder is scanned. The order is that of README and settings. */

import { certificateChainRefused } from './certificate-chain-refused';
import { certificateExpired } from './certificate-expired';
import { certificateExpiresSoon } from './certificate-expires-soon';
import { certificateHostMismatch } from './certificate-host-mismatch';
import { certificateKeyMismatch } from './certificate-key-mismatch';
import { certificateNotYetValid } from './certificate-not-yet-valid';
import { certificateWithoutSan } from './certificate-without-san';
import { certificateWrongUsage } from './certificate-wrong-usage';
import { encryptedPrivateKey } from './encrypted-private-key';
import { invalidCompose } from './invalid-compose';
import { keyFileIsDirectory } from './key-file-is-directory';
import { keyFileMissing } from './key-file-missing';
import { misplacedMount } from './misplaced-mount';
import { missingCertificateMount } from './missing-certificate-mount';
import { missingPrivateKeyMount } from './missing-private-key-mount';
import { missingStorageBackendCert } from './missing-storage-backend-cert';
import { missingStorageCertificateMount } from './missing-storage-certificate-mount';
import { missingTokenKeyMount } from './missing-token-key-mount';
import { notLoadable } from './not-loadable';
import { notPem } from './not-pem';
import { privateKeyInGit } from './private-key-in-git';
import { privateKeyPermissions } from './private-key-permissions';
import { publishedPrivateKey } from './published-private-key';
import { sharedPrivateKey } from './shared-private-key';
import { sharedTokenKey } from './shared-token-key';
import { storageBackendCertNotMounted } from './storage-backend-cert-not-mounted';
import { storageCertificateDiffers } from './storage-certificate-differs';
import type { Rule } from './support/rule';
import { tokenKeyNotPkcs1 } from './token-key-not-pkcs1';
import { tokenKeyNotRsa } from './token-key-not-rsa';
import { unresolvedVariable } from './unresolved-variable';
import { weakKey } from './weak-key';
import { weakSignature } from './weak-signature';
import { writableKeyMount } from './writable-key-mount';
import { wrongPemType } from './wrong-pem-type';

/** What the compose files alone tell. */
const composeRules: readonly Rule[] = [
  missingCertificateMount,
  missingPrivateKeyMount,
  missingTokenKeyMount,
  missingStorageCertificateMount,
  missingStorageBackendCert,
  storageBackendCertNotMounted,
  sharedTokenKey,
  sharedPrivateKey,
  misplacedMount,
  writableKeyMount,
  unresolvedVariable,
  invalidCompose,
];

/** What the files behind mounts hold. */
export const mountedFileRules: readonly Rule[] = [
  keyFileMissing,
  keyFileIsDirectory,
  notPem,
  wrongPemType,
  encryptedPrivateKey,
  tokenKeyNotRsa,
  tokenKeyNotPkcs1,
  notLoadable,
  weakKey,
  certificateKeyMismatch,
  certificateExpired,
  certificateNotYetValid,
  certificateExpiresSoon,
  certificateHostMismatch,
  certificateWithoutSan,
  certificateWrongUsage,
  certificateChainRefused,
  weakSignature,
  storageCertificateDiffers,
  publishedPrivateKey,
  privateKeyPermissions,
  privateKeyInGit,
];

export const rules: readonly Rule[] = [...composeRules, ...mountedFileRules];

const byCode = new Map(rules.map((rule) => [rule.code, rule]));

/** The rule of a finding's code. Throws for a code that no rule has. */
export function ruleOf(code: string): Rule {
  const rule = byCode.get(code);
  if (!rule) throw new Error(`There is no rule ${code}.`);
  return rule;
}
