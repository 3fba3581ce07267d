/** How new keys are made: what somebody chose, put into the orders. */
import type { KeyJob } from '../../changes/types';
import type { KeyRequest } from '../../pki/generate/requests';
import type { KeyOptions, KeyTask } from '../api/tasks';

/** What somebody chose for new keys, where the order knows such a thing. */
export function withOptions(job: KeyJob, { algorithm, bits, days }: KeyOptions): KeyJob {
  const { order } = job;
  const makesTlsKey = order.kind === 'tls-pair' || (order.kind === 'request' && order.newKey);
  const options = {
    ...(makesTlsKey && algorithm ? { algorithm } : {}),
    ...(bits !== undefined && (makesTlsKey || order.kind === 'token-key') ? { bits } : {}),
    ...(days !== undefined && (order.kind === 'tls-pair' || order.kind === 'certificate') ? { days } : {}),
  };
  return { ...job, order: { ...order, ...options } };
}

export function keyOptionsOf(task: KeyTask): KeyOptions {
  const { algorithm, bits, days, directory }: KeyOptions = { ...task } as KeyOptions;
  return { algorithm, bits, days, directory };
}

/** The private keys that an order makes. */
export function privateKeysOf(order: KeyRequest): readonly string[] {
  switch (order.kind) {
    case 'token-key':
    case 'conversion':
    case 'tls-pair':
      return [order.keyPath];
    case 'request':
      return order.newKey ? [order.keyPath] : [];
    default:
      return [];
  }
}
