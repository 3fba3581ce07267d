/** By what one private key is known in several places. */
import type { FileFacts } from '../../pki/files/file-facts-cache';
import type { Host } from '../../platform/platform';
import { viewOf } from '../files/host-files';

/**
 * The identities of the key that a host path leads to: its path, where links lead, and its public key. Paths of
 * Windows are compared without case. `known`: what was found at the paths; nothing where no file may be read.
 */
export function keyIdentities(
  host: Pick<Host, 'platform'>,
  known: ReadonlyMap<string, FileFacts>,
): (hostFile: string) => readonly string[] {
  const identities = new Map<string, readonly string[]>();
  const fold = (path: string) => (host.platform === 'windows' ? path.toLowerCase() : path);
  const identitiesOf = (path: string) => {
    const result = [`path:${fold(path)}`];
    const facts = known.get(path);
    if (!facts) return result;
    if (facts.realPath !== undefined) result.push(`path:${fold(facts.realPath)}`);
    const view = viewOf(facts);
    if (view?.kind === 'private-key' && view.publicKey) result.push(`key:${view.publicKey}`);
    return result.length > 1 ? [...new Set(result)] : result;
  };
  return (hostFile) => {
    const before = identities.get(hostFile);
    if (before) return before;
    const found = identitiesOf(hostFile);
    identities.set(hostFile, found);
    return found;
  };
}
