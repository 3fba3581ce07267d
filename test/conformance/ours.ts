/** Loads a case with our own loader, and tells it in the reference's words. */
import { readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { loadStack } from '../../server/src/compose/loader/load-project';
import type { ComposeProblem, FileText, Mount, Service, Stack } from '../../server/src/compose/types';
import type { Answer, AnswerGrant, AnswerMount, AnswerService } from './answer';
import { type Case, HOME } from './cases';

export interface Ours {
  readonly answer: Answer;
  readonly problems: readonly ComposeProblem[];
  readonly stack: Stack;
}

export async function load({
  directory,
  files,
  projectDirectory,
  envFiles,
  environment,
}: Case): Promise<Ours> {
  const stack = await loadStack({
    files: files.map((file) => join(directory, file)),
    projectDirectory: projectDirectory === undefined ? undefined : join(directory, projectDirectory),
    envFiles: envFiles?.map((file) => join(directory, file)),
    environment: (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined),
    paths: posix,
    homeDirectory: HOME,
    read: async (file) => textOf(file),
  });
  const services = Object.fromEntries([...stack.services].map(([name, each]) => [name, describe(each)]));
  return { answer: { services }, problems: stack.problems, stack };
}

function textOf(file: string): FileText {
  try {
    if (statSync(file).isDirectory()) return { problem: 'is a directory, not a file.' };
    return { text: readFileSync(file, 'utf8') };
  } catch {
    return { missing: true };
  }
}

function describe(service: Service): AnswerService {
  const { image, hasBuild, inactive, mounts, environment, aliases, command } = service;
  return {
    image: image?.value ?? '',
    build: hasBuild,
    inactive,
    mounts: mounts.filter(({ type }) => type !== 'secret' && type !== 'config').map(mountOf),
    environment: Object.fromEntries(
      [...environment.values()].map(({ name, value }) => [name, value ?? null]),
    ),
    secrets: mounts.filter(({ type }) => type === 'secret').map(grantOf),
    configs: mounts.filter(({ type }) => type === 'config').map(grantOf),
    aliases: aliases.slice(1).map(({ value }) => value),
    command,
  };
}

function mountOf({ type, source, target, readOnly, device }: Mount): AnswerMount {
  const mount = { type, source: source ?? '', target, readOnly };
  return device?.path === undefined ? mount : { ...mount, device: device.path };
}

/** Our model has no name of a secret, only its file and where it is mounted. */
function grantOf({ source, target }: Mount): AnswerGrant {
  return source === undefined ? { source: '', target } : { source: '', target, file: source };
}
