/** What `--help` says about the commands for keys. */

import {
  BUNDLE_OPTIONS,
  CONVERT_OPTIONS,
  CSR_OPTIONS,
  IMPORT_OPTIONS,
  RENEW_OPTIONS,
  ROTATE_OPTIONS,
  SIGN_OPTIONS,
  SPLIT_OPTIONS,
} from '../options/options';
import type { CommandHelp } from './help';

const ENDING = `The plan is shown and confirmed first, or carried out at once with --yes. No file with a key or a
certificate is ever overwritten. A second run changes nothing.

Exit code: 0 done, or so already; 1 you said no; 2 wrong usage, or something could not be done.`;

const PASSPHRASE = `A passphrase is asked for on a terminal, and not shown. Without a terminal, give it with --passphrase-file or
in the variable MENDER_COMPOSE_PASSPHRASE.`;

export const KEY_COMMANDS = {
  csr: {
    group: 'keys',
    usage: 'mender-compose csr [OPTION…] [PATH… | -f FILE…]',
    summary: 'Write a certificate request for an authority elsewhere.',
    details: `Uses the private key that is there, or makes one. What comes back is taken in with import.

${ENDING}`,
    options: CSR_OPTIONS,
  },
  import: {
    group: 'keys',
    usage: 'mender-compose import [OPTION…] CERTIFICATE… [-f FILE…]',
    summary: 'Take in a certificate that an authority signed, and mount it.',
    details: `CERTIFICATE is a file with the certificate, its issuers or both, in any order. The service is found by its
private key. -f names the compose files; the default is those of the current directory.

${ENDING}`,
    options: IMPORT_OPTIONS,
  },
  sign: {
    group: 'keys',
    usage: 'mender-compose sign --ca-cert FILE --ca-key FILE [OPTION…] [PATH… | -f FILE…]',
    summary: 'Make a certificate signed by your own authority, and mount it.',
    details: `${PASSPHRASE}

${ENDING}`,
    options: SIGN_OPTIONS,
  },
  renew: {
    group: 'keys',
    usage: 'mender-compose renew [OPTION…] [PATH… | -f FILE…]',
    summary: 'Make a new certificate for the same key, before the old one expires.',
    details: `The new certificate has the names and usages of the old one, and a bundle of both serves for the time of the
change.

${ENDING}`,
    options: RENEW_OPTIONS,
  },
  rotate: {
    group: 'keys',
    usage: 'mender-compose rotate [OPTION…] [PATH… | -f FILE…]',
    summary: 'Put a new key in the place of one that works.',
    details: `The plan says what it means for those who are signed in or connected. What the old key signed stays valid where
the release has a way for that; not with --leaked, and not for a key that Mender publishes.

${ENDING}`,
    options: ROTATE_OPTIONS,
  },
  split: {
    group: 'keys',
    usage: 'mender-compose split [OPTION…] [PATH… | -f FILE…]',
    summary: 'Give each of several services that share a key one of its own.',
    details: ENDING,
    options: SPLIT_OPTIONS,
  },
  convert: {
    group: 'keys',
    usage: 'mender-compose convert [OPTION…] [PATH… | -f FILE…]',
    summary: 'Write a key in the form that its service loads, without a passphrase.',
    details: `The key stays the same; it goes into a new file, and the old one is kept.

${PASSPHRASE}

${ENDING}`,
    options: CONVERT_OPTIONS,
  },
  bundle: {
    group: 'keys',
    usage: 'mender-compose bundle [OPTION…] [PATH… | -f FILE…]',
    summary: 'Write the certificates that the Mender client has to trust to one file.',
    details: `Only certificates that sign themselves make devices trust a server: its own, or the root of its authority. --root
gives that where it isn't beside the certificates.

${ENDING}`,
    options: BUNDLE_OPTIONS,
  },
} satisfies Record<string, CommandHelp>;
