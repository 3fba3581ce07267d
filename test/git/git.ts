/** The real git, which judges what we say of it. */
import { execFile } from 'node:child_process';

/** Variables that would make git look at the settings of the person who runs the tests. */
const ENVIRONMENT = {
  ...process.env,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

/** Runs git in `directory` and answers what it printed, as bytes of one character; rejects on exit codes over 1. */
export function git(
  directory: string,
  args: readonly string[],
  { input = '', home = directory }: { readonly input?: string; readonly home?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...ENVIRONMENT, HOME: home, XDG_CONFIG_HOME: `${home}/.config` };
    const child = execFile(
      'git',
      ['-C', directory, ...args],
      { env, encoding: 'latin1', maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (error && error.code !== 1) reject(new Error(`git ${args.join(' ')}: ${stderr}`));
        else resolve(stdout);
      },
    );
    // Whoever needs no input may be gone before it comes.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(Buffer.from(input, 'latin1'));
  });
}
