/** A plan in words and as JSON. */
import type { Plan, PlannedFile, PlannedMode } from '../../language-service/api/index';
import { UsageError } from '../core/context';
import { printable } from '../core/style';
import { didYouMean } from '../options/did-you-mean';
import type { GivenNames, Make } from '../options/task-options';

/** What the plans make, for a list of it. */
export interface Making {
  /** Of certificates, by service. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly make: Make;
  /** How a path is shown. */
  readonly display: (path: string) => string;
}

/** The names that each certificate of a plan gets: given ones, else those of the compose files, else the fallback. */
export function certificateNames(plan: Plan, given: GivenNames): Map<string, readonly string[]> {
  return new Map(
    plan.names.map(({ service, names, fallback }) => [
      service,
      given.byService.get(service) ?? given.forAll ?? (names.length > 0 ? names : fallback),
    ]),
  );
}

/**
 * Refuses names for a service that gets no certificate, when there is any that does: most likely it is mistyped.
 * @throws UsageError naming the services that do.
 */
export function checkNamedServices(plans: readonly Plan[], given: GivenNames): void {
  const services = [...new Set(plans.flatMap(({ names }) => names.map(({ service }) => service)))];
  if (services.length === 0) return;
  for (const service of given.byService.keys()) {
    if (services.includes(service)) continue;
    const shown = services.map(printable);
    throw new UsageError(
      `--name ${service}=…: no certificate is created for ${service}, only for ${shown.join(', ')}${didYouMean(service, shown)}`,
    );
  }
}

/** One line for each file: its path, and what it is for. */
export function fileLines(files: readonly PlannedFile[], making: Making): string[] {
  return files.map((file) => printable(`${making.display(file.path)} (${purpose(file, making)})`));
}

function purpose({ kind, service }: PlannedFile, { names, make }: Making): string {
  const hosts = names.get(service);
  const forHosts = hosts?.length ? ` for ${hosts.join(', ')}` : '';
  const { algorithm, bits, days } = make;
  const rsa = bits === undefined ? '' : `, RSA with ${bits} bits`;
  switch (kind) {
    case 'token-key':
      return `token signing key of ${service}${rsa}`;
    case 'private-key':
      return `private key of ${service}${algorithm === 'ec' ? ', EC P-256' : rsa}`;
    case 'certificate':
      return `certificate of ${service}${forHosts}${days === undefined ? '' : `, ${days} days`}`;
    case 'request':
      return `certificate request of ${service}${forHosts}`;
    case 'bundle':
      return 'trust bundle for Mender clients';
  }
}

/** One line for each change of permissions. */
export function modeLines(modes: readonly PlannedMode[], display: (path: string) => string): string[] {
  return modes.map(({ path, mode, before }) =>
    printable(`${display(path)} to ${octal(mode)} (was ${octal(before)})`),
  );
}

/** One file as the JSON format has it. */
export function fileJson(file: PlannedFile, { names, make, display }: Making): object {
  const { path, kind, service } = file;
  const { algorithm, bits, days } = kind === 'token-key' ? { ...make, algorithm: 'rsa' } : make;
  const named = kind === 'certificate' || kind === 'request';
  const key = kind === 'private-key' || kind === 'token-key';
  return {
    file: display(path),
    kind,
    service,
    ...(named && { names: names.get(service) ?? [] }),
    ...(kind === 'certificate' && days !== undefined && { days }),
    ...(key && make.algorithm !== undefined && { algorithm }),
    ...(key && algorithm === 'rsa' && bits !== undefined && { bits }),
  };
}

/** One change of permissions as the JSON format has it. */
export function modeJson({ path, mode, before }: PlannedMode, display: (path: string) => string): object {
  return { file: display(path), mode: octal(mode), before: octal(before) };
}

/** As chmod takes it: `0600`. */
function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
