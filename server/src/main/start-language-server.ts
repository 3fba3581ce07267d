/**
 * The server's way in, `dist/server.js`: loads the server, with `--code-cache=<directory>` as it was compiled the last
 * time.
 */
import { join } from 'node:path';
import { requireCompiled } from './v8-code-cache';

const file = join(__dirname, 'language-server.js');
const option = process.argv.find((argument) => argument.startsWith('--code-cache='));
const directory = option?.slice(option.indexOf('=') + 1);

if (directory) requireCompiled(file, directory);
else require(file);
