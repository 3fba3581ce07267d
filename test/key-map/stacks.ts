/** Deployments to be drawn: in memory, with keys made at run time, and as arbitrary data. */
import fc from 'fast-check';
import type { StackMap } from '../../server/src/language-service/api/key-map';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { make } from '../../server/src/pki/generate/generate';
import { memoryHost } from '../platform/memory-host';

export const FILE = '/p/docker-compose.yml';

export const TEXT = `services:
  mender-api-gateway:
    image: traefik:v2.10
    volumes:
      - ./cert.crt:/etc/traefik/certs/cert.crt:ro
      - ./private.key:/etc/traefik/certs/private.key:ro
  mender-useradm:
    image: mendersoftware/useradm:mender-3.7.0
    volumes:
      - ./copy.key:/etc/useradm/rsa/private.pem:ro
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.7.0
    volumes:
      - ./gone.pem:/etc/deviceauth/rsa/private.pem:ro
  spare-useradm:
    image: mendersoftware/useradm:mender-3.7.0
`;

/** A host with `TEXT`: the key of the gateway's certificate is another service's token key too, in a copy. */
export async function sharedHost(text = TEXT) {
  const host = memoryHost({ files: { [FILE]: text } });
  const answer = await make(
    [
      {
        kind: 'tls-pair',
        keyPath: '/p/private.key',
        certificatePath: '/p/cert.crt',
        names: ['mender.example.com', '10.0.0.1'],
        bits: 2048,
      },
    ],
    host,
    { root: '/p' },
  );
  if (!answer.ok) throw new Error(answer.message);
  host.put('/p/copy.key', host.text('/p/private.key') ?? '');
  return host;
}

/** The maps of `FILE`, as the façade tells them. */
export async function mapsOf(
  host: ReturnType<typeof memoryHost>,
  settings: object = {},
): Promise<readonly StackMap[]> {
  const service = createLanguageService(host);
  service.configure({ rules: {}, trusted: true, folders: ['/p'], ...settings });
  return service.map(FILE);
}

/** Deployments whose names are anything at all. */
export function anyMap(names: fc.Arbitrary<string>, maxServices: number): fc.Arbitrary<StackMap> {
  const state = fc.constantFrom('good', 'information', 'warning', 'error', 'unknown' as const);
  const presence = fc.constantFrom('present', 'missing', 'not-mounted', 'not-read', 'unknown' as const);
  const place = fc.constant({
    file: FILE,
    range: { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } },
  });
  const finding = fc.record({
    code: fc.constant('key-file-missing'),
    severity: fc.constantFrom('error', 'warning', 'information', 'hint' as const),
    message: names,
    place,
  });
  const time = fc.option(fc.integer({ min: -1e14, max: 8e15 }), { nil: undefined });
  const certificate = fc.record({
    subject: fc.option(names, { nil: undefined }),
    names: fc.array(names, { maxLength: 3 }),
    validFrom: time,
    validTo: time,
    validity: fc.constantFrom('valid', 'expired', 'not-yet-valid', 'expires-soon', 'unknown' as const),
    daysLeft: fc.option(fc.integer(), { nil: undefined }),
    selfSigned: fc.boolean(),
    fingerprint: fc.constant('AA:BB:CC'),
    others: fc.nat(3),
  });
  const service = fc.record({
    name: names,
    role: names,
    place,
    state,
    findings: fc.array(finding, { maxLength: 2 }),
  });
  const file = fc.record({
    label: names,
    path: fc.option(names, { nil: undefined }),
    leadsTo: fc.option(names, { nil: undefined }),
    purposes: fc.constant(['certificate' as const]),
    presence,
    certificate: fc.option(certificate, { nil: undefined }),
    key: fc.constant(undefined),
    certificatesOnly: fc.boolean(),
    state,
    place,
  });
  return fc
    .tuple(
      fc.array(service, { minLength: 1, maxLength: maxServices }),
      fc.array(file, { minLength: 1, maxLength: maxServices }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), names, state, fc.boolean()), { maxLength: 2 * maxServices }),
      fc.array(fc.nat(), { maxLength: 3 }),
      fc.option(names, { nil: undefined }),
    )
    .map(([services, files, lines, shared, name]): StackMap => {
      const mounts = lines.map(([from, to, target, of, mounted], index) => ({
        id: `m${index}`,
        service: `s${from % services.length}`,
        file: `f${to % files.length}`,
        kind: 'private-key' as const,
        title: target,
        target,
        readOnly: true,
        mounted,
        misplaced: !mounted,
        state: of,
        findings: [],
        note: undefined,
        place: undefined,
      }));
      return {
        name,
        release: 'Mender 3.7.0',
        composeFiles: [FILE],
        looked: true,
        now: Date.UTC(2025, 0, 15),
        services: services.map((each, index) => ({ ...each, id: `s${index}` })),
        files: files.map((each, index) => ({ ...each, id: `f${index}` })),
        mounts,
        shared:
          shared.length > 0
            ? [
                {
                  files: [...new Set(shared.map((each) => `f${each % files.length}`))],
                  services: services.map((_, index) => `s${index}`),
                },
              ]
            : [],
        findings: [],
        counts: { error: 0, warning: 0, information: 0, hint: 0 },
      };
    });
}
