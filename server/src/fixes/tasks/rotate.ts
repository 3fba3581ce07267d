/** Rotation: a new key in the place of one that works, with what keeps tokens and connections alive meanwhile. */

import { withTrust } from '../certificate';
import { joinParts, type Part } from '../draft';
import { shownPath } from '../place';
import { replaceTlsPair } from '../tls-pair';
import { separateTokenKey } from '../token-key';
import { overlapBundle } from './bundle';
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
  type TokenTarget,
} from './task';
import { rotateByFallback, rotateByNumber } from './token-rotation';

export interface RotateOptions {
  readonly service: string;
  readonly requirement?: string;
  readonly again?: boolean;
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
    return refused(`${name} has no key that could be rotated. Generate one instead.`);
  }
  const age = context.now - (facts.status?.modified ?? Number.NEGATIVE_INFINITY);
  if (!options.again && age < DAY_MS) {
    return nothing(`${shownPath(file, context)} was made less than a day ago, so nothing was changed.`);
  }
  return 'tls' in found ? rotatePair(found.tls, context) : rotateToken(found.token, context);
}

async function rotatePair(target: PairTarget, context: TaskContext): Promise<Drafted> {
  const { mender, pair } = target;
  const chain = await chainIn(pair.certificate.hostFile, context);
  const keep = namesOf(chain?.links[0].certificate);
  const part = await withTrust(context, (fresh) => replaceTlsPair(pair, mender, fresh, keep));
  const order = part?.jobs[0]?.order;
  if (!part || order?.kind !== 'tls-pair') {
    return refused(
      `The mounts of ${mender.service.name} can't be changed without changing another service's.`,
    );
  }
  const bundle = await overlapBundle(target, order.certificatePath, context);
  return {
    kind: 'plan',
    title: `Rotate the certificate and private key of ${mender.service.name}`,
    part: {
      ...joinParts([{ ...part, reminders: bundle ? [] : part.reminders }, bundle]),
      effects: [connectionsEnd(mender)],
    },
  };
}

async function rotateToken({ mender, state }: TokenTarget, context: TaskContext): Promise<Drafted> {
  const ways: readonly (() => Promise<Part | undefined>)[] = [
    () => rotateByNumber(state, mender, context),
    () => rotateByFallback(state, mender, context),
    () => separateTokenKey(state, mender, context),
  ];
  for (const way of ways) {
    const part = await way();
    if (part) return { kind: 'plan', title: `Rotate the token signing key of ${mender.service.name}`, part };
  }
  return refused(
    `The mount of ${mender.service.name}'s key can't be changed without changing another service's.`,
  );
}
