/** Under which names clients reach the gateway, and what says so. */
import { describe, expect, it } from 'vitest';
import { isDemoName, usedHosts } from '../../../server/src/mender/hosts/hosts-used-by-clients';
import { deploymentFrom } from '../stack-of';

const gateway = (release: string, text: string) =>
  deploymentFrom(text, release).then((deployment) => {
    const mender = deployment.services.find(({ role }) => role.id === 'api-gateway');
    return (mender ? usedHosts(mender, deployment) : []).map(({ name, how }) => `${name} ${how}`);
  });

/** A gateway with aliases, a deployments service and another one with variables. */
function stack(aliases: string, deployments: string, other = '', variables = ''): string {
  return `services:
  mender-api-gateway:
    image: traefik
    environment: {${variables}}
    networks: { mender: { aliases: [${aliases}] } }
  mender-deployments:
    image: mendersoftware/deployments:latest
    environment: {${deployments}}
  worker:
    image: worker
    environment: {${other}}
`;
}

const AWS = 'DEPLOYMENTS_AWS_URI';
const EXTERNAL = 'DEPLOYMENTS_AWS_EXTERNAL_URI';
const ALIAS = 'gw.example.com an alias of mender-api-gateway';

describe('the gateway is reached', () => {
  it.each<[string, string, string, readonly string[]]>([
    ['under its alias, in lower case', '3.7', stack('GW.example.com', ''), [ALIAS]],
    ['not under a bare name', '3.7', stack('gw, gw.example.com', ''), [ALIAS]],
    [
      'not under a demo’s name beside a real one',
      '3.7',
      stack('docker.mender.io, gw.example.com', ''),
      [ALIAS],
    ],
    [
      'under a demo’s name where there is no other',
      '3.7',
      stack('docker.mender.io', ''),
      ['docker.mender.io an alias of mender-api-gateway'],
    ],
    [
      'under the list of an old gateway’s hosts',
      '1.7',
      stack('', '', '', 'ALLOWED_HOSTS: "A.example.com b.example.com,c.example.com"'),
      ['a', 'b', 'c'].map((name) => `${name}.example.com in ALLOWED_HOSTS of mender-api-gateway`),
    ],
    [
      'under the https name of storage that is its own',
      '3.1',
      stack('gw.example.com', `${AWS}: "https://gw.example.com:9000"`),
      [`gw.example.com in ${AWS} of mender-deployments`],
    ],
    [
      'not under that of storage elsewhere',
      '3.1',
      stack('gw.example.com', `${AWS}: "https://s3.example.org"`),
      [ALIAS],
    ],
    [
      'not under one in plain HTTP',
      '3.1',
      stack('gw.example.com', `${AWS}: "http://gw.example.com"`),
      [ALIAS],
    ],
    [
      'under the outside name of storage that is in the stack',
      '3.7',
      stack('gw.example.com', `${AWS}: "http://worker:9000", ${EXTERNAL}: "https://s3.example.com"`),
      [`s3.example.com in ${EXTERNAL} of mender-deployments`, ALIAS],
    ],
    [
      'not under that of storage elsewhere, once more',
      '3.7',
      stack('gw.example.com', `${AWS}: "https://s3.example.org", ${EXTERNAL}: "https://s3.example.com"`),
      [ALIAS],
    ],
    [
      'under the name that another service has for it',
      '3.7',
      stack('gw.example.com', '', 'SERVER: "https://GW.example.com/api"'),
      ['gw.example.com in SERVER of worker'],
    ],
    [
      'under its bare name there, too',
      '3.7',
      stack('gw.example.com', '', 'SERVER: "https://mender-api-gateway"'),
      ['mender-api-gateway in SERVER of worker', ALIAS],
    ],
    [
      'not where that one verifies nothing',
      '3.7',
      stack('gw.example.com', '', 'SERVER: "https://mender-api-gateway", APP_SKIPVERIFY: "1"'),
      [ALIAS],
    ],
    [
      'nor where the switch has an underscore',
      '3.7',
      stack('gw.example.com', '', 'SERVER: "https://mender-api-gateway", SKIP_VERIFY: "true"'),
      [ALIAS],
    ],
    [
      'but where the switch is off',
      '3.7',
      stack('gw.example.com', '', 'SERVER: "https://mender-api-gateway", APP_SKIPVERIFY: "0"'),
      ['mender-api-gateway in SERVER of worker', ALIAS],
    ],
    [
      'not by a URL that is not used',
      '3.7',
      stack(
        'gw.example.com',
        '',
        'CREATE_ARTIFACT_GATEWAY_URL: "https://mender-api-gateway", CREATE_ARTIFACT_DEPLOYMENTS_URL: "http://d"',
      ),
      [ALIAS],
    ],
    [
      'not by a URL of another host',
      '3.7',
      stack('gw.example.com', '', 'SERVER: "https://example.org"'),
      [ALIAS],
    ],
  ])('%s', async (_, release, text, names) => {
    expect(await gateway(release, text)).toEqual(names);
  });
});

it.each([
  ['docker.mender.io', true],
  ['s3.docker.mender.io', true],
  ['mender.local', true],
  ['s3.localhost', true],
  ['mydocker.mender.io', false],
  ['mender.example.com', false],
])('%s is a demo’s name: %s', (name, expected) => {
  expect(isDemoName(name, ['docker.mender.io'])).toBe(expected);
});
