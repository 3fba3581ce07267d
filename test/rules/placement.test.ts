/** In a stack of several files: where a finding stands, and which file its fix edits, with which path. */

import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPlannedState, type HostFiles } from '../../server/src/changes/types';
import { fixes } from '../../server/src/fixes/index';
import { deploymentOf } from '../../server/src/mender/deployment';
import { missingTokenKeyMount } from '../../server/src/rules/missing-token-key-mount';
import { stackOf } from '../mender/stack-of';
import { yaml } from '../yaml';

const around: HostFiles = {
  paths: posix,
  platform: 'posix',
  now: () => Date.now(),
  exists: async () => false,
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

const base = yaml`
    services:
      mender-useradm:
        image: mendersoftware/useradm:mender-3.7.0
      mender-device-auth:
        image: mendersoftware/deviceauth:mender-3.7.0
  `;
const overlay = yaml`
    services:
      mender-useradm:
        command: server
      mender-device-auth:
        volumes:
          - ../keys/deviceauth/private.key:/etc/deviceauth/rsa/private.pem:ro
  `;

/** The one finding of a missing token key, and what its fix adds; `directories` replace those of the files. */
async function missing(texts: Readonly<Record<string, string>>, directories: Record<string, string> = {}) {
  const loaded = await stackOf(texts);
  const files = loaded.files.map((file) => ({
    ...file,
    directory: directories[posix.basename(file.file)] ?? file.directory,
  }));
  const deployment = deploymentOf({ ...loaded, files }, { release: undefined, join: posix.join });
  const findings = missingTokenKeyMount.check({
    deployment,
    problems: [],
    file: () => undefined,
    now: 0,
    expiresSoonDays: 30,
    identities: (file) => [file],
  });
  expect(findings).toHaveLength(1);
  const [finding] = findings;
  if (!finding) throw new Error('no finding');
  const drafts = await fixes['mount-missing-file'](finding, {
    deployment,
    around,
    planned: createPlannedState(),
  });
  const operations = drafts?.find(({ preferred }) => preferred)?.operations ?? [];
  return { finding, operations };
}

describe('a key that one file should mount', () => {
  const texts = { 'docker-compose.yml': base, 'keys/overlay.yml': overlay, 'last.yml': 'services: {}\n' };

  it('is told where the overlay declares the service, with the other place beside it', async () => {
    const { finding } = await missing(texts);
    expect([finding.span.file, overlay.slice(finding.span.start, finding.span.end)]).toEqual([
      '/project/keys/overlay.yml',
      'mender-useradm',
    ]);
    expect(finding.related.map(({ message, span }) => [message, span.file])).toEqual([
      ['mender-useradm is declared here as well.', '/project/docker-compose.yml'],
    ]);
    expect(finding.message).toContain('where Mender 3.7.0 looks for it');
  });

  it('is added there, beside the key that is mounted already', async () => {
    const { operations } = await missing(texts);
    expect(operations).toEqual([
      {
        file: '/project/keys/overlay.yml',
        operation: {
          op: 'add-mount',
          service: 'mender-useradm',
          mount: {
            source: '../keys/useradm/private.key',
            target: '/etc/useradm/rsa/private.pem',
            readOnly: true,
          },
        },
      },
    ]);
  });

  it('is written from the directory of the file that is edited, where that has one of its own', async () => {
    const other = overlay.replace('../keys/deviceauth/private.key', '/srv/deviceauth.pem');
    const included = { ...texts, 'keys/overlay.yml': other, 'last.yml': 'services:\n  mender-useradm: {}\n' };
    const { operations } = await missing(included, { 'overlay.yml': '/project/keys' });
    // All keys around it are named by absolute paths, and so is the new one.
    expect(operations[0]?.operation).toMatchObject({
      mount: { source: '/project/production/keys-generated/keys/useradm/private.key' },
    });
    const relative = other.replace('/srv/deviceauth.pem', './device.pem');
    const second = await missing(
      { ...texts, 'keys/overlay.yml': relative },
      { 'overlay.yml': '/project/keys' },
    );
    expect(second.operations[0]?.operation).toMatchObject({
      mount: { source: '../production/keys-generated/keys/useradm/private.key' },
    });
  });
});
