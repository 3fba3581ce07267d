/** Rotation: a new key in the place of one that works, with what keeps tokens and connections alive meanwhile. */

import { shownPath } from '../changes/file-paths';
import { whyNotMounted } from '../changes/mount-operations';
import { replaceTlsPair } from '../changes/tls-pair';
import { withTrust } from '../changes/trust-storage';
import { joinParts } from '../changes/types';
import { overlapBundle } from './bundle';
import { oldKey, rotateToken, unseen } from './rotate-token-key';
import {
  chainIn,
  connectionsEnd,
  type Drafted,
  findTarget,
  namesOf,
  nothing,
  type PairTarget,
  refused,
  type TaskContext,
} from './task';

export interface RotateOptions {
  readonly service: string;
  readonly requirement?: string;
  readonly again?: boolean;
  readonly leaked?: boolean;
}

const DAY_MS = 86_400_000;

export async function planRotation(options: RotateOptions, context: TaskContext): Promise<Drafted> {
  const found = findTarget(context, options);
  if (typeof found === 'string') return refused(found);
  const state = 'tls' in found ? found.tls.pair.key : found.token.state;
  const { name } = state.service;
  const file = state.hostFile;
  const facts = file === undefined ? undefined : await context.around.facts(file);
  if (file === undefined || facts?.state !== 'file') {
    const why = await unseen(state, context);
    return refused(
      why === undefined
        ? `${name} has no key to rotate. Generate one instead.`
        : `The key of ${name} ${why}, so it cannot be rotated here.`,
    );
  }
  const leaked = options.leaked === true;
  const old = await oldKey(state, context);
  const age = context.now - (facts.status?.modified ?? Number.NEGATIVE_INFINITY);
  if (!options.again && !leaked && !old.published && age < DAY_MS) {
    return nothing(`${shownPath(file, context)} was created less than a day ago, so nothing was changed.`);
  }
  return 'tls' in found
    ? rotatePair(found.tls, leaked || old.published, context)
    : rotateToken(found.token, old, leaked, context);
}

/** `isPublic`: others have the old key, so that nobody should go on trusting its certificate. */
async function rotatePair(target: PairTarget, isPublic: boolean, context: TaskContext): Promise<Drafted> {
  const { mender, pair } = target;
  const chain = await chainIn(pair.certificate.hostFile, context);
  const keep = namesOf(chain?.links[0].certificate);
  const part = await withTrust(context, (fresh) => replaceTlsPair(pair, mender, fresh, keep));
  const order = part?.jobs[0]?.order;
  if (!part || order?.kind !== 'tls-pair') {
    return refused(whyNotMounted(pair.key, context));
  }
  const bundle = isPublic ? undefined : await overlapBundle(target, order.certificatePath, [], context);
  return {
    kind: 'plan',
    title: `Rotate the certificate and private key of ${mender.service.name}`,
    part: {
      ...joinParts([{ ...part, reminders: bundle ? [] : part.reminders }, bundle]),
      effects: [connectionsEnd(mender)],
    },
  };
}
