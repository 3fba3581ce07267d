/** Checking a file: the stacks that it belongs to, read and seen through their releases, and what the rules say. */
import { createParseCache } from '../../compose/document/document-cache';
import { declarationsOf, signatureOf } from '../../compose/yaml/declarations';
import { gitViewOf } from '../../git/tracking';
import type { FactsCache, FileFacts } from '../../pki/files/file-facts-cache';
import { createPace, type Pace } from '../../platform/pace';
import type { Host } from '../../platform/platform';
import { statCacheOf } from '../../platform/stat-cache';
import type { Settings, StackFiles, StackInfo, StackOffer } from '../api/index';
import { createReading, type Reading } from '../files/allowed-files';
import type { Texts } from '../files/document-texts';
import { candidatesOf } from '../stacks/candidates';
import { createStackFinder, type KnownStack, stacksOf } from '../stacks/stacks-of-file';
import { withKeysOnDisk } from './accepted-files';
import { isSameInside, lookInto, mountedFiles } from './inspect-mounted-files';
import { hasComposeName, hasEnvName, isRelevant, mightBeMender } from './is-relevant-file';
import { keyIdentities } from './key-identities';
import { whateverIsMerged } from './overlay-filter';
import {
  type Analysis,
  analyse,
  analyseUnreadable,
  type CodedFinding,
  findingsOf,
  type Inside,
  NOTHING_INSIDE,
} from './run-rules';

/** One stack of a file with what is wrong in it. */
export interface CheckedStack {
  readonly analysis: Analysis;
  readonly info: StackInfo;
  /** What is known of the files behind its mounts. */
  readonly inside: Inside;
  /** Each with the deployment that it was found in: a finding can be told as it is with an overlay merged on top. */
  readonly findings: readonly CodedFinding[];
}

export type CheckResult =
  | { readonly stacks: readonly CheckedStack[] }
  /** The file can't be read at all: what is said after its name. */
  | { readonly problem: string };

export interface Checker {
  /** Undefined for a file that is no concern of ours. Rejects where `signal` fires meanwhile: `isGivenUp`. */
  check(file: string, signal?: AbortSignal): Promise<CheckResult | undefined>;
  /** What could be checked together with a file; undefined for one without a path. */
  offer(file: string): Promise<StackOffer | undefined>;
  /** The stacks that a file is in as they are read, each with every overlay beside it. */
  related(file: string): Promise<readonly Analysis[]>;
  /** Forgets which files belong together and what was read of them. */
  forget(): void;
}

/** What the rules found, and what was known of the files then. */
interface RulesRun {
  readonly inside: Inside;
  readonly findings: readonly CodedFinding[];
}

/** As certificate authorities remind their customers: a month leaves time to renew by hand. */
const EXPIRES_SOON_DAYS = 30;
/** Analyses kept: the stacks of the documents that are open, each with its overlays. */
const MAX_KEPT = 200;
/** Overlays beside a file that an edit of it is tried with. */
const MAX_OVERLAYS = 20;

export function createChecker(
  texts: Texts,
  host: Host,
  facts: FactsCache,
  settings: () => Settings,
): Checker {
  const finder = createStackFinder();
  const cache = createParseCache();
  const git = gitViewOf(host);
  const kept = new Map<string, Analysis>();
  const runs = new WeakMap<Analysis, RulesRun>();
  const signatures = new Map<string, { readonly text: string; readonly signature: string }>();

  /** A stack as its files are now: read anew where one of them changed. */
  async function analysisOf(stack: StackFiles, reading: Reading, pace: Pace): Promise<Analysis> {
    const { release, trusted } = settings();
    const key = JSON.stringify([stack.files, stack.projectDirectory, stack.envFiles, release, trusted]);
    const known = kept.get(key);
    if (known && (await isCurrent(known, reading))) return known;
    const analysis = await analyse(stack, release, reading, host, pace);
    kept.delete(key);
    kept.set(key, analysis);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return analysis;
  }

  async function isCurrent({ deployment, texts: read }: Analysis, reading: Reading): Promise<boolean> {
    const answers = await Promise.all(
      deployment.stack.dependencies.map(async (file) => {
        const answer = await reading.read(file);
        return ('text' in answer ? answer.text : undefined) === read.get(file);
      }),
    );
    return answers.every((same) => same);
  }

  async function stacks(file: string, reading: Reading): Promise<readonly KnownStack[]> {
    return stacksOf(file, settings(), host, () => finder.find(file, reading.finder(file)));
  }

  async function checkStack(
    file: string,
    stack: KnownStack,
    reading: Reading,
    pace: Pace,
  ): Promise<CheckedStack> {
    const read = await analysisOf(stack, reading, pace);
    const analysis = settings().trusted ? await withKeysOnDisk(read, host) : read;
    const { deployment } = analysis;
    const { inside, findings: found } = await rulesOf(analysis, pace);
    const withOverlay = (overlay: string) => analysisOf(merging(stack, deployment, overlay), reading, pace);
    // Looked at together, not one after the other.
    for (const overlay of [...stack.beside, ...stack.farther]) void reading.read(overlay);
    const findings = await whateverIsMerged(found, {
      file,
      isOverlay: stack.files.length > 1 && stack.files.at(-1) === file,
      beside: stack.beside,
      farther: stack.farther,
      pace,
      withOverlay,
    });
    const wanted = findings.filter(({ code }) => settings().rules[code] !== 'off');
    const { recognition } = deployment;
    const info: StackInfo = {
      name: stack.name,
      files: deployment.stack.files.flatMap((each) => (each.role === 'extended' ? [] : each.file)),
      reason: stack.reason,
      why: stack.why,
      projectDirectory: deployment.stack.projectDirectory,
      beside: stack.beside,
      release: deployment.isMender
        ? { layout: deployment.layout.id, title: recognition.title, why: recognition.why }
        : undefined,
    };
    return { analysis, info, inside, findings: wanted };
  }

  /** What the rules find, run again only where the files behind the mounts, or the settings, are others by now. */
  async function rulesOf(analysis: Analysis, pace: Pace): Promise<RulesRun> {
    const inside = await insideOf(analysis);
    const before = runs.get(analysis);
    if (before && isSameInside(before.inside, inside, analysis.deployment)) return before;
    const run = { inside, findings: await findingsOf(analysis, inside, pace) };
    runs.set(analysis, run);
    return run;
  }

  async function insideOf({ deployment }: Analysis): Promise<Inside> {
    const { trusted, expiresSoonDays } = settings();
    const stats = statCacheOf(host.files, host.paths);
    const known = trusted ? await facts.all(mountedFiles(deployment), stats) : NOTHING_KNOWN;
    const files = await lookInto(deployment, { stats, paths: host.paths, facts: known, git });
    return {
      identities: keyIdentities(host, known),
      file: (state) => files.get(state),
      now: host.now(),
      expiresSoonDays: expiresSoonDays ?? EXPIRES_SOON_DAYS,
    };
  }

  /** Where the file says other things of its place among others than before, stacks are looked for anew. */
  function notice(file: string, text: string): void {
    const before = signatures.get(file);
    if (before?.text === text) return;
    const signature = signatureOf(declarationsOf(text, () => cache.parse(file, text)));
    signatures.set(file, { text, signature });
    // What was found before the file was checked may rest on an earlier text of it.
    if (before?.signature !== signature) finder.forget();
  }

  return {
    async check(file, signal) {
      const pace = createPace(signal);
      const isOpen = texts.isOpen(file);
      if (isOpen && hasEnvName(file)) return undefined;
      const answer = await texts.read(file);
      if ('problem' in answer) return answer;
      if ('notText' in answer) {
        const analysis = analyseUnreadable(file, answer.notText, host);
        const findings = await findingsOf(analysis, NOTHING_INSIDE, pace);
        return { stacks: [{ analysis, info: loneInfo(file), inside: NOTHING_INSIDE, findings }] };
      }
      const { text } = answer;
      // Whatever it is to us, other files' stacks may have it.
      notice(file, text);
      if (isOpen && !hasComposeName(file) && !mightBeMender(text)) return undefined;
      const reading = createReading(texts, cache, host, settings(), file);
      const checked: CheckedStack[] = [];
      for (const stack of await stacks(file, reading)) {
        const one = await checkStack(file, stack, reading, pace);
        if (!isRelevant(file, text, one.analysis, isOpen)) continue;
        // Without a Mender service, only the file itself is of concern: it may be Mender's and can't be read.
        const own = one.findings.filter(({ finding }) => finding.span.file === file);
        checked.push(one.analysis.deployment.isMender ? one : { ...one, findings: own });
      }
      return checked.length > 0 ? { stacks: checked } : undefined;
    },
    async offer(file) {
      if (!host.paths.isAbsolute(file)) return undefined;
      const reading = createReading(texts, cache, host, settings(), file);
      return candidatesOf(file, await stacks(file, reading), reading.finder(file), host);
    },
    async related(file) {
      const reading = createReading(texts, cache, host, settings(), file);
      const found: Analysis[] = [];
      const pace = createPace();
      for (const stack of await stacks(file, reading)) {
        const base = await analysisOf(stack, reading, pace);
        found.push(base);
        for (const overlay of [...stack.beside, ...stack.farther].slice(0, MAX_OVERLAYS))
          found.push(await analysisOf(merging(stack, base.deployment, overlay), reading, pace));
      }
      return found;
    },
    forget() {
      finder.forget();
      kept.clear();
    },
  };
}

/** An overlay merged on top changes neither where paths resolve nor where variables come from. */
function merging(stack: KnownStack, { stack: read }: Analysis['deployment'], overlay: string): StackFiles {
  return {
    files: [...stack.files, overlay],
    projectDirectory: stack.projectDirectory ?? read.projectDirectory,
    envFiles: stack.envFiles,
  };
}

/** Where no file may be looked at. */
const NOTHING_KNOWN: ReadonlyMap<string, FileFacts> = new Map();

function loneInfo(file: string): StackInfo {
  return {
    name: undefined,
    files: [file],
    reason: 'alone',
    why: 'It could not be read.',
    projectDirectory: undefined,
    beside: [],
    release: undefined,
  };
}
