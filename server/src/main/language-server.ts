/** The server's program: `dist/server.js --stdio` or `--node-ipc`. It only connects. */
import { join } from 'node:path';
import { createConnection } from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { version } from '../../../package.json';
import { oneLine } from '../language-server/core/error-boundary';
import { createServer } from '../language-server/server';
import { createLanguageService } from '../language-service/create-language-service';
import { isRelease, RELEASE_EXAMPLES } from '../language-service/info/releases';
import { listRules } from '../language-service/info/rules';
import { nodeHost } from '../platform/node/node-platform';

const TRANSPORTS = /^--(stdio|node-ipc|socket(=.*)?|pipe(=.*)?)$/;

if (process.argv.slice(2).some((argument) => TRANSPORTS.test(argument))) {
  const connection = createConnection();
  // A promise that nobody waited for is a mistake of ours; one document's mistake must not end the others' checks.
  process.on('unhandledRejection', (reason) => connection.console.error(`Unexpected: ${oneLine(reason)}`));
  createServer(connection, createLanguageService(nodeHost()), {
    rules: listRules(),
    releases: { isRelease, examples: RELEASE_EXAMPLES },
    version,
    // The pages come with the extension, beside dist/: they open without a network.
    pages: `${URI.file(join(__dirname, '..'))}/`,
  });
  connection.listen();
} else {
  process.stderr.write(
    'This is the language server of Mender Compose. An editor starts it, with --stdio or --node-ipc.\n',
  );
  process.exitCode = 2;
}
