import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import path from 'node:path';
import type { Host, RunningProcess } from './host';
import { codeOf } from './node-errors';
import { nodeFiles } from './node-files';
import { nodeWriter } from './node-writer';

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

function runningProcess(): RunningProcess {
  return {
    id: process.pid,
    machine: createHash('sha256').update(`${hostname()}\n${processNamespace()}`).digest('hex').slice(0, 8),
    isRunning(id) {
      try {
        process.kill(id, 0);
        return true;
      } catch (error) {
        // EPERM: it lives, as somebody else.
        return codeOf(error) !== 'ESRCH';
      }
    },
  };
}

/** Containers may share a host name and a directory, and still count their processes apart. */
function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
