/** Rotation of a token signing key: what becomes of the old one, and which way the release offers for that. */

import { whyNotMounted } from '../changes/mount-operations';
import { stopAccepting } from '../changes/stop-accepting-key';
import { separateTokenKey, tokensEnd } from '../changes/token-key';
import { type FileOperation, joinParts, type Part } from '../changes/types';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { hostFileOf } from '../mender/model/queries';
import { publishedKey } from '../pki/keys/published-keys';
import { contentOf } from '../rules/support/file-content';
import { rotateByFallback } from './rotate-by-fallback';
import { rotateByNumber } from './rotate-by-number';
import { type Drafted, refused, type TaskContext, type TokenTarget } from './task';

/** What is known of the key that is in use now. */
export interface OldKey {
  /** Of its public half. */
  readonly fingerprint: string | undefined;
  readonly published: boolean;
  /** False where the service can't load it: then no token of it is alive, and it would only keep the service down. */
  readonly loads: boolean;
}

/** The old key as its service sees it. */
export async function oldKey(state: RequirementState, context: TaskContext): Promise<OldKey> {
  const file = state.hostFile;
  const facts = file === undefined ? undefined : await context.around.facts(file);
  const content = facts && contentOf(state, facts, context.deployment);
  const fingerprint = content?.kind === 'private-key' ? content.block.publicKeyFingerprint : undefined;
  return {
    fingerprint,
    published: publishedKey(fingerprint) !== undefined,
    loads: content === undefined || content.kind === 'private-key' || content.kind === 'unknown',
  };
}

/**
 * A new signing key. The old one's tokens stay valid where the release has a way for that, unless the key is public or
 * may be: whoever has it could go on forging them.
 */
export async function rotateToken(
  target: TokenTarget,
  old: OldKey,
  leaked: boolean,
  context: TaskContext,
): Promise<Drafted> {
  const { mender, state } = target;
  const title = `Rotate the token signing key of ${mender.service.name}`;
  const plan = (part: Part): Drafted => ({ kind: 'plan', title, part });
  if (!leaked && !old.published && old.loads) {
    for (const way of [rotateByNumber, rotateByFallback]) {
      const part = await way(state, mender, context);
      if (typeof part === 'string') return refused(part);
      if (part) return plan(part);
    }
  }
  const part = await separateTokenKey(state, mender, context);
  if (!part) return refused(whyNotMounted(state, context));
  const order = part.jobs[0]?.order;
  const fresh = order?.kind === 'token-key' ? order.keyPath : undefined;
  const dropped: FileOperation[] = [];
  for (const other of await alike(mender, old, leaked, context)) {
    const operations = stopAccepting(other, fresh, mender, context);
    if (typeof operations === 'string') return refused(operations);
    dropped.push(...operations);
  }
  const why =
    leaked || old.published
      ? [`${reason(leaked)} Tokens of the old key are refused from then on, forged ones too.`]
      : [];
  return plan(
    joinParts([
      {
        ...part,
        operations: [...part.operations, ...dropped],
        effects: [tokensEnd(mender, context.deployment.layout), ...why],
      },
    ]),
  );
}

function reason(leaked: boolean): string {
  return leaked ? 'Whoever has the old key could forge tokens.' : 'Anyone can download the old key.';
}

/** The keys that the service accepts as well and that are the same key, or public. */
async function alike(
  { states }: MenderComponent,
  { fingerprint, published }: OldKey,
  leaked: boolean,
  context: TaskContext,
): Promise<readonly RequirementState[]> {
  if (!leaked && !published) return [];
  const found: RequirementState[] = [];
  for (const state of states) {
    if (!state.requirement.accepted || state.hostFile === undefined) continue;
    const view = await context.around.view(state.hostFile);
    const same = view?.publicKey !== undefined && view.publicKey === fingerprint;
    if (same || publishedKey(view?.publicKey) !== undefined) found.push(state);
  }
  return found;
}

/** Why the key of a target can't be looked at, a clause for people; undefined where it can. */
export async function unseen(state: RequirementState, context: TaskContext): Promise<string | undefined> {
  const { mount, hostFile } = state;
  if (!mount) return undefined;
  if (hostFile === undefined || hostFileOf(mount) === undefined) {
    const from = mount.sourceText?.raw ?? mount.target;
    return `is in ${from}, which cannot be read from here`;
  }
  const facts = await context.around.facts(hostFile);
  return facts?.state === 'denied' || facts?.state === 'failed' ? `may not be read by you` : undefined;
}
