// @ts-check
// What the operating system says of a process.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Memory that a process holds now, in bytes.
 * @param {number} pid
 */
export function residentMemory(pid) {
  const kilobytes =
    process.platform === 'linux'
      ? /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kilobytes) * 1024;
}

/**
 * Processor time of all threads of a process since its start, in milliseconds; undefined where the system does not tell.
 * @param {number} pid
 */
export function processorTime(pid) {
  if (process.platform !== 'linux') return undefined;
  // The name in brackets may hold spaces. User and system time are numbers 14 and 15, in hundredths of a second.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
