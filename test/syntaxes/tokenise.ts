import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry } from 'vscode-textmate';

/** One piece of a line: its text, and its scopes from the outermost in, the grammar's own left out. */
export interface Token {
  readonly text: string;
  readonly scopes: readonly string[];
}

/** Grammars by their scope: parsed, or undefined for those that are only referred to. */
export type Grammars = (scope: string) => object | undefined;

/**
 * A function that colours text as VS Code does: the same library, the same regular expression engine, line by line. It
 * answers one list of tokens a line. `injected` is the scope of a grammar that is injected into the first.
 */
export async function tokeniser(
  scope: string,
  grammars: Grammars,
  injected?: string,
): Promise<(text: string) => Token[][]> {
  await loadEngine();
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async (wanted) => {
      const found = grammars(wanted);
      return found ? parseRawGrammar(JSON.stringify(found), `${wanted}.json`) : null;
    },
    getInjections: (into) => (injected !== undefined && into === scope ? [injected] : undefined),
  });
  const grammar = await registry.loadGrammar(scope);
  if (!grammar) throw new Error(`there is no grammar ${scope}`);
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

let engine: Promise<void> | undefined;

/** The engine may be loaded once in a process. */
function loadEngine(): Promise<void> {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  engine ??= loadWASM({ data: new Uint8Array(readFileSync(wasm)).buffer });
  return engine;
}

/** A grammar of this project. */
export function grammarOf(path: string): object {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`../../syntaxes/${path}`, import.meta.url)), 'utf8'));
}

/** Colours PEM text. */
export function pemTokeniser(): Promise<(text: string) => Token[][]> {
  return tokeniser('text.pem', () => grammarOf('pem.tmLanguage.json'));
}
