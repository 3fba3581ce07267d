/** Whether a deployment is one of Mender's demos, where keys that everybody has do no harm. */
import { ofService } from '../../compose/loader/located-service';
import { isDemoName, usedHosts } from '../../mender/hosts/hosts-used-by-clients';
import type { Deployment } from '../../mender/model/deployment';

/** Words of Mender's own demo files: names of overlays and arguments, and the demo's storage secret. */
const SAYS_DEMO = /(^|[^a-z])demo([^a-z]|$)|thisisnotsecure/i;

/** True where it calls itself a demo, and every name that it is reached under is one of Mender's demos or local. */
export function isDemo(deployment: Deployment): boolean {
  const { stack, services, layout } = deployment;
  const demoNames = layout.requirements.flatMap(({ hostNames }) => hostNames?.demo ?? []);
  const servers = services.filter(({ states }) => states.some(({ requirement }) => requirement.hostNames));
  const names = servers.flatMap((mender) => usedHosts(mender, deployment).map(({ name }) => name));
  const own = new Set(services.map(({ service }) => service.name));
  const told = names.filter((name) => !own.has(name));
  if (!told.some((name) => demoNames.includes(name)) || !told.every((name) => isDemoName(name, demoNames)))
    return false;
  return (
    stack.files.some(({ file, role }) => role !== 'extended' && SAYS_DEMO.test(baseName(file))) ||
    [...stack.services.values()].some(saysDemo)
  );
}

/** True where its variables or arguments call it a demo. */
const saysDemo = ofService(({ environment, command }) =>
  [...command, ...[...environment.values()].map(({ value }) => value ?? '')].some((text) =>
    SAYS_DEMO.test(text),
  ),
);

function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}
