/** From the host paths of a Mender service's mounts to the files. */
import type { Mount } from '../../compose/types';
import { hostFileOf } from '../../mender/model/queries';
import type { Host } from '../../platform/platform';
import type { FileLink } from '../api/editor-features';
import type { CheckedStack } from '../check/check-file';
import { rangeOf } from '../edits/to-text-edits';

/** Links to files that are there. The files that requirements rest on were looked at when the stack was checked. */
export async function linksOf(
  file: string,
  checked: readonly CheckedStack[],
  host: Host,
): Promise<readonly FileLink[]> {
  const links = new Map<number, Promise<FileLink | undefined>>();
  for (const each of checked) {
    const lines = each.analysis.lines(file);
    for (const { service, states } of each.analysis.deployment.services) {
      for (const mount of service.mounts) {
        const span = mount.sourceText?.span;
        const path = hostFileOf(mount);
        if (path === undefined || span?.file !== file || span.start === span.end || links.has(span.start))
          continue;
        const state = states.find((other) => other.mount === mount && other.how === 'file');
        const known = state && each.inside.file(state)?.facts.state;
        const isFile = known === undefined ? isRegularFile(path, host) : Promise.resolve(known === 'file');
        const what = state ? `Open the ${state.requirement.title} of ${service.name}` : 'Open this file';
        const link = { range: rangeOf(span, lines), path, tooltip: `${what}: ${path}` };
        links.set(
          span.start,
          isFile.then((there) => (there ? link : undefined)),
        );
      }
    }
  }
  return (await Promise.all(links.values())).filter((link) => link !== undefined);
}

async function isRegularFile(path: string, host: Host): Promise<boolean> {
  const status = await host.files.status(path);
  return status.ok && status.value.kind === 'file';
}

/** The host path of a mount that is a file on this host now. */
export async function existingFile(mount: Mount, host: Host): Promise<string | undefined> {
  const path = hostFileOf(mount);
  return path !== undefined && (await isRegularFile(path, host)) ? path : undefined;
}
