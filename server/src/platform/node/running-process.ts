import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import type { RunningProcess } from '../platform';
import { codeOf } from './errors';

/** This process, and which others run on this machine. */
export function runningProcess(): RunningProcess {
  return {
    id: process.pid,
    user: process.geteuid?.(),
    machine: createHash('sha256').update(`${hostname()}\n${processNamespace()}`).digest('hex').slice(0, 8),
    cores: availableParallelism(),
    isRunning(id) {
      try {
        process.kill(id, 0);
        return !hasEnded(id);
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

/**
 * A killed process keeps its id until its parent asks how it ended. Where that is the first process of a container,
 * which seldom asks, it does so for ever.
 */
function hasEnded(id: number): boolean {
  try {
    const status = readFileSync(`/proc/${id}/stat`, 'latin1');
    // The name before the state is in brackets, and may hold some itself.
    return /^\) [ZXx] /.test(status.slice(status.lastIndexOf(')')));
  } catch {
    return false;
  }
}
