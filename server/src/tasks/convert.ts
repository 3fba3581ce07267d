/** Conversion: the same private key in the form that the release loads, without a passphrase, in a new file. */

import { convertKey } from '../changes/convert-key';
import { shownPath } from '../changes/file-paths';
import { whyNotMounted } from '../changes/mount-operations';
import { type Content, contentOf } from '../rules/support/file-content';
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
  const facts = file === undefined ? undefined : await context.around.facts(file);
  if (file === undefined || facts === undefined || (await keyIn(file, context)) === undefined) {
    return refused(`${mender.service.name} has no private key to convert.`);
  }
  const shown = shownPath(file, context);
  const now = contentOf(state, facts, context.deployment);
  if (now.kind === 'private-key') {
    return nothing(`Nothing to convert: ${mender.service.name} loads ${shown} as it is.`);
  }
  const converted = await context.around.converted(file, options.passphrase);
  if ('message' in converted) {
    const { message, passphrase } = converted;
    return passphrase === undefined ? refused(message) : { kind: 'refused', message, passphrase };
  }
  const then = contentOf(state, { ...facts, state: 'file', pem: converted }, context.deployment);
  if (then.kind !== 'private-key' && (then.kind !== 'unknown' || now.kind === 'unknown')) {
    return refused(
      then.kind === 'unknown'
        ? `Cannot check whether ${mender.service.name} loads ${shown}, or whether another format would help.`
        : `${mender.service.name} cannot load the key in ${shown} in any format${whyNot(then)}. Generate a new one: "mender-compose rotate --service ${mender.service.name}".`,
    );
  }
  const part = await convertKey(state, mender, context, options.passphrase);
  if (!part) return refused(whyNotMounted(state, context));
  return {
    kind: 'plan',
    title: `Convert the private key of ${mender.service.name} to a format that it loads`,
    part,
  };
}

function whyNot(content: Content): string {
  if (content.kind === 'not-rsa') return `: it is ${content.what}`;
  return 'reason' in content ? `: ${content.reason}` : '';
}
