// The process that VS Code's server runs in. When the process that started it goes away, however it ends, its end of
// standard input closes, and the whole process group goes too: nothing is left running.
import { pathToFileURL } from 'node:url';

process.stdin.on('close', () => {
  if (process.platform === 'win32') process.exit(0);
  process.kill(0, 'SIGKILL');
});
process.stdin.resume();

const serverMain = /** @type {string} */ (process.argv.splice(2, 1)[0]);
process.argv[1] = serverMain;
await import(pathToFileURL(serverMain).href);
