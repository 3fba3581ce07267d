/**
 * The table against the facts that were gathered from every tag of Mender's repositories (`../shared/facts`, which
 * isn't part of this repository: skipped where it isn't there).
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Layout, PrivateKeyFormat, Requirement } from '../../server/src/mender/model/layout';
import { layouts, targetsOf } from '../../server/src/mender/releases/index';
import { hasShared, needsShared, sharedPath } from '../shared';
import { recogniseText } from './stack-of';

interface FactFile {
  readonly id: string;
  readonly kind: string;
  readonly required: 'always' | 'conditional' | 'never';
  readonly targets: readonly string[];
  readonly pathEnv: {
    readonly name: string;
    readonly default: string | null;
    readonly upstreamValue: unknown;
  } | null;
  readonly pairsWith?: string;
  readonly keyFormats?: { readonly accepted: readonly string[] };
  readonly containerUser?: { readonly uid: number };
  readonly enterpriseImageDefault?: string;
  readonly fallbackEnv?: string;
  readonly rotation?: { readonly fileNamePattern: string; readonly patternEnv: string };
  readonly exception?: string;
  readonly hostnames?: {
    readonly demoNames: readonly string[];
    readonly fromEnv: readonly { readonly service: string; readonly name: string }[];
    readonly prodPlaceholders: readonly string[];
  };
}

interface FactLayout {
  readonly id: string;
  readonly releases: {
    readonly from: string | null;
    readonly to: string | null;
    readonly tags: readonly string[];
  };
  readonly requirements: readonly {
    readonly service: string;
    readonly serviceAliases: readonly string[];
    readonly files: readonly FactFile[];
  }[];
}

const facts: readonly FactLayout[] = hasShared('facts/layouts.json')
  ? JSON.parse(readFileSync(sharedPath('facts/layouts.json'), 'utf8'))
  : [];

const KINDS: Readonly<Record<string, string>> = {
  certificate: 'certificate',
  'private-key': 'private-key',
  'ca-certificate': 'trusted-certificate',
};

const FORMATS: Readonly<Record<string, PrivateKeyFormat>> = {
  'rsa-pkcs1': 'pkcs1-rsa',
  'rsa-pkcs8': 'pkcs8-rsa',
  'ed25519-pkcs8': 'pkcs8-ed25519',
  'ec-sec1': 'sec1-ec',
  'ec-pkcs8': 'pkcs8-ec',
};

/** Our requirement for a file of the facts, by its kind and container path. */
function ours(layout: Layout, file: FactFile): Requirement {
  const kind = /token-key$/.test(file.id) ? 'token-key' : KINDS[file.kind];
  const found = layout.requirements.find(
    (requirement) => requirement.kind === kind && requirement.target === file.targets[0],
  );
  if (!found) throw new Error(`${layout.id} has no ${kind} at ${file.targets[0]}`);
  return found;
}

describe.skipIf(facts.length === 0)(
  `facts${needsShared('facts/layouts.json', "facts of Mender's tags")}`,
  () => {
    it('are twelve layouts, which are ours in the same order', () => {
      expect(layouts.map(({ id }) => id)).toEqual(facts.map(({ id }) => id));
      expect(facts).toHaveLength(12);
    });

    describe.each(facts.map((fact, index) => [fact.id, fact, layouts[index]] as const))(
      '%s',
      (_, fact, layout) => {
        if (!layout) throw new Error('no such layout');
        const files = fact.requirements.flatMap((requirement) =>
          requirement.files.map((file) => [file.id, file, requirement] as const),
        );

        it.each(files)('%s is read at the same paths, from the same variable', (_id, file) => {
          const requirement = ours(layout, file);
          expect(targetsOf(requirement)).toEqual(expect.arrayContaining([...file.targets]));
          expect([requirement.target, ...requirement.alternatives].sort()).toEqual([...file.targets].sort());
          expect(requirement.pathVariable).toBe(file.pathEnv?.name);
          if (file.pathEnv?.default) expect(requirement.imageDefault).toBe(file.pathEnv.default);
          if (typeof file.pathEnv?.upstreamValue === 'string') {
            expect(requirement.target).toBe(file.pathEnv.upstreamValue);
          }
          expect(requirement.enterprise?.imageDefault).toBe(file.enterpriseImageDefault);
        });

        it.each(files)(
          '%s has the same partner, need, formats, rotation and names',
          (_id, file, { serviceAliases }) => {
            const requirement = ours(layout, file);
            const partner = layout.requirements.find(({ id }) => id === requirement.pairsWith);
            const wanted = files.find(([id]) => id === file.pairsWith)?.[1].targets[0];
            expect(partner?.target).toBe(wanted);
            if (file.required === 'never') expect(requirement.need).toBe('never');
            else if (file.required === 'conditional') {
              expect(['storage-proxy-tls', 'storage-behind-gateway', 'storage-trust']).toContain(
                requirement.need,
              );
            } else expect(['always', 'gateway-tls']).toContain(requirement.need);
            if (file.exception?.includes('SSL=false')) expect(requirement.need).toBe('gateway-tls');
            const accepted = file.keyFormats?.accepted.filter((format) => format !== 'unknown') ?? [];
            expect(requirement.keyFormats ?? []).toEqual(accepted.map((format) => FORMATS[format]));
            if (requirement.kind === 'token-key' && accepted.length > 0) {
              expect(layout.tokenKeyFormats).toEqual(requirement.keyFormats);
              expect(layout.containerUid).toBe(file.containerUser?.uid);
            }
            expect(requirement.rotation?.fileName.source.replace(/^\^|\$$/g, '')).toBe(
              file.rotation?.fileNamePattern,
            );
            expect(requirement.rotation?.patternVariable).toBe(file.rotation?.patternEnv);
            if (file.fallbackEnv) expect(requirement.fallbackVariable).toBe(file.fallbackEnv);
            if (file.hostnames && requirement.hostNames) {
              expect(requirement.hostNames.demo).toEqual(file.hostnames.demoNames);
              const names = requirement.hostNames.variables.map(({ name }) => name);
              expect(names).toEqual(expect.arrayContaining(file.hostnames.fromEnv.map(({ name }) => name)));
              expect(requirement.hostNames.placeholders).toEqual(
                expect.arrayContaining([...file.hostnames.prodPlaceholders]),
              );
            }
            expect(requirement.sources.length).toBeGreaterThan(0);
            expect(serviceAliases.length).toBeGreaterThan(0);
          },
        );

        it('asks for nothing beyond the facts but the stand-alone storage proxy', () => {
          const known = new Set(files.map(([, file]) => ours(layout, file).id));
          const more = layout.requirements.filter(({ id }) => !known.has(id)).map(({ role }) => role);
          expect(more.filter((role) => role !== 'storage-proxy' && role !== 'tenantadm')).toEqual([]);
        });

        it('is recognised by the image of each of its tags', async () => {
          for (const tag of fact.releases.tags) {
            const image = imageOf(tag);
            if (image === undefined) continue;
            const { layout: found } = await recogniseText(
              `services:\n  mender-useradm:\n    image: ${image}\n`,
            );
            expect([tag, found.id]).toEqual([tag, fact.id]);
          }
        });

        it('covers the releases that it says', () => {
          const minor = (tag: string | null) => /(\d+\.\d+)/.exec(tag ?? '')?.[1];
          expect(layout.releases?.from).toBe(minor(fact.releases.from));
          expect(layout.releases?.to).toBe(minor(fact.releases.to));
        });
      },
    );
  },
);

/** The image that the compose files of a tag name; undefined up to 2.3, where components had their own versions. */
function imageOf(tag: string): string | undefined {
  if (tag.startsWith('v')) return `docker.io/mendersoftware/useradm:${tag}`;
  const [major, minor] = tag.split('.').map(Number);
  if ((major ?? 0) * 100 + (minor ?? 0) < 204) return undefined;
  return `registry.mender.io/mendersoftware/useradm-enterprise:mender-${tag}`;
}
