/** The Mender client's trust bundle: what makes devices trust the gateway and storage, in one file. */
import type { MenderComponent } from '../mender/model/deployment';
import { anchorOf, signsItself, type TrustAnchor } from '../pki/path-validation/trust-anchor';
import type { CertificateBlock } from '../pki/types';
import { certificatesOf } from '../pki/x509/chain';
import { isWithin } from '../platform/is-within';
import { freePath } from './file-paths';
import { isBelowProject } from './key-access';
import type { FixContext, KeyJob } from './types';

export const BUNDLE_NAME = 'server.crt';
/** Files beside the certificates that are looked into for a root. */
const MOST_FILES = 50;

/** Where the bundle of these certificates goes: beside them, below the project directory where they allow it. */
export function bundleDirectory(files: readonly string[], context: FixContext): string | undefined {
  const { paths } = context.around;
  if (context.directory !== undefined) return context.directory;
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

/** What is served, or will be, and what a bundle has to hold for it. */
export interface TrustWish {
  readonly mender: MenderComponent;
  /** Files that the same operation makes: they sign themselves, or one of `roots` is above them. */
  readonly fresh: readonly string[];
  /** Files that are there. */
  readonly existing: readonly string[];
  readonly roots: readonly CertificateBlock[];
}

export interface TrustBundle {
  readonly path: string;
  /** undefined where a bundle of these very certificates is there already */
  readonly job: KeyJob | undefined;
  /** Authorities whose root isn't at hand: what they issued is not in the bundle. */
  readonly missing: readonly string[];
  /** The files that devices trust by it. */
  readonly served: readonly string[];
}

/** A bundle for what is wished, in a file of its own; undefined for an unsaved file, or where nothing would be in it. */
export async function trustBundle(wish: TrustWish, context: FixContext): Promise<TrustBundle | undefined> {
  const { mender, fresh } = wish;
  const directory = bundleDirectory([...fresh, ...wish.existing], context);
  if (directory === undefined) return undefined;
  const wanted = context.around.paths.join(directory, BUNDLE_NAME);
  const candidates = [...wish.roots, ...(await rootsBeside([wanted, ...fresh, ...wish.existing], context))];
  const served = [...fresh];
  const anchors = new Map(wish.roots.map((each) => [each.certificateFingerprint, each]));
  const missing = new Set<string>();
  for (const file of new Set(wish.existing)) {
    const anchor = await anchorIn(file, candidates, context);
    if (anchor?.kind === 'found') {
      served.push(file);
      anchors.set(anchor.certificate.certificateFingerprint, anchor.certificate);
    }
    if (anchor?.kind === 'unknown') missing.add(anchor.issuer ?? 'an authority without a name');
  }
  if (fresh.length + anchors.size === 0) return undefined;
  const roots = [...anchors.values()];
  // What signs itself and is still to be made can't be in any file.
  const known = wish.roots.length > 0 || fresh.length === 0;
  const there = known ? await sameBundle(wanted, roots, context) : undefined;
  if (there !== undefined) return { path: there, job: undefined, missing: [...missing], served };
  const bundlePath = await freePath(directory, BUNDLE_NAME, context);
  const order = { kind: 'bundle', bundlePath, served, roots: roots.map(({ der }) => der) } as const;
  return { path: bundlePath, job: { order, mender }, missing: [...missing], served };
}

/** By what devices trust the certificates in a file; undefined where it holds none that can be read. */
export async function anchorIn(
  file: string,
  candidates: readonly CertificateBlock[],
  context: FixContext,
): Promise<TrustAnchor | undefined> {
  const sent = await certificatesIn(file, context);
  if (sent.length === 0) return undefined;
  return anchorOf(sent, [...sent, ...candidates], context.around.now());
}

/** The certificates in a file, as they are in it; none where there is none that can be read. */
export async function certificatesIn(
  file: string,
  { around }: FixContext,
): Promise<readonly CertificateBlock[]> {
  const facts = await around.facts(file);
  return facts?.pem?.form === 'pem' ? certificatesOf(facts.pem.blocks) : [];
}

/** Certificates that sign themselves in the directories of these files: an authority's is often there. */
export async function rootsBeside(
  files: readonly string[],
  context: FixContext,
): Promise<readonly CertificateBlock[]> {
  const { around } = context;
  const directories = new Set(files.map((file) => around.paths.dirname(file)));
  const beside = await around.pemFiles([...directories]);
  const found: CertificateBlock[] = [];
  for (const file of beside.slice(0, MOST_FILES)) found.push(...(await certificatesIn(file, context)));
  return found.filter((each) => signsItself(each) && each.isCa !== false);
}

/** What to do where an authority's root isn't at hand. */
export function rootMissing(issuer: string): string {
  return `Devices trust certificates of ${issuer} only by its root certificate, which was not found. Get it from the authority, and export the trust bundle with it, unless their system contains it.`;
}

/** A bundle of these very certificates: the wanted file, or an earlier one beside it. */
export async function sameBundle(
  wanted: string,
  roots: readonly CertificateBlock[],
  context: FixContext,
): Promise<string | undefined> {
  const { around } = context;
  const needed = new Set(roots.map(({ certificateFingerprint }) => certificateFingerprint));
  const { dir, name, ext } = around.paths.parse(wanted);
  for (let count = 1; ; count++) {
    const path = count === 1 ? wanted : around.paths.join(dir, `${name}-${count}${ext}`);
    if (!(await around.exists(path))) return undefined;
    const there = new Set((await certificatesIn(path, context)).map((each) => each.certificateFingerprint));
    if (there.size === needed.size && [...needed].every((print) => there.has(print))) return path;
  }
}
