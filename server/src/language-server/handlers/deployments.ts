/** All deployments of the workspace, looked for while nobody types. */
import type { Connection } from 'vscode-languageserver';
import type { LanguageService } from '../../language-service/api/index';
import type { ErrorBoundary } from '../core/error-boundary';
import { LSPErrorCodes, RequestType, ResponseError } from '../core/lsp';
import {
  DEPLOYMENTS_CHANGED_METHOD,
  DEPLOYMENTS_METHOD,
  type DeploymentsAnswer,
  type DeploymentsParams,
} from '../protocol/index';
import type { Checks } from '../sync/check-scheduler';
import type { Documents } from '../sync/documents';
import { signalOf } from './read-request';
import { stackLabels } from './status';

/** Milliseconds without an edit after which the next file is looked at. */
const QUIET = 300;

const NOTHING: DeploymentsAnswer = { deployments: [], complete: true };

export interface WorkspaceDeployments {
  /** A document's text is new: what is looked for waits. */
  edited(): void;
  /** Something changed that the answer may rest on. */
  changed(): void;
  stop(): void;
}

export function answerDeployments(
  connection: Connection,
  service: LanguageService,
  boundary: ErrorBoundary,
  checks: Pick<Checks, 'idle'>,
  documents: () => Documents,
  folders: () => readonly string[],
): WorkspaceDeployments {
  const { stackStatus } = stackLabels(documents, folders);
  let asked = false;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let goOn = () => {};
  let quiet: Promise<void> = Promise.resolve();

  async function pause(): Promise<void> {
    let awaited: Promise<void> | undefined;
    // What came meanwhile is waited for as well.
    while (awaited !== quiet && !stopped) {
      awaited = quiet;
      await awaited;
      await checks.idle();
      // Lets in what the client has sent.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function find(params: DeploymentsParams, signal: AbortSignal): Promise<DeploymentsAnswer> {
    asked = true;
    const given: unknown = params?.exclude;
    const exclude = Array.isArray(given) ? given.filter((glob) => typeof glob === 'string') : [];
    const found = await service.deployments({ exclude, signal, pause });
    if (found === undefined) return NOTHING;
    return {
      complete: found.complete,
      deployments: found.deployments.map(({ file, stack, targets }) => ({
        uri: documents().uriOf(file),
        stack: stackStatus(stack),
        targets,
      })),
    };
  }

  connection.onRequest(
    new RequestType<DeploymentsParams, DeploymentsAnswer, void>(DEPLOYMENTS_METHOD),
    async (params, token) => {
      const { signal, end } = signalOf(token);
      const answer = await boundary('Looking for deployments', NOTHING, () => find(params, signal));
      end();
      return signal.aborted
        ? new ResponseError<void>(LSPErrorCodes.RequestCancelled, 'Looking for deployments was cancelled.')
        : answer;
    },
  );

  return {
    edited() {
      if (stopped) return;
      if (timer === undefined) {
        quiet = new Promise((resolve) => {
          goOn = resolve;
        });
      }
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = undefined;
        goOn();
      }, QUIET);
    },
    changed() {
      if (!asked || stopped) return;
      asked = false;
      void boundary('Telling of changed deployments', undefined, () =>
        connection.sendNotification(DEPLOYMENTS_CHANGED_METHOD),
      );
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      goOn();
    },
  };
}
