/** Text of files in Markdown: no markup, link, picture, icon or unseen character, wherever it stands. */
import MarkdownIt, { type Token } from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { code, plain } from '../../server/src/text/markdown';
import { memoryHost } from '../platform/memory-host';

const parser = new MarkdownIt({ html: true, linkify: true });
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const LINK = '[Generate one now](command:workbench.action.terminal.sendSequence?%7B%7D)';
const EVIL = [
  `a|${LINK}|![p](https://evil.example/p.png)|`,
  `a\\|${LINK}\\\\|${LINK}`,
  `\`|${LINK}|\`\`![p](https://evil.example/p.png)\`\`\``,
  `<img src="https://evil.example/p.png"><command:evil><https://evil.example>`,
  'https://evil.example http://evil.example www.evil.example mail@evil.example ftp://evil.example',
  `x]\n\n[y]: command:evil\n\n[y][y] ![y]\n# z\n- a\n\n    b\n---`,
  `$(flame) \u202e\u061c\u200b\u2028\u2029\u0085\u001b[31m**a** ~~b~~ _c_ &lt;&#91;`,
  '- [x](command:a)',
  '=== ',
  ' ',
];

/** All tokens of a text, those within others too. */
function tokensOf(text: string): readonly Token[] {
  const all = (tokens: readonly Token[]): readonly Token[] =>
    tokens.flatMap((token) => [token, ...all(token.children ?? [])]);
  return all(parser.parse(text, {}));
}

function expectNothing(text: string): void {
  const types = tokensOf(text).map(({ type }) => type);
  expect(
    types.filter((type) => /link|image|html|heading|em_|s_|list|hr|fence|code_block/.test(type)),
  ).toEqual([]);
  expect(text.replaceAll('\n', ' ')).not.toMatch(UNSEEN);
  // VS Code looks for icons in what it has rendered.
  expect(text).not.toContain('$(');
}

/** What a person reads, but for white space and what can't be seen. */
const readable = (text: string) => text.replace(/[\s\p{C}\u2400-\u2421\ufffd]/gu, '');

describe.each(EVIL)('%j', (evil) => {
  test.each([
    ['code', code],
    ['running text', plain],
  ])('is text as %s, alone, in a sentence and in a cell', (_how, write) => {
    const written = write(evil);
    expectNothing(written);
    expectNothing(`The file ${written} is (${written}).`);
    const table = `| a | b |\n| --- | --- |\n| ${written} | ${written} |\n| x | ${written} |`;
    expectNothing(table);
    const cells = tokensOf(table).filter(({ type }) => type === 'td_open');
    expect(cells).toHaveLength(4);
    const text = tokensOf(written).filter(({ type }) => /^(text|code_inline|text_special)$/.test(type));
    if (evil.trim() !== '')
      expect(readable(text.map(({ content }) => content).join(''))).toBe(readable(evil));
  });
});

describe('what is told of a hostile file', () => {
  const source = `./a|${LINK}|![p](https://evil.example/p.png)|`;
  const service = `mender-device-auth ${LINK} | \`x\` \u202e`;
  const compose = `services:
  ${JSON.stringify(service)}:
    image: mendersoftware/deviceauth:mender-3.7.0
    environment:
      DEVICEAUTH_SERVER_PRIV_KEY_PATH: ${JSON.stringify(`/etc/${source}`)}
    volumes:
      - type: bind
        source: ${JSON.stringify(source)}
        target: /etc/deviceauth/rsa/private.pem
  mender-api-gateway:
    image: traefik:v2.5
    volumes:
      - type: bind
        source: ${JSON.stringify(source)}
        target: /etc/traefik/certs/cert.crt
`;

  test('wherever somebody points or completes', async () => {
    const files = { '/p/docker-compose.yml': compose };
    const mender = createLanguageService(memoryHost({ files }));
    mender.configure({ rules: {}, trusted: true, folders: ['/p'] });
    let told = 0;
    for (const [line, text] of compose.split('\n').entries()) {
      for (let character = 0; character <= text.length; character += 3) {
        const hover = await mender.describe('/p/docker-compose.yml', { line, character });
        const markdown = hover === undefined ? [] : [hover.markdown];
        if (character === text.length) {
          const proposals = await mender.complete('/p/docker-compose.yml', { line, character });
          markdown.push(...proposals.map((proposal) => proposal.markdown));
        }
        for (const each of markdown) {
          told++;
          const types = tokensOf(each).map(({ type }) => type);
          expect(types.filter((type) => /link|image|html/.test(type))).toEqual([]);
          expect(each.replaceAll('\n', ' ')).not.toMatch(UNSEEN);
        }
      }
    }
    expect(told).toBeGreaterThan(30);
  });
});
