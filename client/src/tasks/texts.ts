/** What the tasks' prompts say. */
import type { KeyTarget, KeyTask } from '../../../server/src/language-server/protocol/index';
import { t } from '../l10n/translate';
import type { Choice } from '../ui/ui';

export type TaskKind = KeyTask['kind'];

/** Over each prompt of a task. */
export const TITLES: Readonly<Record<TaskKind, string>> = {
  generate: t('Generate Mender keys'),
  request: t('Create certificate request'),
  import: t('Import signed certificate'),
  sign: t('Sign certificate with your own authority'),
  renew: t('Renew certificate'),
  rotate: t('Rotate key'),
  split: t('Give each service a key of its own'),
  convert: t('Convert key'),
  bundle: t('Write trust bundle for the Mender client'),
};

/** When no service has anything that a task of this kind could be about. */
export const NO_TARGET: Readonly<Record<TaskKind, string>> = {
  generate: t('There is no Mender service in this file.'),
  request: t('No service here needs a TLS certificate.'),
  import: t('No service here needs a TLS certificate.'),
  sign: t('No service here needs a TLS certificate.'),
  renew: t('There is no certificate here that could be renewed.'),
  rotate: t('There is no key here that could be rotated.'),
  split: t('There is no Mender service in this file.'),
  convert: t('There is no key here that could be converted.'),
  bundle: t('There is no Mender service in this file.'),
};

/** On the button that does it although nothing is due. */
export const ANYWAY: Readonly<Partial<Record<TaskKind, string>>> = {
  renew: t('Renew anyway'),
  rotate: t('Rotate anyway'),
  import: t('Import anyway'),
};

export const CHOOSE_ROOT = t('Choose the root certificate…');

/** Why a root certificate is asked for. */
export function rootReason(authority: string): string {
  return t('Devices trust {0} by its root certificate alone, which is not at hand.', authority);
}

/** What stands over the list of services. */
export function targetPlaceholder(kind: TaskKind): string {
  switch (kind) {
    case 'renew':
      return t('Which certificate shall be renewed?');
    case 'rotate':
      return t('Which key shall be replaced by a new one?');
    case 'convert':
      return t('Which key shall be converted?');
    case 'import':
      return t('Which service is the certificate for?');
    default:
      return t('Which service needs the certificate?');
  }
}

export function targetChoice(target: KeyTarget): Choice<KeyTarget> {
  const icon = target.kind === 'tls-pair' ? 'shield' : 'key';
  return { icon, label: target.title, description: target.state, value: target };
}

export const DAYS_PROMPT = t('For how many days the certificate is valid.');
export const DAYS_PROBLEM = t('Enter a whole number of days from 1 to 36500.');
export const PASSPHRASE_PROMPT = t('The passphrase of the private key. It is used once, and kept nowhere.');
export const PASSPHRASE_MISSING = t('Enter the passphrase.');

export function addedNamesPrompt(service: string): string {
  return t(
    'Names to add to the certificate of {0}, separated by commas. Those that it has stay in it; leave this empty to add none.',
    service,
  );
}

export function taskNamesPrompt(service: string): string {
  return t(
    'Names in the certificate of {0}, separated by commas: the host names and IP addresses under which devices and services reach it.',
    service,
  );
}
