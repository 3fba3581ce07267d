/**
 * What was answered about open documents, so that a client is only asked to ask anew where that has changed. After an
 * edit of a document it asks by itself.
 */

import { fileKey } from '../core/uris';
import type { OpenDocument } from './documents';

export interface Shown {
  /** Remembers an answer about a document. */
  reported(document: OpenDocument, answer: unknown): void;
  /** True when the client shows another answer about the document's text than this. */
  differs(document: OpenDocument, answer: unknown): boolean;
  /** True when an answer about the document's text as it is now was told. */
  isShown(document: OpenDocument): boolean;
  forget(document: OpenDocument): void;
}

export function createShown(): Shown {
  const answers = new Map<string, { readonly version: number; readonly text: string }>();
  const keyOf = ({ file }: OpenDocument) => fileKey(file);
  const shown = (document: OpenDocument) => {
    const last = answers.get(keyOf(document));
    return last?.version === document.version ? last.text : undefined;
  };
  return {
    reported: (document, answer) =>
      void answers.set(keyOf(document), { version: document.version, text: JSON.stringify(answer) }),
    differs(document, answer) {
      const last = shown(document);
      return last !== undefined && last !== JSON.stringify(answer);
    },
    isShown: (document) => shown(document) !== undefined,
    forget: (document) => void answers.delete(keyOf(document)),
  };
}
