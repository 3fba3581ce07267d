/** Which pair or key a command is about. */
import type { KeyTarget, TaskKind } from '../../language-service/api/tasks';
import { displayer } from '../check/check-files';
import { CommandError, UsageError } from '../core/context';
import { printable } from '../core/style';
import { didYouMean } from '../options/did-you-mean';
import type { Parsed } from '../options/parse';
import { stackFiles } from '../session/session';
import type { Session } from '../session/types';

/** Tasks that only a certificate can be about. */
const FOR_PAIRS: readonly TaskKind[] = ['request', 'sign', 'renew'];

/** A target, and a compose file that leads to it. */
export interface Choice {
  readonly file: string;
  readonly target: KeyTarget;
}

/**
 * The targets that a command is about: the one that is named, the only one that the task makes sense for, or the one
 * that a person picks. Where the task makes sense for none, all of the right kind: each has its own reason.
 * @throws UsageError for a service that isn't there, and where it must be named; CommandError where there is nothing
 */
export async function chooseTargets(task: TaskKind, session: Session): Promise<readonly Choice[]> {
  const named = await findTargets(session);
  const fit = named.filter(({ target }) => target.tasks.includes(task));
  if (fit.length > 1) return [await pick(fit, session)];
  if (fit.length === 1) return fit;
  const pairs = named.filter(({ target }) => target.kind === 'tls-pair');
  return FOR_PAIRS.includes(task) && pairs.length > 0 ? pairs : named;
}

/**
 * The targets that the command line names; all when it names none.
 * @throws UsageError for a service that isn't there; CommandError where there is no target at all
 */
async function findTargets(session: Session): Promise<readonly Choice[]> {
  const all = await allTargets(session);
  if (all.length > 0) return namedTargets(all, session.parsed);
  throw new CommandError('No service needs a certificate or a key.');
}

/**
 * The compose files that lead to the service that `--service` names; undefined, for all, without it.
 * @throws UsageError for a service that isn't there; CommandError where there is none at all
 */
export async function filesOfService(session: Session): Promise<string[] | undefined> {
  if (!session.parsed.values.has('service')) return undefined;
  const targets = await findTargets(session);
  return [...new Set(targets.map(({ file }) => file))];
}

async function allTargets(session: Session): Promise<Choice[]> {
  const found = new Map<string, Choice>();
  for (const file of stackFiles(session)) {
    for (const target of await session.service.targets(file)) {
      const { certificate, key, requirement, service } = target;
      const place = certificate ?? key;
      // Files of one stack, and stacks with one base, have the same pair. Without a path, the file distinguishes them.
      const identity = JSON.stringify([service, requirement, place ?? file]);
      if (!found.has(identity)) found.set(identity, { file, target });
    }
  }
  return [...found.values()];
}

function namedTargets(all: readonly Choice[], { values }: Parsed): readonly Choice[] {
  const service = values.get('service')?.[0];
  const requirement = values.get('requirement')?.[0];
  if (service === undefined && requirement !== undefined) {
    throw new UsageError('Pass --requirement with --service, which names the service.');
  }
  if (service === undefined) return all;
  const services = [...new Set(all.map(({ target }) => target.service))];
  const names = services.map(printable);
  const own = all.filter(({ target }) => target.service === service);
  if (own.length === 0) {
    throw new UsageError(
      `--service ${service}: no such service with a certificate or key, only ${names.join(', ')}${didYouMean(service, names)}`,
    );
  }
  if (requirement === undefined) return own;
  const ids = own.map(({ target }) => target.requirement);
  const exact = own.filter(({ target }) => target.requirement === requirement);
  if (exact.length > 0) return exact;
  throw new UsageError(
    `--requirement ${requirement}: ${printable(service)} has only ${ids.join(', ')}${didYouMean(requirement, ids)}`,
  );
}

/**
 * The one that a person picks.
 * @throws UsageError with the options that would name it, where nobody can be asked; CommandError where none is picked
 */
export async function pick(choices: readonly Choice[], { context, prompt }: Session): Promise<Choice> {
  const display = displayer(context);
  const sameFile = new Set(choices.map(({ file }) => file)).size === 1;
  const lines = choices.map(({ file, target }) => {
    const where = sameFile ? '' : ` in ${display(file)}`;
    return `${printable(target.title)}${where}: ${printable(target.state)}`;
  });
  if (!prompt) {
    throw new UsageError(
      `several certificates or keys fit. Name one${sameFile ? '' : ', and name its compose file'}:`,
      choices.map((choice, index) => `  ${flags(choice, choices)}  ${lines[index]}`),
    );
  }
  const list = lines.map((line, index) => `  ${index + 1}  ${line}\n`).join('');
  for (let question = `Which one?\n${list}Number [1-${choices.length}]: `; ; question = 'Number: ') {
    const answer = await prompt.ask(question);
    const chosen = /^\d+$/.test(answer ?? '') ? choices[Number(answer) - 1] : undefined;
    if (chosen) return chosen;
    if (!answer) throw new CommandError('None was selected, so nothing was changed.');
  }
}

/** The options that name one of several. */
function flags({ target }: Choice, choices: readonly Choice[]): string {
  const several = choices.some(
    ({ target: other }) => other.service === target.service && other.requirement !== target.requirement,
  );
  return printable(`--service ${target.service}${several ? ` --requirement ${target.requirement}` : ''}`);
}
