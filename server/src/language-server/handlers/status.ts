/** Tells the client how its open documents were checked, and answers what else could be chosen. */
import type { Connection } from 'vscode-languageserver';
import type { CheckAnswer, LanguageService, Severity, StackInfo } from '../../language-service/api/index';
import type { ErrorBoundary } from '../core/error-boundary';
import { directoryLabel, labelOf } from '../core/file-labels';
import { RequestType, RequestType0 } from '../core/lsp';
import { fileKey, fileOf } from '../core/uris';
import {
  type FileLabel,
  OFFER_METHOD,
  type OfferAnswer,
  type OfferParams,
  RELEASES_METHOD,
  type ReleasesAnswer,
  STATUS_METHOD,
  type StackStatus,
  type StatusParams,
} from '../protocol/index';
import type { Documents, OpenDocument } from '../sync/documents';

export interface Status {
  /** Tells how a document was checked, where that is news. */
  tell(document: OpenDocument, answer: CheckAnswer): Promise<void>;
  forget(document: OpenDocument): void;
}

/** `folders` are the workspace's, absolute; `releases` examples of what the setting `mender.release` understands. */
export function tellStatus(
  connection: Connection,
  service: LanguageService,
  boundary: ErrorBoundary,
  documents: () => Documents,
  folders: () => readonly string[],
  releases: readonly string[],
): Status {
  const reported = new Map<string, string>();

  const { fileLabel, placeLabel, stackStatus } = stackLabels(documents, folders);

  connection.onRequest(new RequestType<OfferParams, OfferAnswer, void>(OFFER_METHOD), (params) =>
    boundary<OfferAnswer>('Listing files to check together', null, async () => {
      const offer = await service.offer(documents().get(params.uri)?.file ?? fileOf(params.uri));
      if (offer === undefined) return null;
      const label = fileLabel(offer.projectDirectory);
      return {
        files: offer.files.map(({ file, picked }) => ({ ...label(file), picked })),
        projectDirectory: placeLabel(offer.projectDirectory),
      };
    }),
  );
  connection.onRequest(new RequestType0<ReleasesAnswer, void>(RELEASES_METHOD), () => ({ releases }));

  return {
    async tell(document, answer) {
      const status: StatusParams = {
        uri: document.uri,
        mender: answer.mender,
        stacks: answer.stacks.map(stackStatus),
        counts: countBySeverity(answer),
      };
      const key = fileKey(document.file);
      const text = JSON.stringify(status);
      if (reported.get(key) === text) return;
      reported.set(key, text);
      await connection.sendNotification(STATUS_METHOD, status);
    },
    forget(document) {
      reported.delete(fileKey(document.file));
    },
  };
}

function countBySeverity({ findings }: CheckAnswer): Record<Severity, number> {
  const counts = { error: 0, warning: 0, information: 0, hint: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** How stacks and their files are told to the client. `folders` are the workspace's, absolute. */
export function stackLabels(documents: () => Documents, folders: () => readonly string[]) {
  const fileLabel =
    (projectDirectory: string | undefined) =>
    (file: string): FileLabel => ({
      uri: documents().uriOf(file),
      label: labelOf(file, folders(), projectDirectory),
    });
  const placeLabel = (directory: string): FileLabel => ({
    uri: documents().uriOf(directory),
    label: directoryLabel(directory, folders()),
  });

  function stackStatus(stack: StackInfo): StackStatus {
    const label = fileLabel(stack.projectDirectory);
    return {
      name: stack.name,
      files: stack.files.map(label),
      reason: stack.reason,
      why: stack.why,
      projectDirectory: stack.projectDirectory === undefined ? undefined : placeLabel(stack.projectDirectory),
      beside: stack.beside.map(label),
      release: stack.release,
    };
  }

  return { fileLabel, placeLabel, stackStatus };
}
