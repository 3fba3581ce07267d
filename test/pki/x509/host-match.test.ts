import { describe, expect, it } from 'vitest';
import { coverage, covers, uncoveredNames } from '../../../server/src/pki/x509/host-match';

const named = (...names: readonly string[]) => ({
  subjectAltNames: {
    dns: names.filter((name) => !name.startsWith('ip:')),
    ip: names.filter((name) => name.startsWith('ip:')).map((name) => name.slice(3)),
  },
});

describe('a certificate', () => {
  it.each([
    ['mender.example.com', 'mender.example.com', 'covered'],
    ['mender.example.com', 'MENDER.Example.com', 'covered'],
    ['Mender.Example.COM', 'mender.example.com', 'covered'],
    ['mender.example.com', 'mender.example.com.', 'covered'],
    ['mender.example.com', 's3.mender.example.com', 'not-covered'],
    ['mender.example.com', 'example.com', 'not-covered'],
    ['*.example.com', 's3.example.com', 'covered'],
    ['*.example.com', 'a.s3.example.com', 'not-covered'],
    ['*.example.com', 'example.com', 'not-covered'],
    ['*.example.com', '.example.com', 'not-covered'],
    // The storage host's own wildcard, asked for as such, and no other name.
    ['*.s3.example.com', '*.s3.example.com', 'covered'],
    ['*.example.com', '*.s3.example.com', 'not-covered'],
    ['a.s3.example.com', '*.s3.example.com', 'not-covered'],
    // What only one family takes.
    ['*.local', 'mender.local', 'go-only'],
    ['*.example.com', 'a_b.example.com', 'go-only'],
    ['s3*.example.com', 's3a.example.com', 'openssl-only'],
    ['*3.example.com', 's3.example.com', 'openssl-only'],
    ['s*3.example.com', 'sx3.example.com', 'not-covered'],
    ['s3.*.com', 's3.example.com', 'not-covered'],
    ['xn--*.example.com', 'xn--a.example.com', 'not-covered'],
    ['*', 'localhost', 'not-covered'],
    ['', '', 'not-covered'],
    ['xn--mnchen-3ya.example.com', 'münchen.example.com', 'covered'],
    ['xn--mnchen-3ya.example.com', 'MÜNCHEN.example.com', 'covered'],
    ['*.xn--mnchen-3ya.de', '*.münchen.de', 'covered'],
    ['*.xn--mnchen-3ya.de', 's3.münchen.de', 'covered'],
    ['localhost', 'localhost', 'covered'],
    ['mender-api-gateway', 'mender-api-gateway', 'covered'],
    // Addresses: by address alone.
    ['ip:10.0.0.1', '10.0.0.1', 'covered'],
    ['10.0.0.1', '10.0.0.1', 'not-covered'],
    ['*.0.0.1', '10.0.0.1', 'not-covered'],
    ['ip:10.0.0.1', '10.0.0.2', 'not-covered'],
    ['ip:fd00::1', 'FD00:0:0::1', 'covered'],
    ['ip:fd00::1', '[fd00::1]', 'covered'],
    ['ip:fd00::1', 'fd00::1%eth0', 'not-covered'],
    ['ip:10.0.0.1', '::ffff:10.0.0.1', 'go-only'],
    ['ip:::ffff:a00:1', '10.0.0.1', 'go-only'],
  ])('for %s, asked for %s: %s', (name, asked, answer) => {
    expect(covers(named(name), asked)).toBe(answer);
  });

  it('whose names could not be read is unknown, and never called wrong', () => {
    expect(covers({ subjectAltNames: undefined }, 'a.example.com')).toBe('unknown');
    expect(uncoveredNames({ subjectAltNames: undefined }, ['a.example.com'])).toEqual([]);
  });

  it('tells which of several names some client would refuse it for', () => {
    const certificate = named('mender.example.com', '*.local', 'ip:10.0.0.1');
    const asked = ['mender.example.com', 's3.mender.example.com', 'mender.local', '10.0.0.1', '10.0.0.2'];
    expect(uncoveredNames(certificate, asked)).toEqual(['s3.mender.example.com', 'mender.local', '10.0.0.2']);
    expect(coverage({ dns: [], ip: [] }, 'a')).toEqual({ go: false, openssl: false });
  });
});
