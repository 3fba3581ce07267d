/**
 * Which open document is checked when. One whose text changed is checked at once, a newer edit stopping the older run;
 * those whose answers rest on it follow one after the other, so that they don't slow down what is being typed.
 */

import type { CheckAnswer, LanguageService } from '../../language-service/api/index';
import { visible } from '../../text/harmless';
import type { ErrorBoundary, Log } from '../core/error-boundary';
import { fileKey } from '../core/uris';
import type { Documents, OpenDocument } from './documents';

export interface CheckEvents {
  answered(document: OpenDocument, answer: CheckAnswer): void | Promise<void>;
}

export interface Checks {
  /** The document's text is new. */
  changed(document: OpenDocument): void;
  /** The document was closed: what is on disk counts now. */
  closed(document: OpenDocument): void;
  /** Checks again the open documents whose answers rest on one of `files`; without `files`, all of them. */
  again(files?: readonly string[]): void;
  /** True while a document waits for its check, or for the end of it. */
  isPending(key: string): boolean;
  /** Fulfilled once no document is checked, or waits for it. */
  idle(): Promise<void>;
  /** Ids of all files that the open documents' answers rest on; the same list as long as they stay the same. */
  dependencies(): readonly string[];
  stop(): void;
}

interface Run {
  readonly controller: AbortController;
  /** Keys of files that changed since it began. */
  readonly touched: Set<string>;
}

export function createChecks(
  service: LanguageService,
  boundary: ErrorBoundary,
  log: Log,
  documents: () => Documents,
  events: CheckEvents,
): Checks {
  const running = new Map<string, Run>();
  /** Keys of documents to check when nothing else runs. */
  const queue = new Set<string>();
  /** What each document's last answer rests on: ids, in order and by key. */
  const rests = new Map<
    string,
    { readonly ids: readonly string[]; readonly files: ReadonlyMap<string, string> }
  >();
  /** What all of them rest on, as long as that is the same. */
  let all: readonly string[] | undefined;
  const problems = new Map<string, string>();
  let stopped = false;
  let resting: (() => void)[] = [];

  const isIdle = () => stopped || (running.size === 0 && queue.size === 0);

  async function once(document: OpenDocument, key: string, run: Run): Promise<void> {
    const answer = await service.check(document.file, run.controller.signal);
    if (answer === undefined || run.controller.signal.aborted) return;
    if ('problem' in answer) {
      // Said once, not at every keystroke.
      if (problems.get(key) !== answer.problem) log.warn(visible(`${document.file} ${answer.problem}`));
      problems.set(key, answer.problem);
    } else problems.delete(key);
    const found: CheckAnswer =
      'problem' in answer ? { findings: [], mender: false, stacks: [], dependencies: [] } : answer;
    const ids = [document.file, ...found.dependencies];
    const before = rests.get(key);
    const isSame = before?.ids.length === ids.length && ids.every((id, index) => id === before.ids[index]);
    const files = isSame ? before.files : new Map(ids.map((id) => [fileKey(id), id]));
    if (!isSame) {
      rests.set(key, { ids, files });
      all = undefined;
    }
    running.delete(key);
    // What it read may be of yesterday: ask again rather than tell places that moved.
    if ([...run.touched].some((file) => files.has(file))) queue.add(key);
    else await events.answered(document, found);
  }

  function start(document: OpenDocument): void {
    const key = fileKey(document.file);
    abort(key);
    queue.delete(key);
    const run: Run = { controller: new AbortController(), touched: new Set() };
    running.set(key, run);
    void boundary(`Checking ${document.file}`, undefined, () => once(document, key, run)).then(() => {
      if (running.get(key) === run) running.delete(key);
      pump();
    });
  }

  function abort(key: string): void {
    running.get(key)?.controller.abort();
    running.delete(key);
  }

  function pump(): void {
    while (!stopped && running.size === 0) {
      const [key] = queue;
      if (key === undefined) break;
      queue.delete(key);
      const document = documents().ofFile(key);
      if (document !== undefined) start(document);
    }
    if (!isIdle()) return;
    for (const go of resting) go();
    resting = [];
  }

  /** Queues the documents that rest on one of the files, but for `except`. */
  function touch(keys: readonly string[], except?: string): void {
    for (const [key, run] of running) if (key !== except) for (const file of keys) run.touched.add(file);
    for (const { file } of documents().all()) {
      const key = fileKey(file);
      if (key === except || !keys.some((changed) => changed === key || rests.get(key)?.files.has(changed)))
        continue;
      abort(key);
      queue.add(key);
    }
  }

  return {
    changed(document) {
      if (stopped) return;
      const key = fileKey(document.file);
      start(document);
      touch([key], key);
    },
    closed(document) {
      const key = fileKey(document.file);
      abort(key);
      queue.delete(key);
      rests.delete(key);
      all = undefined;
      problems.delete(key);
      touch([key]);
      pump();
    },
    again(files) {
      if (files !== undefined) touch(files.map(fileKey));
      else {
        for (const { file } of documents().all()) {
          abort(fileKey(file));
          queue.add(fileKey(file));
        }
      }
      pump();
    },
    idle: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => resting.push(resolve))),
    isPending: (key) => running.has(key) || queue.has(key),
    dependencies() {
      all ??= [...new Map([...rests.values()].flatMap(({ files }) => [...files])).values()];
      return all;
    },
    stop() {
      stopped = true;
      for (const key of [...running.keys()]) abort(key);
      queue.clear();
      pump();
    },
  };
}
