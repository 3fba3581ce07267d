import type { PlannedFile } from '../service/service';
import { readText } from './change';
import type { FixTask } from './fix-command';
import { print } from './formats/json';
import { displayer } from './gather';
import { certificateNames, sayFiles } from './show-plan';
import { applyEdits } from './text-edits';
import { unifiedDiff } from './unified-diff';

/** Prints what a fix would create and, as a diff, what it would edit. Writes no file. */
export async function dryRun(broken: readonly string[], task: FixTask): Promise<void> {
  const { context, given, json, planOptions, service } = task;
  const { streams } = context;
  const create = new Map<string, PlannedFile>();
  const names = new Map<string, readonly string[]>();
  const texts = new Map<string, { readonly before: string; readonly after: string }>();
  const reminders = new Set<string>();
  let version = 0;
  for (const file of broken) {
    const plan = await service.planAll(file, planOptions);
    for (const planned of plan.create) create.set(planned.path, planned);
    for (const [name, hosts] of certificateNames(plan, given)) names.set(name, hosts);
    for (const reminder of plan.reminders) reminders.add(reminder);
    for (const edited of plan.edits) {
      const known = texts.get(edited.file);
      const before = known?.before ?? (await readText(edited, context));
      const after = applyEdits(known?.after ?? before, edited.edits);
      texts.set(edited.file, { before, after });
      // The next plan sees these edits, as it would in a real run.
      service.open(edited.file, after, ++version);
    }
  }
  const display = displayer(context);
  const diffs = [...texts].map(([file, { before, after }]) =>
    unifiedDiff(diffName(display(file)), before, after),
  );
  if (json) {
    streams.stdout.write(
      print({
        version: 1,
        create: [...create.values()].map(({ path, kind, service }) => ({
          file: display(path),
          kind,
          service,
        })),
        edit: [...texts.keys()].map(display),
        diff: diffs.join(''),
        reminders: [...reminders],
      }),
    );
    return;
  }
  if (create.size === 0 && diffs.every((diff) => diff === '')) {
    streams.stdout.write('Nothing to change.\n');
    return;
  }
  const files = sayFiles([...create.values()], names, display);
  // `patch` skips what comes before the first diff.
  const list = files.length > 0 ? `Would create\n${files.map((line) => `  ${line}\n`).join('')}\n` : '';
  streams.stdout.write(list + diffs.join(''));
}

function diffName(path: string): string {
  return path.replaceAll('\\', '/').replace(/^\//, '');
}
