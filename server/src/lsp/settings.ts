/** The section `mender` of the user's settings: read, checked, and told to the façade. */
import {
  type ClientCapabilities,
  type Connection,
  DidChangeConfigurationNotification,
  type DidChangeConfigurationParams,
} from 'vscode-languageserver';
import type { MenderService, RuleInfo, Settings, Severity } from '../service/service';
import type { Guard } from './guard';

const SEVERITIES: readonly string[] = ['error', 'warning', 'information', 'hint', 'off'];

export interface ReadRules {
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  /** One sentence that names what was ignored, or undefined. */
  readonly complaint: string | undefined;
}

/**
 * Reads `rules` out of the section `mender`, or out of an object that holds that section. Codes that no rule has
 * and values that are no severity are left out and named in `complaint`.
 */
export function readRules(value: unknown, known: readonly RuleInfo[]): ReadRules {
  const outer = objectOf(value);
  const section = 'mender' in outer ? objectOf(outer.mender) : outer;
  // Clients without a settings tree send dotted names.
  const given = section.rules ?? section['mender.rules'];
  if (given === undefined || given === null) return { rules: {}, complaint: undefined };
  if (typeof given !== 'object' || Array.isArray(given)) {
    return {
      rules: {},
      complaint: 'The setting mender.rules was ignored: it must be an object of rule codes.',
    };
  }
  const codes = new Set(known.map((rule) => rule.code));
  const ignored: string[] = [];
  const rules: [string, Severity | 'off'][] = [];
  for (const [code, severity] of Object.entries(given)) {
    if (!codes.has(code)) ignored.push(`${code} (no such rule)`);
    else if (isSeverity(severity)) rules.push([code, severity]);
    else ignored.push(`${code}: ${JSON.stringify(severity)} (use ${SEVERITIES.join(', ')})`);
  }
  const complaint =
    ignored.length === 0 ? undefined : `Ignored in the setting mender.rules: ${ignored.join('; ')}.`;
  return { rules: Object.fromEntries(rules), complaint };
}

function isSeverity(value: unknown): value is Severity | 'off' {
  return typeof value === 'string' && SEVERITIES.includes(value);
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

export interface SettingsKeeper {
  /** Takes what `initialize` brought; checks may run with it at once. */
  start(initial: unknown, trusted: boolean, capabilities: ClientCapabilities): void;
  /** After `initialized`: asks for the settings and for news of them, where the client can. */
  subscribe(): Promise<void>;
  setTrusted(trusted: boolean): void;
  trusted(): boolean;
}

/** Keeps the façade configured; `changed` is called when a check could now come out differently. */
export function keepSettings(
  connection: Connection,
  service: MenderService,
  known: readonly RuleInfo[],
  guard: Guard,
  changed: () => void,
): SettingsKeeper {
  let settings: Settings = { rules: {}, trusted: true };
  let lastComplaint: string | undefined;
  let canPull = false;
  let canRegister = false;
  let pulls = 0;

  function configure(next: Settings): void {
    const same = fingerprint(next) === fingerprint(settings);
    settings = next;
    if (same) return;
    service.configure(settings);
    changed();
  }

  function accept(value: unknown): void {
    const { rules, complaint } = readRules(value, known);
    if (complaint !== undefined && complaint !== lastComplaint) connection.console.warn(complaint);
    lastComplaint = complaint;
    configure({ ...settings, rules });
  }

  async function pull(): Promise<void> {
    const mine = ++pulls;
    const section: unknown = await connection.workspace.getConfiguration('mender');
    // An answer to an older question would undo a newer setting.
    if (mine === pulls) accept(section);
  }

  connection.onDidChangeConfiguration((params: DidChangeConfigurationParams) => {
    void guard('Reading the settings', undefined, async () => {
      if (canPull) await pull();
      else if (params?.settings !== undefined && params.settings !== null) accept(params.settings);
    });
  });

  return {
    start(initial, trusted, capabilities) {
      canPull = capabilities.workspace?.configuration === true;
      canRegister = capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true;
      settings = { rules: {}, trusted };
      service.configure(settings);
      accept(initial);
    },
    async subscribe() {
      await guard('Asking for the settings', undefined, async () => {
        if (canRegister) {
          await connection.client.register(DidChangeConfigurationNotification.type, { section: 'mender' });
        }
        if (canPull) await pull();
      });
    },
    setTrusted(trusted) {
      configure({ ...settings, trusted });
    },
    trusted: () => settings.trusted,
  };
}

function fingerprint(settings: Settings): string {
  const rules = Object.entries(settings.rules).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([settings.trusted, rules]);
}
