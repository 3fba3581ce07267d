/** Runs the command line with the real service. */

import type { Host } from '../../server/src/platform/platform';
import { createService } from '../../server/src/service/create-service';
import { listRules } from '../../server/src/service/rule-info';
import { type CliOptions, type Printed, runCli } from './run-cli';

export function runReal(args: readonly string[], host: Host, options: CliOptions = {}): Promise<Printed> {
  return runCli(args, host, { ...options, engine: { ...options.engine, createService, listRules } });
}
