/** The Mender client's trust bundle: the certificates of the gateway and of storage, in one file. */
import { isWithin } from '../../host/within';
import type { FixContext, KeyJob, Part } from '../draft';
import { isBelowProject } from '../key-access';
import { freePath, shownPath } from '../place';
import {
  type Drafted,
  findPair,
  nothing,
  type PairTarget,
  refused,
  type TaskContext,
  targetsOf,
} from './task';

const NAME = 'server.crt';

export interface BundlePlan {
  readonly path: string;
  readonly sources: readonly string[];
}

/** Where the bundle of these certificates goes: beside them, below the project directory where they allow it. */
export function bundleDirectory(files: readonly string[], context: FixContext): string | undefined {
  const { paths } = context.around;
  const project = context.deployment.stack.projectDirectory;
  const [first, ...rest] = files;
  if (first === undefined) return project;
  let common = paths.dirname(first);
  while (rest.some((file) => !isWithin(paths, common, file)) && paths.dirname(common) !== common) {
    common = paths.dirname(common);
  }
  if (isBelowProject(common, context) || common === project) return common;
  return project;
}

/** The order for a bundle of `sources`, in a file of its own; undefined for an unsaved file. */
export async function bundleJob(
  sources: readonly string[],
  { mender }: Pick<PairTarget, 'mender'>,
  context: FixContext,
): Promise<KeyJob | undefined> {
  const directory = bundleDirectory(sources, context);
  if (directory === undefined) return undefined;
  const bundlePath = await freePath(directory, NAME, context);
  return { order: { kind: 'bundle', bundlePath, certificatePaths: sources }, mender };
}

/** Where a certificate is renewed or replaced: a bundle with the old one, the new one and those of the other endpoints. */
export async function overlapBundle(
  { mender, pair }: PairTarget,
  fresh: string,
  context: FixContext,
): Promise<Part | undefined> {
  const before = pair.certificate.hostFile;
  const others = context.deployment.services
    .flatMap((other) => other.states)
    .filter(({ requirement, hostFile }) => requirement.kind === 'certificate' && hostFile !== before)
    .flatMap(({ hostFile }) => hostFile ?? []);
  const there: string[] = [];
  for (const file of [before, ...others]) {
    if (file !== undefined && (await context.around.view(file))?.kind === 'certificate') there.push(file);
  }
  const job = await bundleJob([fresh, ...new Set(there)], { mender }, context);
  if (job?.order.kind !== 'bundle') return undefined;
  const shown = shownPath(job.order.bundlePath, context);
  return {
    operations: [],
    jobs: [job],
    reminders: [
      `Put ${shown}, which holds the old and the new certificate, into the Mender client build, and give it to the devices before ${mender.service.name} restarts.`,
    ],
  };
}

/** The task: one file of all certificates that devices meet, or of those of one service. */
export async function planBundle(
  { output, service }: { readonly output?: string; readonly service?: string },
  context: TaskContext,
): Promise<Drafted> {
  const { around } = context;
  if (service !== undefined) {
    const named = findPair(context, { service });
    if (typeof named === 'string') return refused(named);
  }
  const pairs = targetsOf(context)
    .flatMap((target) => ('tls' in target ? [target.tls] : []))
    .filter(({ mender }) => service === undefined || mender.service.name === service);
  const [first] = pairs;
  const sources: string[] = [];
  const issued: string[] = [];
  for (const { mender, pair } of pairs) {
    const file = pair.certificate.hostFile;
    const facts = file === undefined ? undefined : await around.facts(file);
    if (file === undefined || facts?.pem?.blocks.some(({ kind }) => kind === 'certificate') !== true) {
      return refused(`The certificate of ${mender.service.name} is not there yet. Generate it first.`);
    }
    if (!sources.includes(file)) sources.push(file);
    const leaf = facts.pem.blocks.find((block) => block.kind === 'certificate' && !block.damaged);
    if (leaf?.kind === 'certificate' && !leaf.damaged && leaf.issuerKey !== leaf.subjectKey) {
      issued.push(leaf.issuerCommonName ?? 'its authority');
    }
  }
  if (first === undefined)
    return refused('No service of this deployment serves TLS, so there is nothing to trust.');
  const directory = bundleDirectory(sources, context);
  if (directory === undefined)
    return refused('Save the compose file first: the bundle is written beside it.');
  const wanted = output ?? around.paths.join(directory, NAME);
  const { path, same } = await sameOrFree(wanted, sources, context);
  if (same) return nothing(`${shownPath(path, context)} holds these certificates already.`);
  const shown = shownPath(path, context);
  const authorities = [...new Set(issued)].map(
    (name) =>
      `A certificate in it was issued by ${name}: clients built on OpenSSL need the certificate of that authority as well.`,
  );
  const job: KeyJob = {
    order: { kind: 'bundle', bundlePath: path, certificatePaths: sources },
    mender: first.mender,
  };
  return {
    kind: 'plan',
    title: `Write the trust bundle ${shown}`,
    part: {
      operations: [],
      jobs: [job],
      reminders: [
        `Put ${shown} into the Mender client build, as its ServerCertificate: with it, devices trust ${service ?? 'this server'}.`,
        ...authorities,
      ],
    },
  };
}

/** The bundle that holds the same certificates already, else the path to write. What is there is never overwritten. */
async function sameOrFree(
  wanted: string,
  sources: readonly string[],
  context: TaskContext,
): Promise<{ readonly path: string; readonly same: boolean }> {
  const { around } = context;
  const prints = async (file: string) => {
    const blocks = (await around.facts(file))?.pem?.blocks ?? [];
    return blocks.flatMap((block) =>
      block.kind === 'certificate' && !block.damaged ? [block.certificateFingerprint] : [],
    );
  };
  const needed = new Set((await Promise.all(sources.map(prints))).flat());
  const { dir, base, name, ext } = around.paths.parse(wanted);
  // Earlier bundles beside it count: one of them may be the one that is asked for.
  for (let count = 1; ; count++) {
    const path = count === 1 ? wanted : around.paths.join(dir, `${name}-${count}${ext}`);
    if (!(await around.exists(path))) return { path: await freePath(dir, base, context), same: false };
    const there = new Set(await prints(path));
    if (there.size === needed.size && [...needed].every((print) => there.has(print)))
      return { path, same: true };
  }
}
