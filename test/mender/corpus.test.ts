/**
 * Stacks of all releases, our own and Mender's: nothing is reported on a complete one, and whichever required mount is
 * taken away, exactly that requirement is, and its fix puts the mount back. Mender's are in `../shared/corpus`.
 */

import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Draft, FixContext, HostFiles } from '../../server/src/changes/types';
import { createPlannedState } from '../../server/src/changes/types';
import { editCompose } from '../../server/src/compose/edit/edit';
import { applyChanges } from '../../server/src/compose/syntax/line-index';
import { fixes } from '../../server/src/fixes/index';
import type { RequirementState } from '../../server/src/mender/model/deployment';
import { storageTrust } from '../../server/src/mender/requirements/storage-trust';
import { ruleOf } from '../../server/src/rules/index';
import { needsShared } from '../shared';
import {
  allStacks,
  type Coded,
  type CorpusStack,
  corpus,
  corpusText,
  type Judged,
  judgeCorpus,
  lineOf,
  ownStacks,
  titleOf,
} from './corpus';

/** Codes that must stay silent on a complete stack. */
const ABOUT_REQUIREMENTS = /^(missing-|misplaced-mount$|storage-)/;

/** A host on which the corpus files and the keys that they name exist, none of them readable as PEM. */
function surroundings(judged: Judged): HostFiles {
  const there = new Set(
    judged.deployment.services.flatMap(({ states }) => states.flatMap(({ hostFile }) => hostFile ?? [])),
  );
  return {
    paths: posix,
    platform: 'posix',
    now: () => Date.now(),
    exists: async (path) => there.has(path),
    view: async () => undefined,
    facts: async () => undefined,
    guards: async () => true,
    isRoot: false,
    lets: async () => true,
    requestFiles: async () => [],
    ignoring: async () => [],
    authority: async () => ({ message: 'No authority here.', passphrase: undefined }),
    converted: async () => ({ message: '', passphrase: undefined }),
    pemFiles: async () => [],
    directories: async () => [],
  };
}

async function draftsOf({ code, finding }: Coded, judged: Judged): Promise<readonly Draft[]> {
  const context: FixContext = {
    deployment: judged.deployment,
    around: surroundings(judged),
    planned: createPlannedState(),
  };
  const { fix } = ruleOf(code);
  return fix ? fixes[fix](finding, context) : [];
}

/** The texts after a draft's edits. */
function applied(draft: Draft, read: (file: string) => string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const file of new Set(draft.operations.map((operation) => operation.file))) {
    const operations = draft.operations
      .filter((other) => other.file === file)
      .map(({ operation }) => operation);
    texts.set(file, applyChanges(read(file), editCompose(read(file), operations).changes));
  }
  return texts;
}

/** What is required of the stack: each state that a file or directory meets, and that would be asked for. */
async function requiredStates(stack: CorpusStack, judged: Judged): Promise<RequirementState[]> {
  const required: RequirementState[] = [];
  for (const state of judged.deployment.services.flatMap(({ states }) => states)) {
    if (!state.mount) continue;
    const { kind, need } = state.requirement;
    if (need === 'never') continue;
    if (kind === 'trusted-certificate') {
      const without = { ...state, mount: undefined, hostFile: undefined, how: 'none' } as const;
      if (storageTrust(without, judged.deployment).state === 'not-needed') continue;
    }
    required.push(state);
  }
  expect(required.length, titleOf(stack)).toBeGreaterThanOrEqual(4);
  return required;
}

/** Which code tells that a requirement is missing. */
const CODES: Readonly<Record<string, string>> = {
  certificate: 'missing-certificate-mount',
  'private-key': 'missing-private-key-mount',
  'token-key': 'missing-token-key-mount',
  'trusted-certificate': 'storage-backend-cert-not-mounted',
};

/** A text without one volume entry, its line included. */
function without(text: string, state: RequirementState): string {
  const span = state.mount?.span;
  if (!span) throw new Error('not mounted');
  const start = text.lastIndexOf('\n', span.start) + 1;
  const end = text.indexOf('\n', span.end) + 1;
  expect(text.slice(start, span.start)).toMatch(/^\s*-\s*$/);
  const rest = text.slice(0, start) + text.slice(end);
  // A list that this empties would be no list.
  return rest.replace(/\n *volumes:\n(?! *(?:-|#))/, '\n');
}

const D = 'docker-compose.yml';
const M = 'docker-compose.storage.minio.yml';
const TOKEN_KEYS = [
  'missing-token-key-mount mender-device-auth /etc/deviceauth/rsa/private.pem',
  'missing-token-key-mount mender-useradm /etc/useradm/rsa/private.pem',
];

function aboutRequirements(findings: readonly Coded[]): string[] {
  return findings
    .filter(({ code }) => ABOUT_REQUIREMENTS.test(code))
    .map(lineOf)
    .sort();
}

const complete = allStacks.filter((stack) => stack.complete === true);

describe('a stack', () => {
  it.each(allStacks.map((stack) => [titleOf(stack), stack] as const))(
    '%s: the release is told by its images',
    async (_, stack) => {
      const { deployment } = await judgeCorpus(stack);
      const { recognition } = deployment;
      expect(recognition.how).toBe('images');
      const [major, minor] = stack.release.replace('v', '').split('.').map(Number);
      const wanted = Number(major) * 100 + Number(minor) < 204 ? 'Mender 1.0 to 2.3' : undefined;
      expect(recognition.title).toBe(
        wanted ?? `Mender ${stack.release === 'v4.0.1' ? '4.0' : stack.release.replace('v', '')}`,
      );
    },
  );

  it.each(complete.map((stack) => [titleOf(stack), stack] as const))(
    '%s: complete, so nothing is missing or misplaced',
    async (_, stack) => {
      const { findings, deployment } = await judgeCorpus(stack);
      expect(aboutRequirements(findings)).toEqual([]);
      for (const { code, finding } of findings.filter((found) => found.code === 'writable-key-mount')) {
        expect([code, finding.message]).toEqual([code, expect.stringMatching(/read-only\.$/)]);
      }
      expect(deployment.services.flatMap(({ states }) => states.filter(({ how }) => how === 'none'))).toEqual(
        [],
      );
    },
  );

  it.each(complete.map((stack) => [titleOf(stack), stack] as const))(
    '%s: each required mount taken away is told, and put back by its fix',
    async (_, stack) => {
      const whole = await judgeCorpus(stack);
      const before = new Set(whole.findings.map(lineOf));
      const read = (file: string) => corpusText(stack, file) ?? '';
      for (const state of await requiredStates(stack, whole)) {
        const file = state.mount?.span.file ?? '';
        const label = `${state.service.name} ${state.target}`;
        const changed = new Map([[file, without(read(file), state)]]);
        const judged = await judgeCorpus(stack, changed);
        const news = judged.findings.filter((found) => !before.has(lineOf(found)));
        const code = CODES[state.requirement.kind] ?? '';
        // A service with a key written twice (3.0.2) is one that Compose refuses: nothing is said of what it lacks.
        const told = state.service.partial ? [] : [`${code} ${state.service.name} ${state.target}`];
        expect(news.map(lineOf), label).toEqual(told);
        const [coded] = news;
        if (!coded) continue;
        expect(coded.finding.span.file, label).toBe(lastWithKeys(state, file));
        expect(coded.finding.message, label).not.toMatch(/undefined|null|\[object/);

        const drafts = await draftsOf(coded, judged);
        const draft = drafts.find(({ preferred }) => preferred);
        if (!draft) throw new Error(`no fix for ${label}`);
        const texts = applied(draft, (name) => changed.get(name) ?? read(name));
        const again = await judgeCorpus(stack, new Map([...changed, ...texts]));
        expect(again.findings.filter((found) => !before.has(lineOf(found))).map(lineOf), label).toEqual([]);
        const now = again.deployment.services
          .flatMap(({ states }) => states)
          .find(
            (other) =>
              other.service.name === state.service.name && other.requirement.id === state.requirement.id,
          );
        expect([label, now?.how, now?.target, now?.hostFile]).toEqual([
          label,
          'file',
          state.target,
          expectedHostFile(state),
        ]);
      }
    },
  );

  it.each<[release: string, files: readonly string[], missing: readonly string[]]>([
    ['1.7.0', [D, M, 'docker-compose.no-ssl.yml'], TOKEN_KEYS],
    ['2.6.1', [D, M, 'docker-compose.no-ssl.yml'], TOKEN_KEYS],
    ['3.7.0', [D, M, 'docker-compose.no-ssl.yml'], TOKEN_KEYS],
    ['1.7.0', [D, 'docker-compose.demo.yml', 'docker-compose.storage.s3.yml'], []],
    ['2.6.1', [D, 'docker-compose.demo.yml', 'docker-compose.storage.s3.yml'], []],
    ['3.7.0', [D, 'docker-compose.demo.yml', 'docker-compose.storage.s3.yml'], []],
    [
      '3.7.0',
      [D, M, 'docker-compose.enterprise.yml', 'production/config/prod.yml'],
      [
        'missing-token-key-mount mender-device-auth /etc/deviceauth-enterprise/rsa/private.pem',
        'missing-token-key-mount mender-useradm /etc/useradm-enterprise/rsa/private.pem',
      ],
    ],
  ])('of ours, with overlays that switch off or add: %s %s', async (release, files, expected) => {
    const root = ownStacks[0]?.root ?? '';
    const { findings } = await judgeCorpus({ root, release, name: '', files });
    expect(aboutRequirements(findings)).toEqual(expected);
  });
});

describe.skipIf(corpus.length === 0)(
  `the corpus${needsShared('corpus/mender/stacks.json', "Mender's own compose files")}`,
  () => {
    const root = corpus[0]?.root ?? '';

    it('has the complete stacks that it had', () => {
      expect(corpus.filter((stack) => stack.complete).length).toBeGreaterThanOrEqual(20);
    });

    /** What Mender's own overlays switch off or add: base files with them, and what is left to tell. */
    const minio = [D, M];
    const proxy = [
      'storage-proxy/docker-compose.storage-proxy.yml',
      'storage-proxy/docker-compose.storage-proxy.demo.yml',
    ];
    it.each([
      ['2.6.1', [...minio, 'docker-compose.no-ssl.yml'], TOKEN_KEYS],
      ['2.7.2', [...minio, 'docker-compose.no-ssl.yml'], TOKEN_KEYS],
      ['3.0.2', [...minio, 'docker-compose.no-ssl.yml'], TOKEN_KEYS],
      ['3.7.0', [...minio, 'docker-compose.no-ssl.yml'], TOKEN_KEYS],
      ['2.6.1', ['docker-compose.yml', 'docker-compose.demo.yml', 'docker-compose.storage.s3.yml'], []],
      ['3.7.0', ['docker-compose.yml', 'docker-compose.demo.yml', 'docker-compose.storage.s3.yml'], []],
      ['2.7.2', [...minio, 'docker-compose.demo.yml', ...proxy], []],
      ['3.1.1', [...minio, 'docker-compose.demo.yml', ...proxy], []],
      ['3.7.0', [...minio, 'docker-compose.demo.yml', ...proxy], []],
      [
        '2.6.1',
        [
          ...minio,
          'production/config/prod.yml',
          'docker-compose.enterprise.yml',
          'production/config/enterprise.yml',
        ],
        [],
      ],
      [
        '3.1.1',
        [
          ...minio,
          'docker-compose.enterprise.yml',
          'production/config/prod.yml',
          'production/config/enterprise.yml',
        ],
        [],
      ],
      [
        '3.7.0',
        [
          ...minio,
          'docker-compose.enterprise.yml',
          'production/config/prod.yml',
          'production/config/enterprise.yml',
        ],
        [],
      ],
      [
        '3.7.0',
        [...minio, 'docker-compose.demo.yml', 'docker-compose.client.yml', 'docker-compose.client.demo.yml'],
        [],
      ],
    ])('%s %s', async (release, files, expected) => {
      const { findings } = await judgeCorpus({ root, release, name: '', files });
      expect(aboutRequirements(findings)).toEqual(expected);
    });

    it('3.7.0 Enterprise without the key at the path of its edition: told there', async () => {
      const files = [...minio, 'docker-compose.enterprise.yml', 'production/config/prod.yml'];
      const { findings } = await judgeCorpus({ root, release: '3.7.0', name: '', files });
      expect(aboutRequirements(findings)).toEqual([
        'missing-token-key-mount mender-useradm /etc/useradm-enterprise/rsa/private.pem',
      ]);
    });

    it('v4.0.1 as published: one token key for both services, and no other error', async () => {
      for (const stack of corpus.filter(({ release }) => release === 'v4.0.1')) {
        const { findings, deployment } = await judgeCorpus(stack);
        expect(
          findings
            .filter(({ code }) => code !== 'writable-key-mount')
            .map(lineOf)
            .sort(),
        ).toEqual([
          'shared-token-key deviceauth /etc/deviceauth/private.pem',
          'shared-token-key useradm /etc/useradm/private.pem',
        ]);
        for (const state of deployment.services.flatMap(({ states }) => states)) {
          if (state.requirement.need !== 'never')
            expect(state.hostFile, state.target).toMatch(/^\/mender\/compose\//);
        }
      }
    });
  },
);

/** 3.7's Enterprise overlay for tests mounts the key of device authentication as well, and comes later. */
function lastWithKeys({ service }: RequirementState, file: string): string {
  const other = service.mounts.find(({ target }) => target === '/etc/deviceauth-enterprise/rsa/private.pem');
  return other?.span.file ?? file;
}

/** A half of a pair whose other half is there gets a new file beside it, since nobody may touch that one. */
function expectedHostFile(state: RequirementState): unknown {
  if (state.requirement.kind === 'token-key' || state.requirement.kind === 'trusted-certificate')
    return state.hostFile;
  return expect.stringMatching(`^${posix.dirname(state.hostFile ?? '')}/`);
}
