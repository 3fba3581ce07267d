/**
 * Stacks of all releases, Mender's with the certificates that it publishes in place: what isn't there is told, and
 * nothing else.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import {
  allStacks,
  type CorpusStack,
  judgeCorpus,
  PROJECT,
  releaseFiles,
  titleOf,
} from '../../mender/corpus';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';
import { keyFiles } from '../../rules/key-files';

const CODES = [
  'key-file-missing',
  'key-file-is-directory',
  'not-pem',
  'wrong-pem-type',
  'encrypted-private-key',
  'token-key-not-rsa',
  'token-key-not-pkcs1',
  'weak-key',
  'private-key-permissions',
  'private-key-in-git',
];

let prepare: (host: MemoryHost) => void;
beforeAll(async () => {
  prepare = await keyFiles();
});

function hostWith(stack: CorpusStack): MemoryHost {
  const host = memoryHost({});
  // Keeps the host's other users out; the services are given single files.
  host.putDirectory(PROJECT, 0o700);
  for (const [name, bytes] of releaseFiles(stack)) host.put(`${PROJECT}/${name}`, bytes);
  return host;
}

async function told(host: MemoryHost, { files }: CorpusStack): Promise<string[]> {
  const service = createLanguageService(host);
  const stacks = [{ files: files.map((name) => `${PROJECT}/${name}`), projectDirectory: PROJECT }];
  service.configure({ rules: {}, trusted: true, stacks });
  const answer = await service.check(`${PROJECT}/${files[0]}`);
  if (!answer || 'problem' in answer) throw new Error('not checked');
  return answer.findings
    .filter(({ code }) => CODES.includes(code))
    .map(({ code, service: name, target }) => `${code} ${name} ${target}`)
    .sort();
}

describe('the files behind the mounts of', () => {
  it.each(allStacks.map((stack) => [titleOf(stack), stack] as const))('%s', async (_title, stack) => {
    const host = hostWith(stack);
    const { deployment } = await judgeCorpus(stack);
    const states = deployment.services
      .flatMap((service) => service.states)
      .filter(({ hostFile }) => hostFile !== undefined && !host.names().includes(hostFile));
    const seen = new Set<string>();
    const wanted = states
      // Below a mounted directory only what is needed is missed.
      .filter(({ how, requirement }) => how === 'file' || requirement.need === 'gateway-tls')
      .map(({ service, target }) => `key-file-missing ${service.name} ${target}`)
      .filter((line) => !seen.has(line) && seen.add(line));
    expect(await told(host, stack)).toEqual(wanted.sort());

    const samples = memoryHost({});
    prepare(samples);
    for (const { hostFile, requirement } of states) {
      const sample =
        requirement.kind === 'token-key'
          ? 'rsa.pem'
          : requirement.kind === 'private-key'
            ? 'tls.key'
            : 'tls.crt';
      host.put(hostFile ?? '', samples.bytes(`/project/keys/${sample}`) ?? '', 0o644);
    }
    expect(await told(host, stack)).toEqual([]);
  });
});
