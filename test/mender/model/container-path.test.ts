import { expect, it } from 'vitest';
import { directoryOf, isAtOrAbove, nameOf } from '../../../server/src/mender/model/container-path';

it.each([
  ['/etc/useradm', '/etc/useradm', true],
  ['/etc', '/etc/useradm/rsa', true],
  ['/etc/user', '/etc/useradm', false],
  ['/etc/useradm/rsa', '/etc/useradm', false],
  ['/', '/etc', false],
])('%s is at or above %s: %s', (path, target, expected) => {
  expect(isAtOrAbove(path, target)).toBe(expected);
});

it.each([
  ['/a/b.pem', '/a', 'b.pem'],
  ['/b.pem', '/', 'b.pem'],
  ['/a/', '/a', ''],
])('%s is in %s, called %s', (path, directory, name) => {
  expect([directoryOf(path), nameOf(path)]).toEqual([directory, name]);
});
