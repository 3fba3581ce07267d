/** The host's files as fixes and rules see them: facts, never content. */
import type { FileView, HostFiles, KeyTrouble } from '../../changes/types';
import { planIgnore } from '../../git/ignore-file';
import type { GitView } from '../../git/tracking';
import { tokenKeyOf } from '../../pki/consumers/token-service';
import type { FactsCache, FileFacts } from '../../pki/files/file-facts-cache';
import { letsIn } from '../../pki/files/permissions';
import { TLS_CURVES } from '../../pki/keys/curves';
import { publishedCertificate, publishedKey } from '../../pki/keys/published-keys';
import { isGuarded } from '../../pki/store/write-target';
import { orElse } from '../../platform/never-rejects';
import type { Host } from '../../platform/platform';

const PEM_NAME = /\.(pem|crt|cer|cert|key)$/i;
/** Files looked into in one directory. */
const MAX_FILES = 200;

/**
 * With `readable` false (an untrusted workspace) the disk isn't looked at, and nothing is known. A look that fails costs
 * its answer alone.
 */
export function createHostFiles(
  host: Host,
  facts: FactsCache,
  git: GitView,
  readable: () => boolean,
): HostFiles {
  const looked = async <T>(look: () => Promise<T>, otherwise: T): Promise<T> =>
    readable() ? orElse(look, otherwise) : otherwise;
  const entries = async (directory: string) => {
    const answer = readable() ? await host.files.list(directory) : undefined;
    return answer?.ok ? [...answer.value].sort((a, b) => (a.name < b.name ? -1 : 1)) : [];
  };
  return {
    paths: host.paths,
    platform: host.platform,
    now: () => host.now(),
    exists: (path) => looked(async () => (await host.writer.nameKind(path)) !== 'missing', false),
    view: (path) => looked(async () => viewOf(await facts.facts(path)), undefined),
    facts: (path) => looked(() => facts.facts(path), undefined),
    isRoot: host.process.user === 0,
    lets: (user, directory) => looked(() => letsIn(host.files, directory, user), true),
    guards: (directory) => looked(() => isGuarded(host, directory), true),
    async authority(files, names) {
      if (!readable()) return UNTRUSTED;
      const { orTrouble, checkSigning } = await import('../../pki/generate/index');
      return orTrouble('The authority', () => checkSigning(files, names, host.files, host.now()));
    },
    async converted(path, passphrase) {
      if (!readable()) return UNTRUSTED;
      const { factsOfConverted, orTrouble } = await import('../../pki/generate/index');
      return orTrouble(path, () => factsOfConverted(path, host.files, passphrase));
    },
    async pemFiles(directories) {
      const result: string[] = [];
      for (const directory of directories) {
        const names = (await entries(directory)).filter(
          ({ name, kind }) => kind !== 'directory' && PEM_NAME.test(name),
        );
        result.push(...names.slice(0, MAX_FILES).map(({ name }) => host.paths.join(directory, name)));
      }
      return result;
    },
    async ignoring(key, home) {
      // An editor shows the edit, and the user can choose another file.
      const plan = looked(() => planIgnore(key, host, git, { home, mayWrite: async () => true }), undefined);
      return (await plan)?.changes ?? [];
    },
    async requestFiles(directory) {
      const names = (await entries(directory)).filter(
        ({ name, kind }) => kind !== 'directory' && /\.(csr|req)$/i.test(name),
      );
      return names.slice(0, MAX_FILES).map(({ name }) => host.paths.join(directory, name));
    },
    async directories(directory) {
      const inside = (await entries(directory)).filter(
        ({ name, kind }) => kind === 'directory' && !name.startsWith('.'),
      );
      return inside.map(({ name }) => host.paths.join(directory, name));
    },
  };
}

const UNTRUSTED: KeyTrouble = {
  message: 'No key is read in an untrusted workspace. Trust the workspace first.',
  passphrase: undefined,
};

/** What a fix may know of a file; undefined where it holds no PEM block that can be read. */
export function viewOf(facts: FileFacts): FileView | undefined {
  const blocks = (facts.pem?.form === 'pem' ? facts.pem.blocks : []).filter((block) => !block.damaged);
  const block = blocks.find(({ kind }) => kind === 'certificate' || kind === 'private-key') ?? blocks[0];
  if (!block) return undefined;
  if (block.kind !== 'certificate' && block.kind !== 'private-key') {
    return {
      kind: 'other',
      publicKey: undefined,
      rsa: false,
      tls: false,
      encrypted: false,
      published: false,
      certificates: 0,
    };
  }
  return {
    kind: block.kind,
    published:
      publishedKey(block.publicKeyFingerprint) !== undefined ||
      (block.kind === 'certificate' && publishedCertificate(block.certificateFingerprint) !== undefined),
    certificates: blocks.filter(({ kind }) => kind === 'certificate').length,
    publicKey: block.publicKeyFingerprint,
    rsa: signsTokens(facts),
    tls: block.algorithm === 'rsa' || (block.algorithm === 'ec' && TLS_CURVES.includes(block.curve ?? '')),
    encrypted: block.kind === 'private-key' && block.encrypted,
    encoding: block.kind === 'private-key' ? block.encoding : undefined,
  };
}

/** Whether a token service of any release that reads its encoding loads the RSA key, and signs with it. */
function signsTokens({ pem }: FileFacts): boolean {
  const key = pem && tokenKeyOf(pem);
  if (key?.kind !== 'key' || key.block.kind !== 'private-key' || key.block.damaged) return false;
  const { go } = key.block;
  return go !== undefined && !(go.before ?? go.since ?? go.signs);
}
