import { homedir } from 'node:os';
import path from 'node:path';
import type { Host } from '../platform';
import { nodeFiles } from './read-files';
import { runningProcess } from './running-process';
import { nodeWriter } from './write-files';

/** The real world: this machine's disk, clock and environment. */
export function nodeHost(): Host {
  const platform = process.platform === 'win32' ? 'windows' : 'posix';
  return {
    files: nodeFiles(platform),
    writer: nodeWriter(platform),
    now: () => Date.now(),
    environment: (name) => process.env[name],
    paths: platform === 'windows' ? path.win32 : path.posix,
    platform,
    homeDirectory: homedir(),
    process: runningProcess(),
  };
}
