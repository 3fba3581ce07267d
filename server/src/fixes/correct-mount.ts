import { mountOperation } from '../changes/mount-operations';
import { createPlannedState, type Draft, EMPTY, type FileOperation, type FixContext } from '../changes/types';
import { hostFileOf } from '../mender/model/queries';
import { isOwnBuild } from '../mender/recognition/own-build';
import type { RuleFinding } from '../rules/support/rule';

/** Corrects the path, or moves the entry to the service that reads it. */
export async function fixMisplacedMount(
  finding: RuleFinding,
  context: FixContext,
): Promise<readonly Draft[]> {
  const { data } = finding;
  if (data.kind !== 'misplaced') return [];
  const { mount, requirement, service } = data;
  const { sourceText, targetText } = mount;
  // A short secret or config has no text of its own for the path.
  const editable =
    mount.syntax === 'short' || mount.syntax === 'long' || sourceText?.span.start !== targetText.span.start;
  const replaceTarget = (target: string): FileOperation => {
    const { file, start, end } = targetText.span;
    return {
      file,
      operation: { op: 'replace', service: service.name, start, end, text: target, was: targetText.raw },
    };
  };
  if (data.reason === 'swapped' && sourceText) {
    const { file, start, end } = sourceText.span;
    const together = `swap ${file} ${start}`;
    const was = sourceText.raw;
    const operations: FileOperation[] = [
      {
        file,
        operation: { op: 'replace', service: service.name, start, end, text: targetText.raw, was },
        together,
      },
      { ...replaceTarget(sourceText.raw), together },
    ];
    return [
      { ...EMPTY, title: 'Swap host path and container path', operations, preferred: true, automatic: true },
    ];
  }
  if (data.reason !== 'service') {
    if (!editable) return [];
    const operations = [replaceTarget(requirement.target)];
    return [
      {
        ...EMPTY,
        title: `Change the path to ${requirement.target}`,
        operations,
        preferred: true,
        automatic: true,
      },
    ];
  }
  const drafts: Draft[] = [];
  const owner = context.deployment.services.find((candidate) => candidate.service === data.owner);
  const wanted = owner?.states.find((state) => state.target === mount.target && state.how === 'none');
  const hostFile = hostFileOf(mount);
  if (owner && wanted && hostFile !== undefined && mount.syntax !== 'secret' && mount.syntax !== 'config') {
    const fresh = { ...context, planned: createPlannedState() };
    const { file, start, end } = mount.span;
    const together = `move ${service.name} ${file} ${start}`;
    const operations: FileOperation[] = [
      { file, operation: { op: 'remove-mount', service: service.name, start, end }, together },
      { ...mountOperation(wanted, hostFile, owner, fresh), together },
    ];
    const title = `Move this entry from ${service.name} to ${owner.service.name}`;
    // A program that isn't Mender's may read it there.
    const automatic = !isOwnBuild(service);
    drafts.push({ ...EMPTY, title, operations, preferred: automatic, automatic });
  }
  const mender = context.deployment.services.find((candidate) => candidate.service === service);
  const own = mender?.states.find(
    (state) => state.how === 'none' && state.requirement.kind === requirement.kind,
  );
  if (own && editable) {
    const title = `Change the path to ${own.target}`;
    const operations = [replaceTarget(own.target)];
    drafts.push({ ...EMPTY, title, operations, preferred: drafts.length === 0, automatic: false });
  }
  return drafts;
}
