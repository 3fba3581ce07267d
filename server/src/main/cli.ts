/** Connects the command line to the process. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { run } from '../cli/run';
import { createLanguageService } from '../language-service/create-language-service';
import { isRelease, RELEASE_EXAMPLES } from '../language-service/info/releases';
import { listRules } from '../language-service/info/rules';
import { nodeHost } from '../platform/node/node-platform';

// What lies beside the bundle is loaded when it is needed, and stays out of the bundle.
const requireBeside = createRequire(join(__dirname, 'cli.js'));

const interrupt = new AbortController();
const args = process.argv.slice(2);
// Once: a second Ctrl-C ends the process as usual. The language server minds its own signals.
if (args[0] !== 'lsp') process.once('SIGINT', () => interrupt.abort());

// `mender-compose check | head` is no error, and work that has begun is finished.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = 2;
  });
}

const streams = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  signal: interrupt.signal,
};
const engine = {
  createLanguageService,
  listRules,
  isRelease,
  releaseExamples: RELEASE_EXAMPLES,
  get version(): string {
    return String((requireBeside('../package.json') as { version: string }).version);
  },
  startLanguageServer: () => void requireBeside('./server.js'),
};

void run(args, streams, nodeHost(), engine).then((code) => {
  process.exitCode = process.exitCode || code;
});
