/**
 * Variables in compose values, as the Compose specification defines them:
 * https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
 */

/** A stretch of the result and the stretch of the input that it came from; offsets into the two strings. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly rawFrom: number;
  readonly rawTo: number;
  /** True where input and result are the same characters, so that offsets inside can be mapped. */
  readonly literal: boolean;
}

export interface Interpolated {
  readonly value: string;
  readonly pieces: readonly Piece[];
  /** Variables without value and default, with where they stand in the input. */
  readonly unresolved: readonly Unresolved[];
  /** What Compose refuses whatever the variables are: a malformed expression. */
  readonly errors: readonly { readonly message: string; readonly from: number; readonly to: number }[];
}

export interface Unresolved {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** `${NAME:?message}`: Compose does not start without a value, which may come from the shell that starts it. */
  readonly required?: true;
}

export type Lookup = (name: string) => string | undefined;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** Nested defaults deeper than this are refused: nobody writes them, and they would exhaust the stack. */
const MAX_DEPTH = 32;
/** Characters that variables may bring into one value: values that double each other would exhaust the memory. */
const MAX_BROUGHT = 1_000_000;
/** Characters of an expression that a message quotes. */
const MAX_QUOTED = 80;

/** Replaces variables in `input`. Never throws; what can't be read is left as it stands and reported in `errors`. */
export function interpolate(input: string, lookup: Lookup): Interpolated {
  if (!input.includes('$')) {
    const pieces =
      input === '' ? [] : [{ from: 0, to: input.length, rawFrom: 0, rawTo: input.length, literal: true }];
    return { value: input, pieces, unresolved: [], errors: [] };
  }
  return substitute(input, 0, lookup, 0);
}

function substitute(input: string, base: number, lookup: Lookup, depth: number): Interpolated {
  let value = '';
  let brought = 0;
  const pieces: Piece[] = [];
  const unresolved: Unresolved[] = [];
  const errors: { message: string; from: number; to: number }[] = [];
  const add = (text: string, rawFrom: number, rawTo: number, literal: boolean) => {
    if (rawFrom === rawTo) return;
    if (!literal) brought += text.length;
    if (!literal && brought > MAX_BROUGHT) {
      const message = 'Value too long: more than a million characters after its variables are replaced.';
      if (errors.length === 0) errors.push({ message, from: base + rawFrom, to: base + rawTo });
      add(input.slice(rawFrom, rawTo), rawFrom, rawTo, true);
      return;
    }
    pieces.push({
      from: value.length,
      to: value.length + text.length,
      rawFrom: base + rawFrom,
      rawTo: base + rawTo,
      literal,
    });
    value += text;
  };
  let at = 0;
  while (at < input.length) {
    const dollar = input.indexOf('$', at);
    if (dollar < 0) {
      add(input.slice(at), at, input.length, true);
      break;
    }
    add(input.slice(at, dollar), at, dollar, true);
    if (input[dollar + 1] === '$') {
      add('$', dollar, dollar + 2, false);
      at = dollar + 2;
      continue;
    }
    if (input[dollar + 1] !== '{') {
      NAME.lastIndex = dollar + 1;
      const name = NAME.exec(input)?.[0];
      if (name === undefined) {
        // Nothing that could be a variable follows: the character itself.
        add('$', dollar, dollar + 1, true);
        at = dollar + 1;
        continue;
      }
      const end = dollar + 1 + name.length;
      const found = lookup(name);
      if (found === undefined) unresolved.push({ name, from: base + dollar, to: base + end });
      add(found ?? '', dollar, end, false);
      at = end;
      continue;
    }
    const close = closingBrace(input, dollar + 2);
    if (close < 0) {
      errors.push({
        message: 'Closing `}` of the variable missing.',
        from: base + dollar,
        to: base + input.length,
      });
      add(input.slice(dollar), dollar, input.length, true);
      break;
    }
    const end = close + 1;
    const body = input.slice(dollar + 2, close);
    NAME.lastIndex = 0;
    const name = NAME.exec(body)?.[0];
    const rest = name === undefined ? '' : body.slice(name.length);
    const operator = /^(:-|-|:\?|\?|:\+|\+)/.exec(rest)?.[0] ?? '';
    const span = { from: base + dollar, to: base + end };
    if (name === undefined || (rest !== '' && operator === '') || depth >= MAX_DEPTH) {
      const quoted = body.length > MAX_QUOTED ? `${body.slice(0, MAX_QUOTED)}…` : body;
      errors.push({ message: `\`\${${quoted}}\` is not a variable that Compose can read.`, ...span });
      add(input.slice(dollar, end), dollar, end, true);
      at = end;
      continue;
    }
    const argumentAt = dollar + 2 + name.length + operator.length;
    const found = lookup(name);
    const present = operator.startsWith(':') ? found !== undefined && found !== '' : found !== undefined;
    const argument = () => {
      const inner = substitute(rest.slice(operator.length), base + argumentAt, lookup, depth + 1);
      unresolved.push(...inner.unresolved);
      errors.push(...inner.errors);
      return inner.value;
    };
    let text = found ?? '';
    if (operator.endsWith('-')) {
      if (!present) text = argument();
    } else if (operator.endsWith('+')) {
      text = present ? argument() : '';
    } else if (operator.endsWith('?')) {
      if (!present) unresolved.push({ name, ...span, required: true });
    } else if (found === undefined) {
      unresolved.push({ name, ...span });
    }
    add(text, dollar, end, false);
    at = end;
  }
  return { value, pieces, unresolved, errors };
}

/**
 * The offset of the `}` that ends an expression whose body starts at `from`; -1 if its line has none. Braces in
 * between count in pairs; where they don't match, the line's last one ends it, as in compose-go's `template`.
 */
function closingBrace(input: string, from: number): number {
  const lineEnd = input.indexOf('\n', from);
  const line = lineEnd < 0 ? input : input.slice(0, lineEnd);
  const last = line.lastIndexOf('}');
  if (last < from) return -1;
  let open = 1;
  // The character after an opening brace isn't looked at.
  for (let i = from + 1; i <= last; i++) {
    if (line[i] === '}' && --open === 0) return i;
    if (line[i] === '{') {
      open++;
      i++;
    }
  }
  return last;
}
