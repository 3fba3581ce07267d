/** The fuzzers by name. */
import { composeFuzzer, dotenvFuzzer } from './compose-fuzzer';
import { keyFuzzer } from './key-fuzzer';
import type { Fuzzer, KindName } from './kind';
import { makeMaterial } from './material';
import { pemFuzzer } from './pem-fuzzer';
import { readSeeds } from './seeds';
import { wireFuzzer } from './wire-fuzzer';

/** `root`: the repository's; `server`: the bundle of the language server. */
export async function createFuzzer(kind: KindName, root: string, server: string): Promise<Fuzzer> {
  switch (kind) {
    case 'compose':
      return composeFuzzer(readSeeds(root), await makeMaterial());
    case 'dotenv':
      return dotenvFuzzer(readSeeds(root), await makeMaterial());
    case 'pem':
      return pemFuzzer(await makeMaterial());
    case 'keys':
      return keyFuzzer();
    case 'wire':
      return wireFuzzer(server);
  }
}
