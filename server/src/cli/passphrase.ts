/** Where a passphrase comes from: a file, a variable, a person. Never from the command line, which others can read. */
import type { Parsed } from './arguments';
import { sayProblem } from './find-files';
import { displayer } from './gather';
import type { Session } from './session';
import { readPath } from './task-options';
import { CommandError, type Context } from './terminal';

export const PASSPHRASE_VARIABLE = 'MENDER_COMPOSE_PASSPHRASE';

/** Bytes of a passphrase file, and of a key that is looked at to see whether it has a passphrase. */
const LARGEST = { passphrase: 4096, key: 1024 * 1024 };

/**
 * The passphrase that the command line or the environment gives, or undefined.
 * @throws CommandError for a file that can't be read or holds none
 */
export async function givenPassphrase(parsed: Parsed, context: Context): Promise<string | undefined> {
  const { host } = context;
  const file = readPath(parsed, 'passphrase-file', context);
  // An empty variable is how scripts say that there is none.
  if (file === undefined) return host.environment(PASSPHRASE_VARIABLE) || undefined;
  const name = displayer(context)(file);
  const bytes = await host.files.read(file, LARGEST.passphrase);
  if (!bytes.ok) {
    throw new CommandError(
      bytes.problem === 'too-large'
        ? `${name} is too large for a passphrase. Put the passphrase alone on its first line.`
        : sayProblem(name, bytes.problem),
    );
  }
  // The first line, as openssl reads it.
  const passphrase = decode(bytes.value)?.split(/\r?\n/)[0];
  if (passphrase === undefined) throw new CommandError(`${name} is not UTF-8, so it holds no passphrase.`);
  if (passphrase === '') throw new CommandError(`${name} holds no passphrase on its first line.`);
  return passphrase;
}

/**
 * The passphrase of a key that needs one: given, else asked for.
 * @throws CommandError where there is none, and nobody can be asked; Interrupted on Ctrl-C
 */
export async function passphraseOf(key: string, { context, parsed, prompt }: Session): Promise<string> {
  const given = await givenPassphrase(parsed, context);
  if (given !== undefined) return given;
  const name = displayer(context)(key);
  const typed = await prompt?.askSecret(`Passphrase of ${name}: `);
  if (typed) return typed;
  throw new CommandError(
    `${name} needs a passphrase. Give it with --passphrase-file FILE or in the variable ${PASSPHRASE_VARIABLE}.`,
  );
}

/** True for a PEM file that says of a key in it that it is encrypted. Nothing of the file is kept. */
export async function looksEncrypted(key: string, { host }: Context): Promise<boolean> {
  const bytes = await host.files.read(key, LARGEST.key);
  return bytes.ok && /^-----BEGIN ENCRYPTED |^Proc-Type:.*ENCRYPTED/m.test(decode(bytes.value) ?? '');
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
