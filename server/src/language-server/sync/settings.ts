/** The section `mender` of the user's settings and the workspace's folders: kept, and told to the façade. */
import type {
  ClientCapabilities,
  Connection,
  DidChangeConfigurationParams,
  InitializeParams,
} from 'vscode-languageserver';
import type { LanguageService, RuleInfo, Settings } from '../../language-service/api/index';
import { oneLine } from '../../text/harmless';
import type { ErrorBoundary } from '../core/error-boundary';
import { DidChangeConfigurationNotification } from '../core/lsp';
import { fileKey, fileOf, hasPath, uriOf } from '../core/uris';
import {
  type Releases,
  readExpiresSoonDays,
  readRelease,
  readRules,
  readShows,
  readStacks,
  type Shows,
  unique,
} from './parse-settings';

export interface SettingsKeeper {
  /** Takes what `initialize` brought; checks may run with it at once. */
  start(params: InitializeParams, initial: unknown, trusted: boolean): void;
  /** After `initialized`: asks for the settings and for news of them and of the folders, where the client can. */
  subscribe(): Promise<void>;
  setTrusted(trusted: boolean): void;
  trusted(): boolean;
  /** The workspace's folders, absolute. */
  folders(): readonly string[];
  /** Whether something is shown in the text of compose files. */
  shows(what: keyof Shows): boolean;
  /** Has `changed` called when that is changed. */
  onShows(changed: () => void): void;
}

/** What a client that is asked answers: the section of all, and that of each folder. */
interface Sections {
  readonly all: unknown;
  readonly byFolder: readonly { readonly folder: string; readonly section: unknown }[];
}

/** Keeps the façade configured; `changed` is called when a check could now come out differently. */
export function keepSettings(
  connection: Connection,
  service: LanguageService,
  known: readonly RuleInfo[],
  releases: Releases,
  boundary: ErrorBoundary,
  changed: () => void,
): SettingsKeeper {
  let settings: Settings = { rules: {}, trusted: true };
  let folderUris: readonly string[] = [];
  let lastPush: unknown;
  const lastComplaints = new Map<string, string>();
  let capabilities: ClientCapabilities = {};
  let pulls = 0;
  let shows: Shows = readShows(undefined).shows;
  let showsChanged = () => {};

  const canPull = () => capabilities.workspace?.configuration === true;
  const folders = () => folderUris.map(fileOf).filter(hasPath);

  function configure(next: Settings): void {
    const same = fingerprint(next) === fingerprint(settings);
    settings = next;
    if (same) return;
    service.configure(settings);
    changed();
  }

  /** Says what is wrong in a setting, once until it changes. */
  function complain(setting: string, complaints: readonly (string | undefined)[]): void {
    const text = [...new Set(complaints.filter((complaint) => complaint !== undefined))].join(' ');
    if (text !== '' && lastComplaints.get(setting) !== text) connection.console.warn(oneLine(text));
    lastComplaints.set(setting, text);
  }

  function accept({ all, byFolder }: Sections): void {
    const { rules, complaint } = readRules(all, known);
    const { release, complaint: wrongRelease } = readRelease(all, releases);
    const { expiresSoonDays, complaint: wrongDays } = readExpiresSoonDays(all);
    const read =
      byFolder.length === 0
        ? [readStacks(all, folders())]
        : byFolder.map(({ folder, section }) => readStacks(section, [folder]));
    const { shows: nextShows, complaint: wrongShows } = readShows(all);
    complain('shows', [wrongShows]);
    complain('rules', [complaint]);
    complain('release', [wrongRelease]);
    complain('expiresSoonDays', [wrongDays]);
    complain(
      'stacks',
      read.map((each) => each.complaint),
    );
    const stacks = unique(read.flatMap((each) => each.stacks));
    configure({
      rules,
      trusted: settings.trusted,
      ...(stacks.length > 0 && { stacks }),
      ...(release !== undefined && { release }),
      ...(expiresSoonDays !== undefined && { expiresSoonDays }),
      ...(folders().length > 0 && { folders: folders() }),
    });
    const same = nextShows.codeLens === shows.codeLens && nextShows.inlayHints === shows.inlayHints;
    shows = nextShows;
    if (!same) showsChanged();
  }

  function push(value: unknown): void {
    lastPush = value;
    accept({ all: value, byFolder: [] });
  }

  /** A folder can have settings of its own; each is asked for with the folder as scope. */
  async function pull(): Promise<void> {
    const mine = ++pulls;
    const scopes = folderUris.filter((uri) => hasPath(fileOf(uri)));
    const items = [{ section: 'mender' }, ...scopes.map((scopeUri) => ({ scopeUri, section: 'mender' }))];
    const answer: unknown = await connection.workspace.getConfiguration(items);
    // An answer to an older question would undo a newer setting.
    if (mine !== pulls) return;
    const sections: readonly unknown[] = Array.isArray(answer) ? answer : [];
    accept({
      all: sections[0],
      byFolder: scopes.map((uri, index) => ({ folder: fileOf(uri), section: sections[index + 1] })),
    });
  }

  connection.onDidChangeConfiguration((params: DidChangeConfigurationParams) => {
    void boundary('Reading the settings', undefined, async () => {
      if (canPull()) await pull();
      else if (params?.settings !== undefined && params.settings !== null) push(params.settings);
    });
  });

  function changeFolders(added: readonly string[], removed: readonly string[]): Promise<void> {
    return boundary('Noticing the folders', undefined, async () => {
      const gone = new Set(removed.map((uri) => fileKey(fileOf(uri))));
      folderUris = [...folderUris.filter((uri) => !gone.has(fileKey(fileOf(uri)))), ...added];
      if (canPull()) await pull();
      else push(lastPush);
    });
  }

  return {
    start(params, initial, trusted) {
      capabilities = params.capabilities ?? {};
      folderUris = foldersOf(params);
      settings = { rules: {}, trusted };
      service.configure(settings);
      push(initial);
    },
    async subscribe() {
      await boundary('Asking for the settings', undefined, async () => {
        if (capabilities.workspace?.workspaceFolders === true) {
          connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
            void changeFolders(
              added.map(({ uri }) => uri),
              removed.map(({ uri }) => uri),
            );
          });
        }
        if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true) {
          await connection.client.register(DidChangeConfigurationNotification.type, { section: 'mender' });
        }
        if (canPull()) await pull();
      });
    },
    setTrusted(trusted) {
      configure({ ...settings, trusted });
    },
    trusted: () => settings.trusted,
    folders,
    shows: (what) => shows[what],
    onShows(changed) {
      showsChanged = changed;
    },
  };
}

/** URIs of the folders that `initialize` names, in any of the three ways that LSP has had for it. */
function foldersOf({ workspaceFolders, rootUri, rootPath }: InitializeParams): readonly string[] {
  if (Array.isArray(workspaceFolders)) {
    return workspaceFolders.map((folder) => folder?.uri).filter((uri) => typeof uri === 'string');
  }
  if (typeof rootUri === 'string') return [rootUri];
  return typeof rootPath === 'string' && rootPath !== '' ? [uriOf(rootPath)] : [];
}

function fingerprint({ rules, trusted, stacks, release, expiresSoonDays, folders }: Settings): string {
  const sorted = Object.entries(rules).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([trusted, sorted, stacks, release, expiresSoonDays, folders]);
}
