/** A task of the client played with replies to its prompts, without VS Code and without a server. */

import { runTask, type TaskRun } from '../../../client/src/tasks/run-task';
import type { TaskKind } from '../../../client/src/tasks/texts';
import type { TaskUi } from '../../../client/src/ui/ui';
import type {
  Applied,
  ApplyParams,
  KeyTarget,
  KeyTask,
  PlanAnswer,
  PlanPreview,
  Refusal,
} from '../../../server/src/language-server/protocol/index';

export const URI = 'file:///p/docker-compose.yml';

export const gateway: KeyTarget = {
  service: 'gateway',
  requirement: 'gateway.certificate',
  kind: 'tls-pair',
  title: 'TLS certificate of gateway',
  state: 'expires on 2027-01-01 (34 days left)',
  shortState: '34 days left',
  level: 'ok',
  certificateLevel: 'ok',
  keyLevel: 'ok',
  certificate: '/p/cert.pem',
  key: '/p/key.pem',
  names: ['old.example.com'],
  reached: ['mender.example.com'],
  tasks: ['request', 'import', 'sign', 'renew', 'rotate'],
  encrypted: false,
};
export const storage: KeyTarget = {
  ...gateway,
  service: 'storage',
  requirement: 'storage.certificate',
  title: 'TLS certificate of storage',
  names: [],
  reached: [],
  key: undefined,
};
export const token: KeyTarget = {
  ...gateway,
  service: 'useradm',
  requirement: 'useradm.key',
  kind: 'token-key',
  title: 'Token key of useradm',
  tasks: ['rotate', 'convert'],
};
export const ALL = [gateway, storage, token];

export const plan: PlanPreview = {
  ok: true,
  mender: true,
  title: 'Do it',
  findings: [],
  create: [
    {
      path: '/p/request.csr',
      uri: 'file:///p/request.csr',
      relative: 'request.csr',
      kind: 'request',
      service: 'gateway',
      fixes: [],
    },
  ],
  names: [],
  modes: [],
  effects: [],
  reminders: [],
  edited: [],
  outside: [],
};
export const applied: Applied = {
  ok: true,
  edit: {},
  edited: [],
  versions: {},
  created: plan.create,
  reminders: ['Send it.'],
};

export type Reply =
  | 'changed'
  | 'go'
  | 'options'
  | 'back'
  | 'cancel'
  | { readonly type: string }
  | readonly string[];

/** Replies in their order; `{type}` is typed, or chosen by a part of the label. */
export function play(
  kind: TaskKind,
  replies: readonly Reply[],
  given: Partial<TaskRun> = {},
  answers: readonly PlanAnswer[] = [],
) {
  const log: string[] = [];
  const planned: (KeyTask | undefined)[] = [];
  const made: ApplyParams[] = [];
  const left = [...replies];
  const plans = [...answers];
  const next = () => {
    const reply = left.shift();
    if (reply === undefined) throw new Error(`no more replies after ${log.join('; ')}`);
    return reply;
  };
  const at = ({ number, total, back }: { number: number; total: number; back: boolean }) =>
    `${number}/${total}${back ? ' <' : ''}`;
  const ui: TaskUi = {
    inform: async (message) => void log.push(`inform: ${message}`),
    fail: async (message) => void log.push(`fail: ${message}`),
    refuseUntrusted: async () => void log.push('untrusted'),
    async confirm({ options, plan: shown }, step) {
      const names = shown.names.map((entry) => entry.names.join('+')).join(' ');
      log.push(`confirm ${at(step)}${options ? ' options' : ''} ${names}`.trim());
      return next() as never;
    },
    async askNames({ service, value }, step) {
      log.push(`names ${at(step)} ${service}: ${value}`);
      return next() as never;
    },
    async pick({ choices, active = 0 }, step) {
      log.push(`pick ${at(step)} ${choices[active]?.label}`);
      const reply = next();
      if (typeof reply === 'string') return reply as 'back' | 'cancel';
      const wanted = (reply as { type: string }).type;
      const chosen = choices.find(({ label }) => label.includes(wanted));
      if (chosen === undefined)
        throw new Error(`${wanted} is none of ${choices.map(({ label }) => label).join()}`);
      return { value: chosen.value };
    },
    async text({ value, secret, complaint, problem }, step) {
      log.push(`text ${at(step)} ${secret ? 'secret' : value}${complaint ? ` (${complaint})` : ''}`);
      const reply = next();
      if (typeof reply === 'string') return reply as 'back' | 'cancel';
      const { type } = reply as { type: string };
      if (problem(type) !== undefined) throw new Error(problem(type));
      return { value: type };
    },
    async files({ what }, step) {
      log.push(`files ${at(step)} ${what}`);
      const reply = next();
      return typeof reply === 'string' ? (reply as 'back' | 'cancel') : { value: reply as string[] };
    },
    async make(params) {
      made.push(params);
      return applied;
    },
    edit: async () => left[0] !== 'changed' || left.shift() === undefined,
    showResult: async (message) => void log.push(`tell: ${message}`),
    offerRetry: async () => false,
    async offerAnyway(message, button) {
      log.push(`anyway? ${message} [${button}]`);
      return next() === 'go';
    },
  };
  const run = () =>
    runTask(ui, {
      kind,
      uri: URI,
      directory: '/p',
      trusted: true,
      onDisk: true,
      targets: async () => ALL,
      async plan(task) {
        planned.push(task);
        return plans.shift() ?? plan;
      },
      ...given,
    });
  return { log, planned, made, left, run };
}

export const refused = (message: string, more: Partial<Refusal> = {}): PlanAnswer => ({
  ok: false,
  cancelled: false,
  message,
  ...more,
});
export const DONE = 'tell: Created 1 file. Send it.';
