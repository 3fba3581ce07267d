/** A certificate request for an authority elsewhere. */
import { documentedPath, freePath, shownPath } from '../changes/file-paths';
import {
  chainIn,
  type Drafted,
  findPair,
  keyIn,
  namesOf,
  nothing,
  type PairTarget,
  refused,
  type TaskContext,
} from './task';

export interface RequestOptions {
  readonly service: string;
  readonly requirement?: string;
  readonly newKey?: boolean;
  readonly algorithm?: 'rsa' | 'ec';
  readonly bits?: number;
  readonly names?: readonly string[];
}

export async function planRequest(options: RequestOptions, context: TaskContext): Promise<Drafted> {
  const found = findPair(context, options);
  if (typeof found === 'string') return refused(found);
  const { mender, pair } = found;
  const { around } = context;
  const { paths } = around;
  const { name } = mender.service;
  const documented = documentedPath(pair.key, context);
  if (documented === undefined)
    return refused('Save the compose file first: the request is created in its directory.');
  const keyFile = pair.key.hostFile;
  const view = keyFile === undefined ? undefined : await around.view(keyFile);
  const usable = view?.kind === 'private-key' && view.tls && !view.encrypted;
  const newKey = options.newKey === true || !usable || keyFile === undefined;
  const directory = context.directory ?? paths.dirname(keyFile ?? documented);
  const waiting = await waitingRequest(directory, newKey, found, context);
  if (waiting !== undefined) {
    return nothing(
      `The request ${shownPath(waiting, context)} already exists. Send it to the authority, or move it away to create a new one.`,
    );
  }
  const keyPath = newKey
    ? await freePath(directory, paths.basename(keyFile ?? documented), context)
    : keyFile;
  const stem = paths.parse(keyPath).name;
  const requestPath = await freePath(directory, `${stem}.csr`, context);
  const chain = await chainIn(pair.certificate.hostFile, context);
  const shown = shownPath(requestPath, context);
  const key = newKey ? { algorithm: options.algorithm, bits: options.bits } : {};
  return {
    kind: 'plan',
    title: `Create a certificate request for ${name}`,
    part: {
      operations: [],
      jobs: [
        {
          order: { kind: 'request', keyPath, requestPath, newKey, names: [], ...key },
          mender,
          keepNames: [...namesOf(chain?.links[0].certificate), ...(options.names ?? [])],
        },
      ],
      reminders: [
        `Send ${shown} to your certificate authority, then import the signed certificate. The compose file is edited then.`,
      ],
    },
  };
}

/** A request in the directory that nobody has answered: for the key that is mounted, or for one that isn't mounted yet. */
async function waitingRequest(
  directory: string,
  newKey: boolean,
  { pair }: PairTarget,
  context: TaskContext,
): Promise<string | undefined> {
  const { around } = context;
  const mounted = (await keyIn(pair.key.hostFile, context))?.publicKeyFingerprint;
  const keys = new Set<string>();
  for (const file of await around.pemFiles([directory])) {
    const key = (await keyIn(file, context))?.publicKeyFingerprint;
    if (key !== undefined) keys.add(key);
  }
  for (const file of await around.requestFiles(directory)) {
    const facts = await around.facts(file);
    const block = facts?.pem?.blocks.find(({ kind }) => kind === 'request');
    if (block?.kind !== 'request' || block.damaged) continue;
    const key = block.publicKeyFingerprint;
    if (key === undefined || !keys.has(key)) continue;
    if (newKey ? key !== mounted : key === mounted) return file;
  }
  return undefined;
}
