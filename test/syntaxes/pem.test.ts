import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { pemTokeniser, type Token } from './tokenise';

// Built here, so that no file of this project looks as if it held a key.
const begin = (label: string) => `-----BEGIN ${label}-----`;
const end = (label: string) => `-----END ${label}-----`;
const PRIVATE = ['PRIVATE', 'KEY'].join(' ');
const body = 'MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEA+/0';

let tokenise: (text: string) => Token[][];
beforeAll(async () => {
  tokenise = await pemTokeniser();
});

/** One line a token: the text, then the innermost scope. */
const inner = (lines: readonly string[]) =>
  tokenise(lines.join('\n')).map((tokens) =>
    tokens.map(({ text, scopes }) => `${text} -> ${scopes.at(-1) ?? 'plain'}`),
  );

/** All scopes of the tokens with exactly this text. */
const scopesOf = (lines: readonly string[], wanted: string) =>
  tokenise(lines.join('\n'))
    .flat()
    .filter(({ text }) => text === wanted)
    .flatMap(({ scopes }) => scopes);

describe('a block', () => {
  test('is coloured label by label, part by part', () => {
    expect(inner([begin('CERTIFICATE'), body, 'AAEC/w==', end('CERTIFICATE')])).toEqual([
      [
        '----- -> punctuation.definition.label.begin.pem',
        'BEGIN -> keyword.control.begin.pem',
        '  -> meta.label.pem',
        'CERTIFICATE -> entity.name.type.certificate.pem',
        '----- -> punctuation.definition.label.end.pem',
      ],
      [`${body} -> constant.other.base64.pem`],
      ['AAEC/w -> constant.other.base64.pem', '== -> punctuation.definition.padding.pem'],
      [
        '----- -> punctuation.definition.label.begin.pem',
        'END -> keyword.control.end.pem',
        '  -> meta.label.pem',
        'CERTIFICATE -> entity.name.type.certificate.pem',
        '----- -> punctuation.definition.label.end.pem',
      ],
    ]);
  });

  test.each([
    ['CERTIFICATE', 'certificate'],
    ['X509 CERTIFICATE', 'certificate'],
    ['TRUSTED CERTIFICATE', 'certificate'],
    ['CERTIFICATE REQUEST', 'certificate-request'],
    ['NEW CERTIFICATE REQUEST', 'certificate-request'],
    ['PUBLIC KEY', 'public-key'],
    ['RSA PUBLIC KEY', 'public-key'],
    [PRIVATE, 'private-key'],
    [`RSA ${PRIVATE}`, 'private-key'],
    [`EC ${PRIVATE}`, 'private-key'],
    [`DSA ${PRIVATE}`, 'private-key'],
    [`ENCRYPTED ${PRIVATE}`, 'private-key'],
    [`OPENSSH ${PRIVATE}`, 'private-key'],
    ['X509 CRL', 'other'],
    ['DH PARAMETERS', 'other'],
    ['PKCS7', 'other'],
  ])('%s is of the kind %s, at both of its labels and in between', (label, kind) => {
    const lines = [begin(label), body, end(label)];
    const labels = tokenise(lines.join('\n'))
      .flat()
      .filter(({ text }) => text === label);
    expect(labels).toHaveLength(2);
    for (const { scopes } of labels) expect(scopes).toContain(`entity.name.type.${kind}.pem`);
    expect(scopesOf(lines, body)).toEqual([`meta.block.${kind}.pem`, 'constant.other.base64.pem']);
  });

  test('only a private key is marked in bold, whatever its type', () => {
    for (const label of [PRIVATE, `RSA ${PRIVATE}`, `ENCRYPTED ${PRIVATE}`]) {
      expect(scopesOf([begin(label), body, end(label)], label)).toContain('markup.bold.pem');
    }
    for (const label of ['PUBLIC KEY', 'CERTIFICATE', 'X509 CRL']) {
      expect(scopesOf([begin(label), body, end(label)], label)).not.toContain('markup.bold.pem');
    }
  });

  test('may have headers, and its body starts after them', () => {
    const label = `RSA ${PRIVATE}`;
    const lines = [
      begin(label),
      'Proc-Type: 4,ENCRYPTED',
      'DEK-Info: AES-256-CBC,00FF',
      '  A1',
      '',
      body,
      end(label),
    ];
    expect(inner(lines).slice(1, 6)).toEqual([
      [
        'Proc-Type -> variable.other.header.pem',
        ': -> punctuation.separator.key-value.pem',
        '  -> meta.header.pem',
        '4,ENCRYPTED -> string.unquoted.header.pem',
      ],
      [
        'DEK-Info -> variable.other.header.pem',
        ': -> punctuation.separator.key-value.pem',
        '  -> meta.header.pem',
        'AES-256-CBC,00FF -> string.unquoted.header.pem',
      ],
      ['   -> meta.header.pem', 'A1 -> string.unquoted.header.pem'],
      [' -> meta.block.private-key.pem'],
      [`${body} -> constant.other.base64.pem`],
    ]);
  });

  test('ends at its label, and the next one starts afresh', () => {
    const lines = [
      begin('CERTIFICATE'),
      'AAAA',
      end('CERTIFICATE'),
      begin(PRIVATE),
      'BBBB',
      end(PRIVATE),
      'done',
    ];
    expect(scopesOf(lines, 'AAAA')).toContain('meta.block.certificate.pem');
    expect(scopesOf(lines, 'BBBB')).toEqual(['meta.block.private-key.pem', 'constant.other.base64.pem']);
    expect(scopesOf(lines, 'done')).toEqual(['comment.line.explanation.pem']);
  });
});

describe('text outside of blocks', () => {
  test('explains, and is coloured as a comment', () => {
    const lines = [
      'Subject: CN=mender.example.com',
      '',
      begin('CERTIFICATE'),
      'AAAA',
      end('CERTIFICATE'),
      'Notes',
    ];
    expect(scopesOf(lines, 'Subject: CN=mender.example.com')).toEqual(['comment.line.explanation.pem']);
    expect(scopesOf(lines, 'Notes')).toEqual(['comment.line.explanation.pem']);
  });

  test('an END without a BEGIN is wrong', () => {
    expect(scopesOf([end('CERTIFICATE')], end('CERTIFICATE'))).toEqual(['invalid.illegal.label.pem']);
  });
});

describe('what is wrong in a block', () => {
  test.each([
    ['a character that base64 has not', 'AA$A', '$'],
    ['a letter outside of ASCII', 'AAéA', 'é'],
    ['padding that is not at the end', 'AA=A', '='],
    ['three padding characters', 'AAAA===', '==='],
  ])('%s', (_, line, wrong) => {
    expect(scopesOf([begin('CERTIFICATE'), line, end('CERTIFICATE')], wrong)).toContain(
      'invalid.illegal.base64.pem',
    );
  });

  test('what follows the padding', () => {
    const lines = [begin('CERTIFICATE'), 'AAA=', 'BBBB', '', 'CC CC', end('CERTIFICATE'), 'after'];
    for (const wrong of ['BBBB', 'CC'])
      expect(scopesOf(lines, wrong)).toContain('invalid.illegal.base64.pem');
    expect(scopesOf(lines, 'CERTIFICATE')).not.toContain('invalid.illegal.label-mismatch.pem');
    expect(scopesOf(lines, 'after')).toEqual(['comment.line.explanation.pem']);
  });

  test('a damaged label', () => {
    const damaged = '-----END CERTIFICATE----';
    expect(scopesOf([begin('CERTIFICATE'), 'AAAA', damaged], damaged)).toContain('invalid.illegal.label.pem');
  });

  test('an END of another type ends the block, marked', () => {
    const lines = [begin('CERTIFICATE'), 'AAAA', end('X509 CRL'), 'after'];
    expect(scopesOf(lines, 'X509 CRL')).toContain('invalid.illegal.label-mismatch.pem');
    expect(scopesOf(lines, 'after')).toEqual(['comment.line.explanation.pem']);
  });

  test('a missing END does not spoil the block that follows', () => {
    const lines = [begin('CERTIFICATE'), 'AAAA', begin(PRIVATE), 'BBBB', end(PRIVATE)];
    expect(scopesOf(lines, PRIVATE)).toContain('entity.name.type.private-key.pem');
    expect(scopesOf(lines, 'BBBB')).toEqual(['meta.block.private-key.pem', 'constant.other.base64.pem']);
  });
});

describe('registration', () => {
  const root = new URL('../../', import.meta.url);
  const read = (path: string) => JSON.parse(readFileSync(fileURLToPath(new URL(path, root)), 'utf8'));
  const { contributes } = read('package.json');

  test('the language is known by its file names, and the grammar colours it', () => {
    const language = contributes.languages.find(({ id }: { id: string }) => id === 'pem');
    expect(language.extensions).toEqual(['.pem', '.crt', '.cer', '.key', '.csr']);
    const grammar = contributes.grammars.find((each: { language?: string }) => each.language === 'pem');
    expect(grammar).toEqual({
      language: 'pem',
      scopeName: 'text.pem',
      path: './syntaxes/pem.tmLanguage.json',
    });
    expect(read(grammar.path).scopeName).toBe('text.pem');
  });

  test('blocks fold from BEGIN to END', () => {
    const { configuration } = contributes.languages.find(({ id }: { id: string }) => id === 'pem');
    const { start, end: stop } = read(configuration).folding.markers;
    expect(begin(`RSA ${PRIVATE}`)).toMatch(new RegExp(start));
    expect(end(`RSA ${PRIVATE}`)).toMatch(new RegExp(stop));
    expect(body).not.toMatch(new RegExp(start));
    expect(end('CERTIFICATE')).not.toMatch(new RegExp(start));
  });
});
