/** What a person sees of a plan before it is carried out. */
import type { Plan } from '../../language-service/api/index';
import { displayer } from '../check/check-files';
import { EXIT } from '../core/context';
import { printable } from '../core/style';
import type { Prompt } from '../input/prompt';
import type { Batch, Session } from '../session/types';
import { certificateNames, fileLines, modeLines } from './print-plan';

/** Whether a plan has to be confirmed, unless `--yes` was passed. */
export function needsYes({ create, modes }: Plan, { asks }: Batch): boolean {
  return asks === 'always' || create.length + modes.length > 0;
}

/** Nobody can be asked, so nothing is done. */
export function refuse(plans: readonly Plan[], batch: Batch, { context }: Session): number {
  const display = displayer(context);
  const making = (plan: Plan) => ({
    names: certificateNames(plan, batch.given),
    make: batch.make ?? {},
    display,
  });
  const create = plans.flatMap((plan) => fileLines(plan.create, making(plan)));
  const modes = plans.flatMap((plan) => modeLines(plan.modes, display));
  // An edit goes without saying where keys are made.
  const edit = create.length > 0 ? [] : editedFiles(plans).map(display);
  const effects = plans.flatMap((plan) => plan.effects);
  context.streams.stderr.write(
    [
      `mender-compose: this would ${changesText([
        ['create', create],
        ['edit', edit],
        ['set the permissions of', modes],
      ])}`,
      effectsText(effects),
      'Nothing was changed. Pass --yes to continue, or --dry-run to see the changes.\n',
    ].join(''),
  );
  return EXIT.trouble;
}

/** Shows a plan and asks; undefined when the answer is no, else the names for the certificates. */
export async function confirm(
  plan: Plan,
  prompt: Prompt,
  { given, make = {} }: Batch,
  { context }: Session,
): Promise<Map<string, readonly string[]> | undefined> {
  const names = certificateNames(plan, given);
  for (const { service, names: known, fallback } of plan.names) {
    if (known.length > 0 || given.byService.has(service) || given.forAll) continue;
    const answer = await prompt.ask(
      `Host names of the certificate of ${printable(service)}, comma-separated [${printable(fallback.join(', '))}]: `,
    );
    const hosts = (answer ?? '').split(',').flatMap((host) => host.trim() || []);
    if (hosts.length > 0) names.set(service, hosts);
  }
  const display = displayer(context);
  const list = changesText([
    ['create', fileLines(plan.create, { names, make, display })],
    ['edit', editedFiles([plan]).map(display)],
    ['set the permissions of', modeLines(plan.modes, display)],
  ]);
  const question = `${capital(list)}${effectsText(plan.effects)}Continue? [y/N] `;
  return /^y(es)?$/i.test((await prompt.ask(question)) ?? '') ? names : undefined;
}

/** `create`, a list, `and edit`, a list. Empty lists are left out. */
function changesText(parts: readonly (readonly [string, readonly string[]])[]): string {
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(([verb, lines]) => `${verb}\n${[...new Set(lines)].map((line) => `  ${line}\n`).join('')}`)
    .join('and ');
}

/** What a plan means for those who are signed in or connected; empty when it means nothing. */
export function effectsText(effects: readonly string[]): string {
  if (effects.length === 0) return '';
  return `Effects:\n${[...new Set(effects)].map((effect) => `  * ${printable(effect)}\n`).join('')}`;
}

function editedFiles(plans: readonly Plan[]): string[] {
  return plans.flatMap(({ edits, ignores }) =>
    [...ignores, ...edits].filter((file) => file.edits.length > 0).map(({ file }) => file),
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
