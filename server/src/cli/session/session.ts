/** Opens the session of a command that changes something. */
import { gather } from '../check/check-files';
import type { Context } from '../core/context';
import { printNotes } from '../formats/report';
import { createPrompt } from '../input/prompt';
import { choice, type Parsed } from '../options/parse';
import { readSettings } from '../options/settings';
import { boundsOf } from './named-directories';
import { recoverFound, recoverNamed } from './recover';
import type { Session } from './types';

/**
 * Checks the files that a command line names, reports what is good to know about them, and hands on.
 * @throws UsageError, Interrupted
 */
export async function withSession(
  parsed: Parsed,
  context: Context,
  act: (session: Session) => Promise<number>,
): Promise<number> {
  const { engine, host, streams } = context;
  const json = choice(parsed, 'format', ['text', 'json'], 'text') === 'json';
  const service = engine.createLanguageService(host);
  const named = await boundsOf(parsed, context);
  const settings = { ...readSettings(parsed, context), bounds: named };
  service.configure(settings);
  const dry = parsed.switches.has('dry-run');
  if (!dry) await recoverNamed(parsed.paths, settings, service, context);
  const check = () => gather({ paths: parsed.paths, stack: settings.stacks?.[0] }, service, context);
  let gathered = await check();
  if (!dry && (await recoverFound(gathered, service, context))) gathered = await check();
  printNotes(gathered, parsed, context);
  const asks = !json && streams.stdin?.isTTY === true && streams.stderr.isTTY === true;
  const prompt = asks ? createPrompt(streams) : undefined;
  const allow = (directories: readonly string[]) => {
    named.push(...directories);
    service.configure({ ...settings, bounds: [...named] });
  };
  try {
    return await act({ parsed, json, service, context, gathered, prompt, allow, refused: new Set() });
  } finally {
    prompt?.close();
  }
}

/** One file of each stack that was checked, for what is done once in each. */
export function stackFiles({ gathered }: Session): string[] {
  const seen = new Set<string>();
  return gathered.reports.flatMap(({ file, mender, stacks }) => {
    if (!mender) return [];
    const keys = stacks.length > 0 ? stacks.map(({ files }) => files.join('\n')) : [file];
    const fresh = keys.filter((key) => !seen.has(key));
    for (const key of fresh) seen.add(key);
    return fresh.length > 0 ? [file] : [];
  });
}
