import { allFindings, exitCode, gather } from '../check/check-files';
import { type Context, EXIT, UsageError } from '../core/context';
import { FORMAT_OPTION, readFormat } from '../formats/index';
import { makeReport, printNotes } from '../formats/report';
import { COMMON, STACK } from '../options/options';
import type { Parsed } from '../options/parse';
import { readSettings } from '../options/settings';
import { type Command, FILES_USAGE } from './command';

export const check: Command = {
  name: 'check',
  group: 'checking',
  usage: FILES_USAGE,
  summary: 'Check certificates and keys, and write nothing.',
  details: `PATH is a compose file or a directory, searched with its subdirectories for compose files and for
other YAML files with Mender services. The default is the current directory. Files that belong together
are checked together, and the output names them; name them with -f to choose others.

Exit code: 0 no errors, 1 errors found, 2 wrong usage or unreadable input.`,
  options: [
    ...STACK,
    FORMAT_OPTION,
    { name: 'list-rules', help: 'List all rules with their default severities instead of checking.' },
    ...COMMON,
  ],
  run: checkFiles,
};

async function checkFiles(parsed: Parsed, context: Context): Promise<number> {
  const { engine, host, streams } = context;
  const format = readFormat(parsed);
  if (parsed.switches.has('list-rules')) {
    if (parsed.paths.length > 0) throw new UsageError('--list-rules takes no path.');
    streams.stdout.write(format.rules(engine.listRules()));
    return EXIT.clean;
  }
  const service = engine.createLanguageService(host);
  const settings = readSettings(parsed, context);
  service.configure(settings);
  const gathered = await gather({ paths: parsed.paths, stack: settings.stacks?.[0] }, service, context);
  printNotes(gathered, parsed, context);
  const findings = allFindings(gathered.reports);
  const hasContent = findings.length > 0 || gathered.reports.some(({ mender }) => mender);
  if (hasContent || format.isForPrograms) {
    const report = await makeReport(gathered, parsed, service, context, !format.isForPrograms);
    streams.stdout.write(format.findings(report));
  }
  return exitCode(findings, gathered.problems);
}
