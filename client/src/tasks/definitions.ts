/** Which questions each task asks, and the task that the answers make. */
import type { KeyTarget, KeyTask } from '../../../server/src/language-server/protocol/index';
import { askAuthorityCertificate, askAuthorityKey, askCertificates, askOutput } from './file-questions';
import {
  type Asking,
  askAddedNames,
  askDays,
  askDirectory,
  askKey,
  askLeaked,
  askNames,
  askTarget,
  type Choices,
  type TaskQuestion,
} from './questions';
import type { TaskKind } from './texts';

export interface Definition {
  /** Kinds of targets that the task can be about; none when it is about the whole stack. */
  readonly about: readonly KeyTarget['kind'][];
  /** Asked every time. */
  questions(asking: Asking): readonly TaskQuestion[];
  /** Asked when the user wants options. */
  options(asking: Asking): readonly TaskQuestion[];
  /**
   * Undefined stands for all that is missing, made with the defaults.
   * @param passphrase of the key that the task reads
   */
  task(choices: Choices, passphrase: string | undefined): KeyTask | undefined;
}

export const DEFINITIONS: Readonly<Record<TaskKind, Definition>> = {
  generate: {
    about: [],
    questions: () => [],
    options: (asking) => [askKey(asking, false), askDays(asking), askDirectory(asking)],
    task: (choices) =>
      choices.options ? { kind: 'generate', ...keyOf(choices), ...whereOf(choices) } : undefined,
  },
  request: {
    about: ['tls-pair'],
    questions: (asking) => [askTarget(asking), askKey(asking, true), askNames(asking)],
    options: (asking) => [askDirectory(asking)],
    task: (choices) => ({
      kind: 'request',
      ...targetOf(choices),
      ...keyOf(choices),
      newKey: choices.key?.newKey,
      names: choices.names,
      directory: choices.directory,
    }),
  },
  import: {
    // The service is found by the key, and asked for only where that fails.
    about: [],
    questions: (asking) => [askCertificates(asking)],
    options: () => [],
    task: (choices) => ({
      kind: 'import',
      service: choices.target?.service,
      requirement: choices.target?.requirement,
      certificates: choices.certificates ?? [],
      root: rootOf(choices),
      anyway: choices.anyway,
    }),
  },
  sign: {
    about: ['tls-pair'],
    questions: (asking) => [
      askAuthorityCertificate(asking),
      askAuthorityKey(asking),
      askTarget(asking),
      askNames(asking),
      askDays(asking),
    ],
    options: (asking) => [askKey(asking, true), askDirectory(asking)],
    task: (choices, passphrase) => ({
      kind: 'sign',
      ...targetOf(choices),
      ...keyOf(choices),
      ...whereOf(choices),
      newKey: choices.key?.newKey,
      names: choices.names,
      authority: {
        certificate: choices.authorityCertificate ?? '',
        key: choices.authorityKey ?? '',
        passphrase,
        root: rootOf(choices),
      },
    }),
  },
  renew: {
    about: ['tls-pair'],
    questions: (asking) => [askTarget(asking)],
    options: (asking) => [askDays(asking), askAddedNames(asking)],
    task: (choices) => ({
      kind: 'renew',
      ...targetOf(choices),
      days: choices.days,
      names: choices.names,
      force: choices.anyway,
    }),
  },
  rotate: {
    about: ['tls-pair', 'token-key'],
    questions: (asking) => [askTarget(asking)],
    options: (asking) => [askLeaked(asking), askKey(asking, false)],
    task: (choices) => ({
      kind: 'rotate',
      ...targetOf(choices),
      ...keyOf(choices),
      again: choices.anyway,
      leaked: choices.leaked,
    }),
  },
  split: {
    about: [],
    questions: () => [],
    options: (asking) => [askKey(asking, false)],
    task: (choices) => ({ kind: 'split', ...keyOf(choices) }),
  },
  convert: {
    about: ['tls-pair', 'token-key'],
    questions: (asking) => [askTarget(asking)],
    options: () => [],
    task: (choices, passphrase) => ({ kind: 'convert', ...targetOf(choices), passphrase }),
  },
  bundle: {
    about: [],
    questions: () => [],
    options: (asking) => [askOutput(asking)],
    task: (choices) => ({ kind: 'bundle', output: choices.output, root: rootOf(choices) }),
  },
};

function targetOf({ target }: Choices) {
  return { service: target?.service ?? '', requirement: target?.requirement };
}

function rootOf({ root }: Choices): string | undefined {
  return root === false ? undefined : root;
}

function keyOf({ key }: Choices) {
  return { algorithm: key?.algorithm, bits: key?.bits };
}

function whereOf({ days, directory }: Choices) {
  return { days, directory };
}
