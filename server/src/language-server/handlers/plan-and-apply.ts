/** Plans shown and carried out: `mender/plan` and `mender/apply`, and what the commands build on. */
import type { Connection } from 'vscode-languageserver';
import type {
  ApplyOptions,
  FileEdits,
  LanguageService,
  Plan,
  PlannedFile,
} from '../../language-service/api/index';
import { aboutOf } from '../../language-service/info/rules';
import { recoveredWords } from '../../language-service/plans/titles';
import { label } from '../../text/harmless';
import { type ErrorBoundary, oneLine } from '../core/error-boundary';
import { RequestType, ResponseError } from '../core/lsp';
import { fileOf, hasPath, relativeTo, uriOf } from '../core/uris';
import {
  APPLY_METHOD,
  type ApplyParams,
  type ApplyResult,
  type FilePreview,
  type KeyTask,
  PLAN_METHOD,
  type PlanAnswer,
  type PlanParams,
  type Refusal,
  TARGETS_METHOD,
  type TargetsAnswer,
  type TargetsParams,
} from '../protocol/index';
import type { Documents } from '../sync/documents';
import { todaysFixId } from './code-lens';
import type { EditWriter } from './workspace-edit';

export interface Plans {
  preview(params: PlanParams): Promise<PlanAnswer>;
  targets(params: TargetsParams): Promise<TargetsAnswer>;
  apply(params: ApplyParams, signal: AbortSignal, progress?: ApplyOptions['progress']): Promise<ApplyResult>;
  /** Aborts what is being made, and waits until it has cleaned up. */
  stop(): Promise<void>;
}

// Chosen in a light bulb, a hover or over a service: each offers by now what fits.
const GONE = 'The compose file has changed, and this fix no longer applies. Open the light bulb again.';
const CHANGED = 'The compose file has changed meanwhile, so nothing was created. Start again.';

/** What is under way, by what somebody wants done. */
const DOING: Readonly<Record<KeyTask['kind'], string>> = {
  generate: 'Generating Mender keys',
  request: 'Creating a certificate request',
  import: 'Importing a certificate',
  sign: 'Signing a certificate',
  renew: 'Renewing a certificate',
  rotate: 'Rotating a key',
  split: 'Splitting shared keys',
  convert: 'Converting a key',
  bundle: 'Exporting a trust bundle',
};

/** What carrying out a plan is called while it lasts. */
export function doing({ task, fixId }: Pick<PlanParams, 'task' | 'fixId'>): string {
  if (task === undefined && fixId !== undefined) return 'Applying a fix';
  // A task of another version's client has no name here.
  return DOING[task?.kind ?? 'generate'] ?? 'Working on Mender keys';
}

export function createPlans(service: LanguageService, documents: Documents, edits: EditWriter): Plans {
  const underWay = new Set<{ readonly controller: AbortController; readonly done: Promise<unknown> }>();
  let stopped = false;

  /** The plan, or why there is none. */
  async function planOf(file: string, params: ApplyParams): Promise<Plan | Refusal> {
    const options = {
      allow: readPaths(params.allow),
      unsaved: readPaths(params.unsaved).map(fileOf).filter(hasPath),
    };
    if (params.task !== undefined) {
      const answer = await service.planTask(file, params.task, options);
      if (answer.kind === 'plan') return answer.plan;
      if (answer.kind === 'nothing') return { ...refusal(answer.message), nothing: true };
      const { message, passphrase, rootNeeded, anyway, outside } = answer;
      return { ...refusal(message), passphrase, rootNeeded, anyway, outside };
    }
    if (params.fixId !== undefined) {
      const fixId = await todaysFixId(service, file, params.fixId);
      return (fixId !== undefined && (await service.plan(file, fixId, options))) || refusal(GONE);
    }
    return service.planAll(file, { generate: params.generate !== false, ...options });
  }

  async function preview(params: PlanParams): Promise<PlanAnswer> {
    const file = knownFile(params.uri);
    const checked = await service.check(file);
    if (checked === undefined) return refusal('The compose file could not be checked.');
    if ('problem' in checked) return refusal(`${file} ${checked.problem}`);
    const plan = await planOf(file, params);
    if ('ok' in plan) return plan;
    return {
      ok: true,
      mender: checked.mender,
      title: plan.title,
      findings: plan.findings.map(({ code, message, service }) => ({ code, message, service })),
      create: plan.create.map((made) => describe(file, made, plan)),
      names: plan.names,
      modes: plan.modes.map((mode) => ({ ...mode, relative: relativeTo(file, mode.path) })),
      effects: plan.effects,
      reminders: plan.reminders,
      edited: editedUris([...plan.ignores, ...plan.edits]),
      outside: plan.outside,
      rootWanted: plan.rootWanted,
    };
  }

  async function carryOut(
    params: ApplyParams,
    signal: AbortSignal,
    progress: ApplyOptions['progress'],
  ): Promise<ApplyResult> {
    const file = knownFile(params.uri);
    const snapshot = edits.snapshot();
    const plan = await planOf(file, params);
    if ('ok' in plan) return plan;
    if (signal.aborted) return { ok: false, cancelled: true, message: 'Cancelled. Nothing was created.' };
    if (params.confirmed !== undefined) {
      const agreed = new Set(params.confirmed);
      if ([...plan.create, ...plan.modes].some((planned) => !agreed.has(planned.path)))
        return refusal(CHANGED);
    }
    const answer = await service.apply(plan, { names: readNames(params.names), signal, progress });
    if (!answer.ok) return { ok: false, cancelled: answer.cancelled, message: answer.message };
    return {
      ok: true,
      edit: edits.workspaceEdit(answer.edits, snapshot),
      edited: editedUris(answer.edits),
      versions: edits.versions(answer.edits, snapshot),
      created: answer.created.map((made) => describe(file, made, plan)),
      reminders: [...recoveredWords(answer.recovered, (path) => relativeTo(file, path)), ...answer.reminders],
    };
  }

  function editedUris(edited: readonly FileEdits[]): string[] {
    return edited.filter((f) => f.edits.length > 0).map((f) => documents.uriOf(f.file));
  }

  /** Only what the editor has open is planned for: the edit must land where the user can see and undo it. */
  function knownFile(uri: string): string {
    const document = documents.get(uri);
    if (document !== undefined) return document.file;
    throw new Error(`${fileOf(uri)} is not open`);
  }

  return {
    preview,
    async targets(params) {
      return { targets: await service.targets(knownFile(params.uri)) };
    },
    async apply(params, signal, progress) {
      if (stopped) return refusal('The language server is shutting down.');
      const controller = new AbortController();
      const forward = () => controller.abort();
      if (signal.aborted) forward();
      else signal.addEventListener('abort', forward, { once: true });
      const job = { controller, done: carryOut(params, controller.signal, progress) };
      underWay.add(job);
      try {
        return await job.done;
      } finally {
        underWay.delete(job);
        signal.removeEventListener('abort', forward);
      }
    },
    async stop() {
      stopped = true;
      for (const { controller } of underWay) controller.abort();
      await Promise.allSettled([...underWay].map((job) => job.done));
    },
  };
}

/** Answers the two requests. A failure becomes a refusal that says why, so that the user is never left waiting. */
export function answerPlanRequests(connection: Connection, plans: Plans, boundary: ErrorBoundary): void {
  connection.onRequest(new RequestType<PlanParams, PlanAnswer, void>(PLAN_METHOD), (params) =>
    refuseOnError(boundary, 'Planning', () => plans.preview(params)),
  );
  connection.onRequest(
    new RequestType<TargetsParams, TargetsAnswer, void>(TARGETS_METHOD),
    async (params) =>
      (await boundary('Looking for keys', undefined, () => plans.targets(params))) ?? { targets: [] },
  );
  connection.onRequest(new RequestType<ApplyParams, ApplyResult, void>(APPLY_METHOD), (params, token) =>
    refuseOnError(boundary, doing(params ?? {}), async () => {
      const controller = new AbortController();
      if (token.isCancellationRequested) controller.abort();
      const listener = token.onCancellationRequested(() => controller.abort());
      const progress = connection.window.attachWorkDoneProgress(params.workDoneToken);
      progress.begin(doing(params), 0, undefined, true);
      try {
        return await plans.apply(params, controller.signal, (done, total, what) =>
          progress.report(percentage(done, total), label(what)),
        );
      } finally {
        progress.done();
        listener.dispose();
      }
    }),
  );
}

/** How far, from 0 to 100. */
export function percentage(done: number, total: number): number {
  return total > 0 ? Math.min(100, Math.max(0, Math.round((100 * done) / total))) : 0;
}

async function refuseOnError<T>(
  boundary: ErrorBoundary,
  what: string,
  work: () => Promise<T>,
): Promise<T | Refusal> {
  let reason = '';
  const answer = await boundary<T | undefined>(what, undefined, async () => {
    try {
      return await work();
    } catch (error) {
      reason = error instanceof ResponseError ? '' : oneLine(error);
      throw error;
    }
  });
  return answer ?? refusal(`${what} failed: ${reason || 'the request was not understood'}.`);
}

function refusal(message: string): Refusal {
  return { ok: false, cancelled: false, message };
}

function readPaths(paths: readonly string[] | undefined): readonly string[] {
  return Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : [];
}

function readNames(names: ApplyParams['names']): ReadonlyMap<string, readonly string[]> {
  const read = new Map<string, readonly string[]>();
  for (const [service, list] of Object.entries(names ?? {})) {
    const strings = Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
    if (strings.length > 0) read.set(service, strings);
  }
  return read;
}

/** What findings are about that a new file does not resolve: the other one of a pair. */
const OF_OTHERS: Readonly<Partial<Record<PlannedFile['kind'], readonly string[]>>> = {
  'private-key': ['certificate'],
  certificate: ['private-key', 'token-key'],
};

function describe(file: string, made: PlannedFile, plan: Plan): FilePreview {
  const mine = plan.findings.filter((finding) => finding.service === made.service);
  const exact = mine.filter(({ code }) => aboutOf(code) === made.kind);
  const others = mine.filter(({ code }) => !OF_OTHERS[made.kind]?.includes(aboutOf(code)));
  return {
    path: made.path,
    uri: uriOf(made.path),
    relative: relativeTo(file, made.path),
    kind: made.kind,
    service: made.service,
    fixes: (exact.length > 0 ? exact : others).map((finding) => finding.message),
  };
}
