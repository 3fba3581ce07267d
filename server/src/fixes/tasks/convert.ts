/** Conversion: the same private key in the form that the release loads, without a passphrase, in a new file. */
import type { MenderService, RequirementState } from '../../mender/deployment';
import type { FixContext, Part } from '../draft';
import { freeKeyPath, readerOf, replaceOperations, shownPath, whyNotMounted } from '../place';
import { type Drafted, findTarget, keyIn, nothing, refused, type TaskContext } from './task';

export interface ConvertOptions {
  readonly service: string;
  readonly requirement?: string;
  readonly passphrase?: string;
}

export async function planConversion(options: ConvertOptions, context: TaskContext): Promise<Drafted> {
  const found = findTarget(context, options);
  if (typeof found === 'string') return refused(found);
  const { mender } = 'tls' in found ? found.tls : found.token;
  const state = 'tls' in found ? found.tls.pair.key : found.token.state;
  const file = state.hostFile;
  const block = await keyIn(file, context);
  if (file === undefined || block === undefined) {
    return refused(`${mender.service.name} has no private key that could be converted.`);
  }
  const shown = shownPath(file, context);
  const formats = state.requirement.keyFormats ?? [];
  const pkcs1 = block.algorithm === 'rsa' && block.encoding === 'pkcs8' && !formats.includes('pkcs8-rsa');
  if (!block.encrypted && !pkcs1) {
    return nothing(`There is nothing to convert: ${mender.service.name} loads ${shown} as it is.`);
  }
  const trouble = await context.around.keyTrouble(file, options.passphrase);
  if (trouble) {
    const { message, passphrase } = trouble;
    return passphrase === undefined ? refused(message) : { kind: 'refused', message, passphrase };
  }
  const part = await convertKey(state, mender, context, options.passphrase);
  if (!part) return refused(whyNotMounted(state, context));
  return {
    kind: 'plan',
    title: `Write the private key of ${mender.service.name} in a form that it loads`,
    part,
  };
}

/** The part that writes the key anew and mounts it; undefined where the mount can't be changed alone. */
export async function convertKey(
  state: RequirementState,
  mender: MenderService,
  context: FixContext,
  passphrase?: string,
): Promise<Part | undefined> {
  const { paths } = context.around;
  const source = state.hostFile;
  if (source === undefined) return undefined;
  const { dir, name, ext } = paths.parse(source);
  const { path, modes } = await freeKeyPath(state, dir, `${name}-converted${ext}`, context);
  const operations = replaceOperations(state, path, mender, context);
  if (!operations) return undefined;
  const order = {
    kind: 'conversion',
    sourcePath: source,
    keyPath: path,
    reader: readerOf(state, context),
    ...(passphrase === undefined ? {} : { passphrase }),
  } as const;
  return {
    operations,
    jobs: [{ order, mender }],
    modes,
    reminders: [
      `${shownPath(source, context)} holds the same key and is left as it is: remove it when nothing needs it.`,
    ],
  };
}
