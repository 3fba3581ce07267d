/** Texts in the language that VS Code is set to. It knows no VS Code, so that what uses it can be tested without. */

type Translate = (message: string, ...values: (string | number)[]) => string;

let translate: Translate = fill;

/** The text in the user's language. `{0}`, `{1}`… stand for the values. The message must be a literal in the call. */
export function t(message: string, ...values: (string | number)[]): string {
  return translate(message, ...values);
}

/** Says who translates. Constants are translated when their module is loaded, so this has to come before. */
export function useTranslator(translator: Translate): void {
  translate = translator;
}

function fill(message: string, ...values: (string | number)[]): string {
  return message.replaceAll(/\{(\d+)\}/g, (whole, index) => String(values[Number(index)] ?? whole));
}
