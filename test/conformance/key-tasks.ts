/** Every task that a stack's targets allow, planned over files that are made once: none is refused for a missing one. */
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import type { LanguageService, Plan } from '../../server/src/language-service/api/index';
import type { KeyTarget, KeyTask, TaskKind } from '../../server/src/language-service/api/tasks';
import type { MemoryHost } from '../platform/memory-host';
import { makeCertificates } from '../rules/made-certificates';

/** What lies behind the mounts: nothing, what each service loads, or keys in a form that it doesn't load. */
export const STATES = ['nothing', 'loadable', 'encrypted'] as const;
export type State = (typeof STATES)[number];

const PASSPHRASE = 'not a secret';

export interface Material {
  /** When everything is valid; milliseconds since the epoch. */
  readonly now: number;
  readonly pair: { readonly certificate: string; readonly key: string; readonly encrypted: string };
  /** Of RSA, as every release loads them; each service gets another. */
  readonly tokens: readonly { readonly key: string; readonly encrypted: string }[];
  /** Files of an authority, by name: its own pair, and one that it issued. */
  readonly authority: Readonly<Record<string, string>>;
}

/** Makes them; takes about two seconds. */
export async function makeMaterial(): Promise<Material> {
  const { files, start } = await makeCertificates();
  const file = (name: string) => files[name] ?? '';
  const key = () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const locked = { cipher: 'aes-256-cbc', passphrase: PASSPHRASE };
    return {
      key: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      encrypted: privateKey.export({ type: 'pkcs8', format: 'pem', ...locked }).toString(),
    };
  };
  return {
    now: start + 1_000,
    pair: { certificate: file('good.crt'), key: file('good.key'), encrypted: key().encrypted },
    tokens: [key(), key(), key()],
    authority: {
      'root.crt': file('root.crt'),
      'root.key': file('root.key'),
      'issued.crt': file('chain.crt'),
      'issued.key': file('leaf.key'),
    },
  };
}

export interface TaskPlan {
  readonly kind: TaskKind;
  readonly target: KeyTarget;
  readonly plan: Plan;
}

/** The plans for all tasks of all targets of a file; without those that would change nothing. */
export async function plansOfTasks(
  {
    service,
    host,
    main,
  }: { readonly service: LanguageService; readonly host: MemoryHost; readonly main: string },
  state: State,
  { pair, tokens, authority }: Material,
): Promise<readonly TaskPlan[]> {
  const directory = join(main, '../authority');
  for (const [name, text] of Object.entries(authority)) host.put(join(directory, name), text, 0o600);
  if (state !== 'nothing') {
    const form = state === 'loadable' ? 'key' : 'encrypted';
    for (const [index, { certificate, key, kind }] of (await service.targets(main)).entries()) {
      if (certificate !== undefined) place(host, certificate, pair.certificate);
      const text = kind === 'tls-pair' ? pair[form] : tokens[index % tokens.length]?.[form];
      if (key !== undefined) place(host, key, text ?? '');
    }
    service.changed();
  }
  const found: TaskPlan[] = [];
  for (const target of await service.targets(main)) {
    for (const kind of target.tasks) {
      for (const task of tasksOf(kind, target, directory)) {
        const answer = await service.planTask(main, task, { allow: ['/'] });
        if (answer.kind === 'plan') found.push({ kind, target, plan: answer.plan });
      }
    }
  }
  return found;
}

/** A file where there is none, and where one can be. */
function place(host: MemoryHost, file: string, text: string): void {
  if (host.names().includes(file)) return;
  try {
    host.put(file, text, 0o600);
  } catch {
    // Below another file, or where a directory is.
  }
}

/** A kind of task with what people may say of it. */
function tasksOf(kind: TaskKind, target: KeyTarget, directory: string): readonly KeyTask[] {
  const { service, requirement } = target;
  const at = (name: string) => join(directory, name);
  const own = { service, requirement };
  switch (kind) {
    case 'generate':
      return [{ kind, service }];
    case 'request':
      return [
        { kind, ...own },
        { kind, ...own, newKey: true },
      ];
    case 'import':
      return [
        {
          kind,
          ...own,
          certificates: [at('issued.crt')],
          key: at('issued.key'),
          root: at('root.crt'),
          anyway: true,
        },
      ];
    case 'sign': {
      const authority = { certificate: at('root.crt'), key: at('root.key') };
      return [
        { kind, ...own, authority },
        { kind, ...own, authority, newKey: true },
      ];
    }
    case 'renew':
      return [{ kind, ...own, force: true }];
    case 'rotate':
      return [
        { kind, ...own, again: true },
        { kind, ...own, again: true, leaked: true },
      ];
    case 'split':
      return [{ kind }, { kind, service }];
    case 'convert':
      return [{ kind, ...own, passphrase: PASSPHRASE }];
    case 'bundle':
      return [{ kind, service, root: at('root.crt') }];
  }
}
