/**
 * What the server sends and the LSP library itself shows: messages, progress, labels of edits, failures. Our server
 * sends none of the first to this client; whatever a message holds, it is cleaned before the library reads it. Pure.
 */
import { label } from '../../../server/src/text/harmless';

/** By method, the texts in its parameters that are shown. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  'window/showMessage': ['message'],
  'window/showMessageRequest': ['message'],
  'workspace/applyEdit': ['label'],
  '$/progress': ['value.title', 'value.message'],
};

/** Cleans, in place, what is shown of one message: parameters of the methods above, and the reason of any failure. */
export function cleanIncoming(message: object): void {
  const { method, params, error } = message as { method?: unknown; params?: unknown; error?: unknown };
  clean(error, ['message']);
  if (typeof method === 'string') for (const path of SHOWN[method] ?? []) clean(params, path.split('.'));
}

function clean(holder: unknown, [key = '', ...rest]: readonly string[]): void {
  if (typeof holder !== 'object' || holder === null) return;
  const values = holder as Record<string, unknown>;
  const value = values[key];
  if (rest.length > 0) clean(value, rest);
  else if (typeof value === 'string') values[key] = label(value);
}
