/** A checked stack as it can be drawn. Pure. */
import type { Span } from '../../compose/types';
import { placeOf } from '../../mender/requirements/edit-location';
import type { Finding, Settings, Severity } from '../api/index';
import type { MapFile, MapFinding, MapMount, MapPlace, MapService, MapState, StackMap } from '../api/key-map';
import type { CheckedStack } from '../check/check-file';
import type { CodedFinding, Inside } from '../check/run-rules';
import { presentFinding } from '../check/to-finding';
import { rangeOf } from '../edits/to-text-edits';
import { statusOf } from '../key-state/key-status';
import { contentsOf } from './files';
import { type Line, linesOf, sharedKeys } from './mounts';
import { trustedStandings } from './trusted-certificates';

/** The map of one checked stack; undefined where it has no Mender service. */
export function mapOf(checked: CheckedStack, settings: Settings): StackMap | undefined {
  const { analysis, info, inside, findings } = checked;
  const { deployment } = analysis;
  if (!deployment.isMender) return undefined;
  const present = (coded: CodedFinding) => presentFinding(coded, settings, []);
  const placeAt = (span: Span | undefined): MapPlace | undefined =>
    span && { file: span.file, range: rangeOf(span, analysis.lines(span.file)) };
  const ids = new Map(deployment.services.map(({ service }, index) => [service.name, `s${index}`]));

  const lines = linesOf(checked);
  const files = createFiles(inside);
  const trusted = trustedStandings(checked, settings);
  const mounts = lines.map((line, index): MapMount => {
    const reported = line.findings.map(present);
    const dates = trusted(line);
    const state = worse(
      stateOf(line, reported, checked, settings),
      dates ? stateFor(dates.severity) : 'good',
    );
    const place = placeAt(line.span);
    return {
      id: `m${index}`,
      service: ids.get(line.service.name) ?? '',
      file: files.add(line, state, place),
      kind: line.kind,
      title: line.title,
      target: line.target,
      readOnly: line.mount?.readOnly ?? false,
      mounted: line.mount !== undefined,
      misplaced: line.state === undefined,
      state,
      findings: reported.map(mapFinding),
      note: dates?.note,
      place,
    };
  });
  const ofMounts = new Set(lines.flatMap((line) => line.findings));
  const services = deployment.services.map(({ service, role }): MapService => {
    const own = findings.filter(({ finding }) => finding.service === service.name);
    return {
      id: ids.get(service.name) ?? '',
      name: service.name,
      role: role.title,
      place: placeAt(placeOf(service, deployment) ?? service.declarations[0]),
      state: worst(
        own.map(present),
        mounts.filter((mount) => mount.service === ids.get(service.name)),
      ),
      findings: own.filter((coded) => !ofMounts.has(coded)).map((coded) => mapFinding(present(coded))),
    };
  });
  const others = findings.filter(
    (coded) =>
      !ofMounts.has(coded) && (coded.finding.service === undefined || !ids.has(coded.finding.service)),
  );
  return {
    name: info.name,
    release: deployment.recognition.title,
    composeFiles: info.files,
    looked: settings.trusted && deployment.stack.projectDirectory !== undefined,
    now: inside.now,
    services,
    files: files.all(),
    mounts,
    shared: sharedKeys(lines, inside).map((group) => {
      const members = group.flatMap((index) => mounts[index] ?? []);
      return {
        files: [...new Set(members.map(({ file }) => file))],
        services: [...new Set(members.map(({ service }) => service))],
      };
    }),
    findings: others.map((coded) => mapFinding(present(coded))),
    counts: countsOf(findings.map(present)),
  };
}

/** Collects the files of mounts: a path that is mounted twice is one file. */
function createFiles(inside: Inside) {
  const known = new Map<string, MapFile>();
  return {
    all: () => [...known.values()],
    /** The id of the file behind a line. */
    add(line: Line, state: MapState, place: MapPlace | undefined): string {
      const { hostFile, label, kind } = line;
      const key = hostFile === undefined ? `line ${known.size}` : `path ${hostFile}`;
      const before = known.get(key);
      // A misplaced mount isn't looked into; the same file may be known from another mount.
      const contents = before && before.presence !== 'not-read' ? before : whatIsThere(line, inside);
      const { presence, leadsTo, certificate, key: privateKey, certificatesOnly } = contents;
      const file: MapFile = {
        id: before?.id ?? `f${known.size}`,
        label: before?.label ?? label,
        path: hostFile,
        leadsTo,
        purposes: [...new Set([...(before?.purposes ?? []), kind])],
        presence,
        certificate,
        key: privateKey,
        certificatesOnly,
        state: worse(before?.state ?? 'good', state),
        place: before?.place ?? place,
      };
      known.set(key, file);
      return file.id;
    },
  };
}

function whatIsThere({ state, mount, hostFile }: Line, inside: Inside): ReturnType<typeof contentsOf> {
  const looked = state && inside.file(state);
  if (looked) return contentsOf(looked, inside);
  const nothing = { leadsTo: undefined, certificate: undefined, key: undefined, certificatesOnly: false };
  if (mount === undefined) return { ...nothing, presence: state?.how === 'none' ? 'not-mounted' : 'unknown' };
  return { ...nothing, presence: hostFile === undefined ? 'unknown' : 'not-read' };
}

function stateOf(
  { state }: Line,
  reported: readonly Finding[],
  checked: CheckedStack,
  settings: Settings,
): MapState {
  if (state === undefined) return reported.length > 0 ? worst(reported) : 'unknown';
  const { severity, level } = statusOf(state, checked, settings);
  if (severity !== undefined) return stateFor(severity);
  return level === 'unknown' ? 'unknown' : 'good';
}

function mapFinding({ code, severity, message, file, range }: Finding): MapFinding {
  return { code, severity, message, place: { file, range } };
}

function countsOf(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, information: 0, hint: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

const ORDER: readonly MapState[] = ['good', 'unknown', 'information', 'warning', 'error'];

function worse(a: MapState, b: MapState): MapState {
  return ORDER.indexOf(a) < ORDER.indexOf(b) ? b : a;
}

/** The worst that is said, or noted of a mount; where nothing is, what is not known of the mounts. */
function worst(findings: readonly Finding[], mounts: readonly MapMount[] = []): MapState {
  return [
    ...findings.map(({ severity }) => stateFor(severity)),
    ...mounts.flatMap(({ note, state }) => (note === undefined ? [] : [state])),
  ].reduce<MapState>(worse, mounts.some(({ state }) => state === 'unknown') ? 'unknown' : 'good');
}

function stateFor(severity: Severity): MapState {
  return severity === 'hint' ? 'information' : severity;
}
