/** The same private key in the form that the release loads, without a passphrase, in a new file. */
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { readerOf, shownPath } from './file-paths';
import { freeKeyPath } from './key-access';
import { replaceOperations } from './mount-operations';
import type { FixContext, Part } from './types';

/** The part that writes the key anew and mounts it; undefined where the mount can't be changed alone. */
export async function convertKey(
  state: RequirementState,
  mender: MenderComponent,
  context: FixContext,
  passphrase?: string,
): Promise<Part | undefined> {
  const { paths } = context.around;
  const source = state.hostFile;
  if (source === undefined) return undefined;
  const { dir, name, ext } = paths.parse(source);
  const directory = context.directory ?? dir;
  const { path, modes } = await freeKeyPath(state, directory, `${name}-converted${ext}`, context);
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
      `${shownPath(source, context)} still contains the same key: remove it when nothing needs it.`,
    ],
  };
}
