/**
 * Text of files for people. Names, paths and reasons come from whoever wrote the files, and programs that show text
 * give some of it a meaning: terminals carry out control characters, VS Code makes links, icons and Markdown. The
 * functions here take every such meaning away, and the text still reads as it is written. No imports: the client has
 * them too.
 */

/** Control and format characters, line and paragraph separators, halves of characters: they act, or aren't seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Every character can be seen and none acts: control pictures (`␛`) where there are some, else `�`. Line ends too. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** The same on one line: white space of any kind is one space. */
export function oneLine(text: string): string {
  return visible(text.replace(/\s+/g, ' '));
}

/**
 * On one line, for what VS Code shows as text but reads first: `[text](command:…)` in notifications, prompts and
 * messages of views is a link (`vs/base/common/linkedText.ts`), `$(name)` in lists, lenses and the status bar an icon
 * (`vs/base/browser/ui/iconLabel`). Both need two signs without anything between them.
 */
export function label(text: string): string {
  return oneLine(text).replaceAll('](', '] (').replaceAll('$(', '$ (');
}
