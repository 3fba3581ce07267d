/** Whatever a compose file calls things, what the server sends to be shown is text: in every feature, on one line. */
import MarkdownIt from 'markdown-it';
import { afterEach, describe, expect, test } from 'vitest';
import { cleanIncoming } from '../../../client/src/language-client/clean-incoming';
import { COMPOSE, type Editor, editor } from '../editor';

const LINK = '[Generate one now](command:workbench.action.toggleZenMode)';
const EVIL = `${LINK} $(flame)\n\r\u001b[31m\u202e\u061c\u200b\u2028\u0085 ![p](https://evil.example/p.png)`;
const quoted = (text: string) => JSON.stringify(text);

const TEXT = `services:
  ${quoted(`gateway ${EVIL}`)}:
    image: mendersoftware/api-gateway:2.7.0
    volumes:
      - {type: bind, source: ${quoted(`./a|${EVIL}.crt`)}, target: /certs/cert.crt}
      - {type: bind, source: ${quoted('./(<command:workbench.action.toggleZenMode>.key')}, target: /certs/private.key}
  ${quoted(`deviceauth ${EVIL}`)}:
    image: mendersoftware/deviceauth:mender-2.7.0
    volumes: []
  ${quoted(`useradm ${EVIL}`)}:
    image: mendersoftware/useradm:mender-2.7.0
    volumes:
      - {type: bind, source: ${quoted(`\${NONE}/${EVIL}`)}, target: /etc/useradm/rsa/private.pem}
`;

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** Properties whose strings people read. */
const READ = new Set([
  ...['message', 'title', 'label', 'tooltip', 'detail', 'description', 'name', 'containerName'],
]);
/** Of these, those that VS Code looks for icons in. */
const WITH_ICONS = new Set(['title', 'label', 'description', 'name']);
const markdown = new MarkdownIt({ html: true, linkify: true });

/** Every string that is read, and every Markdown text, of an answer; arguments of commands aside. */
function textsOf(value: unknown, key = ''): { key: string; text: string }[] {
  if (typeof value === 'string') return READ.has(key) || key === 'markdown' ? [{ key, text: value }] : [];
  if (Array.isArray(value)) return value.flatMap((each) => textsOf(each, key));
  if (typeof value !== 'object' || value === null) return [];
  if ('kind' in value && value.kind === 'markdown' && 'value' in value)
    return textsOf(value.value, 'markdown');
  return Object.entries(value).flatMap(([name, inner]) =>
    ['data', 'arguments', 'edit', 'textEdit'].includes(name) ? [] : textsOf(inner, name),
  );
}

function expectText(answer: unknown): number {
  const texts = textsOf(answer);
  for (const { key, text } of texts) {
    expect(text.replaceAll('\n', ' '), key).not.toMatch(UNSEEN);
    if (WITH_ICONS.has(key)) expect(text, key).not.toContain('$(');
    if (key !== 'markdown' && key !== 'tooltip') expect(text, key).not.toContain('\n');
    if (key !== 'markdown') continue;
    const tokens = markdown.parse(text, {}).flatMap((token) => [token, ...(token.children ?? [])]);
    const links = tokens.filter(({ type }) => type === 'link_open');
    for (const link of links) {
      const href = (link as unknown as { attrGet(name: string): string }).attrGet('href');
      expect(href).toMatch(/^command:mender\.reviewFix\?/);
    }
    expect(tokens.filter(({ type }) => /image|html/.test(type))).toEqual([]);
  }
  return texts.length;
}

let it: Editor;
afterEach(() => it.close());

async function start(trusted: boolean): Promise<void> {
  const files = { '(<command:workbench.action.toggleZenMode>.key': 'no key\n', plain: 'no key\n' };
  it = await editor({ files, trusted, settings: { inlayHints: { enabled: true } } });
  await it.type(TEXT);
  await it.wire.publication(({ diagnostics }) => diagnostics.length > 0);
}

describe.each([true, false])('in a workspace that is trusted: %j', (trusted) => {
  test('every feature sends text', async () => {
    await start(trusted);
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const answers: unknown[] = [it.wire.published, it.wire.statuses.length];
    for (const method of ['codeLens', 'documentSymbol', 'documentLink', 'definition'])
      answers.push(await it.ask(method, { position: range.start }));
    const lenses = await it.ask<object[]>('codeLens');
    for (const lens of lenses) answers.push(await it.wire.client.sendRequest('codeLens/resolve', lens));
    answers.push(await it.ask('inlayHint', { range }));
    const actions = await it.ask<object[]>('codeAction', { range, context: { diagnostics: [] } });
    expect(actions.length).toBeGreaterThan(0);
    answers.push(actions);
    const lines = TEXT.split('\n');
    for (const [line, text] of lines.entries()) {
      for (let character = 0; character <= text.length; character += 20) {
        const hover = await it.ask('hover', { position: { line, character } });
        if (!trusted) expect(JSON.stringify(hover)).not.toContain('(command:mender');
        answers.push(hover);
      }
    }
    answers.push(await it.ask('completion', { position: { line: 8, character: 13 } }));
    expect(expectText(answers)).toBeGreaterThan(50);
  });
});

test('a path that VS Code would make another link of is not linked', async () => {
  await start(true);
  await it.type(
    TEXT.replace('./a|', './plain" #').replace(
      quoted('./(<command:workbench.action.toggleZenMode>.key'),
      './plain',
    ),
  );
  const links = await it.ask<{ target: string }[]>('documentLink');
  expect(links.map(({ target }) => target)).toEqual([it.uri('plain')]);
  await it.type(TEXT);
  expect(await it.ask('documentLink')).toEqual([]);
});

test('what is said to an editor without a client of ours is text too', async () => {
  it = await editor({ files: {}, prompts: false });
  await it.type(TEXT);
  await it.wire.client.sendRequest('workspace/executeCommand', {
    command: 'mender.generateKeys',
    arguments: [it.uri(COMPOSE)],
  });
  await it.wire.client.sendRequest('workspace/executeCommand', {
    command: 'mender.applyFix',
    arguments: [`file:///nowhere ${EVIL}`, EVIL],
  });
  await it.wire.until(() => it.wire.shown.length > 1);
  const before = JSON.stringify(it.wire.shown);
  for (const message of it.wire.shown) {
    expect(message.message).not.toMatch(/\]\(|\$\(/);
    expect(message.message).not.toMatch(UNSEEN);
    // Our client does nothing more to it.
    cleanIncoming({ method: 'window/showMessage', params: message });
  }
  expect(JSON.stringify(it.wire.shown)).toBe(before);
  for (const line of it.wire.logged) expect(line).not.toMatch(UNSEEN);
});
