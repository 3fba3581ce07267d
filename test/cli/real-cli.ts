/** Runs the command line with the real service. */

import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { listRules } from '../../server/src/language-service/info/rules';
import type { Host } from '../../server/src/platform/platform';
import { type CliOptions, type Printed, runCli } from './run-cli';

export function runReal(args: readonly string[], host: Host, options: CliOptions = {}): Promise<Printed> {
  return runCli(args, host, { ...options, engine: { ...options.engine, createLanguageService, listRules } });
}
