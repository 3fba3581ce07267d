import { describe, expect, test } from 'vitest';
import { MAX_NAMES, namesProblem, parseNames } from '../../../client/src/ui/parse-host-names';

describe('names as typed', () => {
  test('are split at commas, semicolons and blanks, each kept once, in their order', () => {
    expect(parseNames(' b.example.com, a.example.com;B.example.com\t10.0.0.1 ,')).toEqual([
      'b.example.com',
      'a.example.com',
      '10.0.0.1',
    ]);
    expect(parseNames(' ,; ')).toEqual([]);
  });

  test.each([
    'mender.example.com',
    'localhost',
    'mender-api-gateway',
    'service_with_underscore',
    '*.example.com',
    '192.168.0.10',
    '::1',
    '2001:db8::1',
    '1:2:3:4:5:6:7:8',
    '::ffff:10.0.0.1',
    'xn--mnchen-3ya.example',
    'a, b, *.c.d',
  ])('%s is accepted', (text) => {
    expect(namesProblem(text)).toBeUndefined();
  });

  test.each([
    ['', 'at least one'],
    [' , ', 'at least one'],
    ['https://mender.example.com', 'is a URL'],
    ['mender.example.com:443', 'has a port'],
    ['256.1.1.1', 'not an IP address'],
    ['1.2.3', 'not an IP address'],
    ['a.*.example.com', 'must be the whole first part'],
    ['*', 'must be the whole first part'],
    ['*.com', 'at least two parts'],
    ['münchen.example', 'xn--'],
    ['-a.example.com', 'not a host name'],
    ['a..b', 'not a host name'],
    ['a/b', 'not a host name'],
    ['1::2::3', 'not a host name'],
    ['1:2:3', 'not a host name'],
    [`${'a.'.repeat(140)}b`, 'longer than 253'],
    ['good.example.com, bad name!', 'not a host name'],
    [Array.from({ length: MAX_NAMES + 1 }, (_, i) => `h${i}`).join(' '), 'at most 100 are allowed'],
  ])('%s is refused', (text, reason) => {
    expect(namesProblem(text)).toContain(reason);
  });
});
