import { EXIT, UsageError } from '../core/context';
import { HELP } from '../options/options';
import type { Command } from './command';

export const lsp: Command = {
  name: 'lsp',
  group: 'other',
  usage: '--stdio',
  summary: 'Start the language server, for editors.',
  details: '',
  options: [
    { name: 'stdio', help: 'Use standard input and output. Required.' },
    { name: 'clientProcessId', value: 'PID', help: 'Exit when this process exits.' },
    HELP,
  ],
  run({ paths, switches }, { engine }) {
    if (paths.length > 0) throw new UsageError('lsp takes no path.');
    if (!switches.has('stdio')) throw new UsageError('Pass --stdio: mender-compose lsp --stdio');
    engine.startLanguageServer();
    return EXIT.clean;
  },
};
