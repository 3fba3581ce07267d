import type { Output, Streams } from './context';
import { printable } from './style';

/** Colours of `style.ts`, and the way back to the beginning of the progress line, which it clears. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is kept
const OURS = /(\u001b\[(?:1|2|22|31|32|33|34|39)m|\r\u001b\[K|\r(?=\n))/;

/** What acts on a terminal or isn't seen, but for line ends and tabs. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * The streams of a command line with standard output and standard error cleaned: all that is printed goes through
 * here. Control and format characters are shown instead of acting, and no line is a command to what collects logs.
 * Line ends are the only thing that this can't distinguish: those in names are taken out where names are put into text
 * (`printable`).
 */
export function cleanStreams(streams: Streams): Streams {
  return { ...streams, stdout: cleaned(streams.stdout), stderr: cleaned(streams.stderr) };
}

function cleaned(output: Output): Output {
  return {
    write: (text) => output.write(clean(text)),
    get isTTY() {
      return output.isTTY === true;
    },
  };
}

/** What is printed of a text. */
export function clean(text: string): string {
  const shown = text
    .split(OURS)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(UNSEEN, printable)))
    .join('');
  return (
    shown
      // GitHub: `::error::` at the beginning of a line, `##[error]` anywhere; Azure: `##vso[`; TeamCity: `##teamcity[`.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours may come first
      .replace(/^((?:[^\S\n\r\u2028\u2029]|\u001b\[\d+m)*):(?=:)/gm, '$1: ')
      .replace(LOG_COMMAND, '# ')
  );
}

/** What begins such a command within a line; JSON writes the first sign as a number. */
export const LOG_COMMAND = /#(?=#(?:vso|teamcity)?\[)/gi;
