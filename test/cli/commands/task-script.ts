/** Scripted targets and plans for tests of the commands for keys, and a way to run one with them. */
import type { Plan, PlannedFile } from '../../../server/src/language-service/api/index';
import type { KeyTarget, KeyTask, TaskAnswer } from '../../../server/src/language-service/api/tasks';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';
import { fakeService } from '../fake-service';
import { type CliOptions, type Printed, runCli } from '../run-cli';

export const FILE = '/project/docker-compose.yml';

export function target(service: string, more: Partial<KeyTarget> = {}): KeyTarget {
  return {
    service,
    requirement: `${service}-certificate`,
    kind: 'tls-pair',
    title: `TLS certificate of ${service}`,
    state: 'expires on 2026-01-01',
    shortState: '34 days left',
    level: 'ok',
    certificateLevel: 'ok',
    keyLevel: 'ok',
    certificate: `/project/ssl/${service}/cert.pem`,
    key: `/project/ssl/${service}/key.pem`,
    names: [],
    reached: [],
    tasks: ['request', 'import', 'sign', 'renew', 'rotate', 'convert'],
    encrypted: false,
    ...more,
  };
}

export function plan(more: Partial<Plan> = {}): TaskAnswer {
  return {
    kind: 'plan',
    plan: {
      title: 'A task',
      findings: [],
      create: [],
      names: [],
      edits: [],
      ignores: [],
      outside: [],
      modes: [],
      effects: [],
      reminders: [],
      ...more,
    },
  };
}

/** Makes one file; names are those of its certificate. */
export function making(
  path: string,
  kind: PlannedFile['kind'],
  service: string,
  names: readonly string[] = [],
): Partial<Plan> {
  return {
    create: [{ path, kind, service }],
    names: names.length > 0 ? [{ service, names, fallback: [] }] : [],
  };
}

export interface Script extends CliOptions {
  readonly host?: MemoryHost;
  readonly targets?: readonly KeyTarget[];
  /** By file, where several compose files have different ones. */
  readonly targetsOf?: Readonly<Record<string, readonly KeyTarget[]>>;
  readonly answer?: (task: KeyTask, file: string) => TaskAnswer;
}

export interface Ran extends Printed {
  readonly host: MemoryHost;
  readonly asked: readonly { readonly file: string; readonly task: KeyTask }[];
  /** The tasks that were planned, each once. */
  readonly tasks: readonly KeyTask[];
}

/** Runs a command in a project whose compose file holds `mender`. */
export async function runTask(args: readonly string[], script: Script = {}): Promise<Ran> {
  const host = script.host ?? memoryHost({ files: { [FILE]: 'mender\n' } });
  const asked: { file: string; task: KeyTask }[] = [];
  const { answer, targets, targetsOf } = script;
  const engine = {
    createLanguageService: () =>
      fakeService(host, {
        asked,
        targets: (file) => targetsOf?.[file] ?? targets ?? [],
        ...(answer && { answer }),
      }),
  };
  const printed = await runCli(args, host, { ...script, engine });
  const tasks = [...new Map(asked.map(({ task }) => [JSON.stringify(task), task])).values()];
  return { ...printed, host, asked, tasks };
}
