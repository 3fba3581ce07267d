/** What the tasks make of a whole deployment, each with the trust bundle that its plan has people give to devices. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { applyEdits } from '../../server/src/cli/apply/text-edits';
import type { Plan } from '../../server/src/language-service/api/index';
import type { KeyTask } from '../../server/src/language-service/api/tasks';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import { type Authority, makeAuthority } from './authority';
import type { Made, Maker } from './makers';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const GATEWAY = 'mender-api-gateway';
const STORAGE = 'storage-proxy';

/** A deployment of its own, after `generate`. */
interface Project {
  readonly authority: Authority;
  /** What `generate` made. */
  readonly before: Plan;
  /** Plans a task and carries it out. */
  does(task: KeyTask): Promise<Plan>;
  /** A file of the test's, outside of the project. */
  at(name: string): string;
}

export const taskMakers: readonly (Maker & { readonly sample?: true })[] = [
  {
    title: 'generate, and its bundle',
    make: (directory) => withProject(directory, async ({ before }) => served(before, before)),
  },
  {
    title: 'sign by a root, and its bundle',
    make: (directory) =>
      withProject(directory, async ({ authority, before, does }) => {
        const { certificatePath: certificate, keyPath: key } = authority.root;
        const plan = await does({ kind: 'sign', service: GATEWAY, authority: { certificate, key } });
        // The old one and storage's are trusted by it as well.
        return [...served(plan, plan, before), ...served(before, plan)];
      }),
  },
  {
    title: 'sign by an authority below a root that is given, and its bundle',
    sample: true,
    make: (directory) =>
      withProject(directory, async ({ authority, at, before, does }) => {
        const { certificatePath: chain, keyPath: key, passphrase } = authority.between;
        const [certificate, root] = [at('between-alone.crt'), authority.root.certificatePath];
        const [alone = ''] = (await readFile(chain, 'utf8')).split(/(?<=-----END CERTIFICATE-----\n)/);
        await writeFile(certificate, alone);
        const signing = { certificate, key, passphrase, root };
        const gateway = await does({ kind: 'sign', service: GATEWAY, authority: signing });
        const both = await does({ kind: 'sign', service: STORAGE, authority: signing });
        return [...served(gateway, both, before), ...served(both, both, before)];
      }),
  },
  {
    title: 'import, and its bundle',
    make: (directory) =>
      withProject(directory, async ({ authority, before, does }) => {
        const request = await does({ kind: 'request', service: GATEWAY });
        const names = request.names[0]?.names ?? [];
        const answer = await authority.sign(pathOf(request, 'request'), names);
        const root = authority.root.certificatePath;
        const plan = await does({ kind: 'import', service: GATEWAY, certificates: [answer], root });
        return [...served(plan, plan, before), ...served(before, plan)];
      }),
  },
  {
    title: 'renew, and its bundle',
    sample: true,
    make: (directory) =>
      withProject(directory, async ({ before, does }) => {
        const plan = await does({ kind: 'renew', service: GATEWAY, force: true });
        return [...served(plan, plan, before), ...served(before, plan)];
      }),
  },
  {
    title: 'rotate, and its bundle',
    make: (directory) =>
      withProject(directory, async ({ before, does }) => {
        const plan = await does({ kind: 'rotate', service: GATEWAY, algorithm: 'ec', again: true });
        return [...served(plan, plan, before), ...served(before, plan)];
      }),
  },
  {
    title: 'bundle, where an authority issued one of the certificates',
    make: (directory) =>
      withProject(directory, async ({ authority, at, before, does }) => {
        const { certificatePath: certificate, keyPath: key, passphrase } = authority.between;
        const signed = await does({
          kind: 'sign',
          service: GATEWAY,
          authority: { certificate, key, passphrase },
        });
        const [root, output] = [
          authority.root.certificatePath,
          path.join(path.dirname(at('x')), 'project', 'trust.crt'),
        ];
        const plan = await does({ kind: 'bundle', root, output });
        return [
          ...served(signed, plan, before),
          ...served(before, plan).filter(({ title }) => title === STORAGE),
        ];
      }),
  },
];

async function withProject(
  directory: string,
  use: (project: Project) => Promise<readonly Made[]>,
): Promise<readonly Made[]> {
  const project = path.join(directory, 'project');
  await mkdir(project);
  await cp(path.join(REPOSITORY, 'examples/production'), project, { recursive: true });
  const compose = path.join(project, 'docker-compose.yml');
  const service = createLanguageService(nodeHost());
  const does = async (task: KeyTask): Promise<Plan> => {
    const answer = await service.planTask(compose, task);
    if (answer.kind !== 'plan') throw new Error(`${task.kind}: ${answer.message}`);
    const done = await service.apply(answer.plan);
    if (!done.ok) throw new Error(`${task.kind}: ${done.message}`);
    for (const { file, edits } of answer.plan.edits) {
      await writeFile(file, applyEdits(await readFile(file, 'utf8').catch(() => ''), edits));
    }
    service.changed();
    return answer.plan;
  };
  const authority = await makeAuthority(path.join(directory, 'authority'));
  const before = await does({ kind: 'generate', algorithm: 'ec' });
  return use({ authority, before, does, at: (name) => path.join(directory, name) });
}

/** The certificates of a plan, with the bundle and, where the plan made none, the keys of others. */
function served(plan: Plan, bundle: Plan, before: Plan = plan): readonly Made[] {
  return plan.create
    .filter(({ kind }) => kind === 'certificate')
    .map(({ path: certificate, service }) => {
      const ofService = (file: Plan['create'][number]) =>
        file.service === service && file.kind === 'private-key';
      const key = plan.create.find(ofService)?.path ?? before.create.find(ofService)?.path ?? '';
      const ca = pathOf(bundle, 'bundle');
      return { title: service, certificate, key, ca, names: namesIn(certificate) };
    });
}

function pathOf(plan: Plan, kind: Plan['create'][number]['kind']): string {
  const found = plan.create.find((file) => file.kind === kind);
  if (found === undefined) throw new Error(`${plan.title}: no ${kind}`);
  return found.path;
}

/** Those that it says it is for; whether these are the right ones is a matter of other tests. */
function namesIn(certificate: string): readonly string[] {
  const { subjectAltName = '' } = new X509Certificate(readFileSync(certificate));
  return subjectAltName.split(', ').map((name) => name.replace(/^(DNS|IP Address):/, ''));
}
