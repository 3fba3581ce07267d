/** The documents of the YAML test suite as compose files: each is judged or refused, never with a throw. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { memoryHost } from '../platform/memory-host';
import { FILE, MOUNTS_ONLY } from '../rules/marked';
import { askEverything } from './ask';
import { type Fault, type Fuzzer, judge } from './kind';
import { timed } from './stopwatch';

interface SuiteFile {
  readonly default?: { readonly cases?: readonly SuiteCase[] };
}

interface SuiteCase {
  readonly yaml: string;
  /** True where a parser has to refuse the document. */
  readonly fail?: boolean;
}

/** Around each document, so that something of Mender's is in the file too. */
const FRAMES: readonly ((yaml: string) => string)[] = [
  (yaml) => yaml,
  (yaml) =>
    `${yaml.replace(/\n?$/, '\n')}---\nservices:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7\n`,
  (yaml) =>
    `services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7\n    labels:\n${yaml.replaceAll(/^(?=.)/gm, '      ')}`,
];

/** Prints what it found; true when that is nothing. `directory`: the package's `data`. */
export async function checkYamlSuite(directory: string): Promise<boolean> {
  let documents = 0;
  let refused = 0;
  const others: string[] = [];
  const faults: string[] = [];
  const fuzzer: Fuzzer = { generate: () => ({ salt: 0 }), run: ask, stop: async () => {} };
  for (const name of readdirSync(directory)
    .filter((each) => each.endsWith('.js'))
    .sort()) {
    const { default: file } = (await import(pathToFileURL(join(directory, name)).href)) as SuiteFile;
    for (const { yaml, fail } of file?.cases ?? []) {
      documents++;
      const isRefused = await refuses(yaml);
      if (isRefused) refused++;
      if (isRefused !== (fail === true)) others.push(name.replace('.js', ''));
      for (const [salt, frame] of FRAMES.entries()) {
        const fault = await judge(fuzzer, { salt, files: { [FILE]: frame(yaml) } });
        if (fault) faults.push(`${name}, frame ${salt}: ${fault.kind}: ${fault.message}`);
      }
    }
  }
  console.log(`YAML test suite: ${documents} documents, each in ${FRAMES.length} frames`);
  console.log(`  refused as no YAML      ${refused}`);
  console.log(`  otherwise than the suite ${others.length} ${others.join(' ')}`);
  console.log(`  crashes, hangs, wrong   ${faults.length}`);
  for (const fault of faults) console.error(`  ${fault}`);
  return documents > 0 && faults.length === 0;
}

function serviceWith(open: ReadonlyMap<string, string>) {
  const service = timed(createLanguageService(memoryHost({})));
  service.configure(MOUNTS_ONLY);
  for (const [file, text] of open) service.open(file, text, 1);
  return service;
}

async function ask({ files = {}, salt }: Parameters<Fuzzer['run']>[0]): Promise<Fault | undefined> {
  const open = new Map(Object.entries(files));
  const host = memoryHost({});
  return askEverything(
    { service: serviceWith(open), host, file: FILE, open, fresh: serviceWith, made: () => 'made' },
    salt,
  );
}

/** Whether the document is called no YAML. What is YAML and no compose file is told in other words. */
async function refuses(yaml: string): Promise<boolean> {
  const answer = await serviceWith(new Map([[FILE, yaml]])).check(FILE);
  if (answer === undefined || 'problem' in answer) return false;
  const words = /YAML|not finished|not closed|indented|alias|already/;
  return answer.findings.some(({ message }) => words.test(message));
}
