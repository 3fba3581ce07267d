import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry } from 'vscode-textmate';

const grammarFile = fileURLToPath(new URL('../../syntaxes/pem.tmLanguage.json', import.meta.url));

/** One piece of a line: its text, and its scopes from the outermost in, the grammar's own left out. */
export interface Token {
  readonly text: string;
  readonly scopes: readonly string[];
}

/**
 * A function that colours PEM text as VS Code does: the same library, the same regular expression engine, line by
 * line. It answers one list of tokens a line.
 */
export async function pemTokeniser(): Promise<(text: string) => Token[][]> {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await loadWASM({ data: new Uint8Array(readFileSync(wasm)).buffer });
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async () => parseRawGrammar(readFileSync(grammarFile, 'utf8'), grammarFile),
  });
  const grammar = await registry.loadGrammar('text.pem');
  if (!grammar) throw new Error(`${grammarFile} could not be loaded`);
  return (text) => {
    let state = INITIAL;
    return text.split('\n').map((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      return tokens.map(({ startIndex, endIndex, scopes }) => ({
        text: line.slice(startIndex, endIndex),
        scopes: scopes.slice(1),
      }));
    });
  };
}
