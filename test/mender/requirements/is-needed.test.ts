/** When a file is asked for, where it is looked for, and where a new entry goes. */

import { describe, expect, it } from 'vitest';
import { foreignTargetsOf, layouts } from '../../../server/src/mender/releases/index';
import { placeOf } from '../../../server/src/mender/requirements/edit-location';
import { yaml } from '../../yaml';
import { deploymentFrom, type Texts } from '../stack-of';

/** `how target` of each requirement, by its id. */
async function states(texts: Texts, release: string): Promise<Record<string, string>> {
  const { services } = await deploymentFrom(texts, release);
  return Object.fromEntries(
    services.flatMap((mender) =>
      mender.states.map((state) => [`${state.requirement.id}`, `${state.how} ${state.target}`]),
    ),
  );
}

const gateway = (...lines: string[]) =>
  ['services:', '  mender-api-gateway:', ...lines.map((line) => `    ${line}`), ''].join('\n');

describe('TLS switched off', () => {
  it.each([
    ['2.6', gateway('environment:', '  SSL: "false"'), 'not-needed'],
    ['2.6', gateway('environment:', '  SSL: "true"'), 'none'],
    ['2.6', gateway('environment:', '  SSL: ${SSL}'), 'unknown'],
    ['3.7', gateway('image: traefik:v2.10'), 'none'],
    [
      '3.7',
      gateway(
        'command:',
        '  - --entrypoints.http.address=:80',
        '  - --entrypoints.https.address=:443',
        '  - --providers.docker=true',
      ),
      'not-needed',
    ],
    [
      '3.7',
      gateway(
        'command:',
        '  - --entrypoints.https.address=:443',
        '  - --providers.file.directory=/etc/traefik/config',
      ),
      'none',
    ],
    [
      '3.7',
      gateway(
        'command:',
        '  - --entrypoints.web.address=:80',
        '  - --providers.file.directory=/etc/traefik/config',
      ),
      'unknown',
    ],
    ['3.7', gateway('command: [--configFile=/own.yml]'), 'unknown'],
    ['3.7', gateway('volumes: ["./traefik.yml:/etc/traefik/traefik.yml"]'), 'unknown'],
    ['3.7', gateway('environment: { TRAEFIK_PROVIDERS_FILE_DIRECTORY: /x }'), 'unknown'],
    ['docs-beta', gateway('environment: { SSL: "false" }'), 'none'],
  ])('%s %#', async (release, text, how) => {
    expect((await states(text, release))['api-gateway-certificate']?.split(' ')[0]).toBe(how);
  });

  it('at the storage proxy, by its configuration', async () => {
    const proxy = (source: string) =>
      yaml`
        services:
          mender-x:
            image: x
          storage-proxy:
            volumes:
              - ./storage-proxy/${source}:/usr/local/openresty/nginx/conf/nginx.conf
      `;
    expect((await states(proxy('no-ssl.nginx.conf'), '2.6'))['storage-proxy-certificate']).toMatch(
      /^not-needed/,
    );
    expect((await states(proxy('nginx.conf'), '2.6'))['storage-proxy-certificate']).toMatch(/^none/);
  });
});

describe('the storage pair of the gateway', () => {
  const stack = (...more: string[]) =>
    `services:\n  mender-api-gateway:\n    networks: { mender: { aliases: [s3.example.com] } }\n${more.join('')}`;
  const deployments = (uri: string) =>
    `  mender-deployments:\n    environment:\n      DEPLOYMENTS_AWS_URI: ${uri}\n`;
  const minio = '  minio:\n    image: minio/minio\n';
  it.each([
    ['with Minio', stack(minio), 'none'],
    ['under its own alias', stack(deployments('https://s3.example.com')), 'none'],
    ['with Amazon', stack(deployments('https://s3.eu-west-1.amazonaws.com')), 'not-needed'],
    [
      'under a name that only begins like one of Amazon',
      stack(deployments('https://s3.amazonaws.com.example.org')),
      'unknown',
    ],
    ['by plain HTTP', stack(minio, deployments('http://minio:9000')), 'not-needed'],
    ['with a storage proxy', stack(minio, '  storage-proxy:\n    image: nginx\n'), 'not-needed'],
    ['without a word of storage', stack(), 'unknown'],
  ])('%s', async (_, text, how) => {
    for (const release of ['2.7', '3.0']) {
      expect((await states(text, release))['storage-certificate']?.split(' ')[0]).toBe(how);
    }
  });

  it('is one with the other from 3.1 on', async () => {
    expect(Object.keys(await states(stack(minio), '3.1'))).toEqual([
      'api-gateway-certificate',
      'api-gateway-private-key',
    ]);
  });
});

describe('where a token key is looked for', () => {
  const useradm = (...lines: string[]) =>
    ['services:', '  mender-useradm:', ...lines.map((line) => `    ${line}`), ''].join('\n');
  const plain = '/etc/useradm/rsa/private.pem';
  const enterprise = '/etc/useradm-enterprise/rsa/private.pem';
  const at = (path: string) => ['volumes:', `  - ./key.pem:${path}`];
  const imageOf = (name: string) => `image: mendersoftware/${name}:latest`;
  it.each([
    ['3.7', useradm(imageOf('useradm'), ...at(plain)), `file ${plain}`],
    ['3.7', useradm(imageOf('useradm'), ...at(enterprise)), `none ${plain}`],
    ['3.7', useradm(imageOf('useradm-enterprise'), ...at(enterprise)), `file ${enterprise}`],
    ['3.2', useradm(imageOf('useradm-enterprise'), ...at(plain)), `none ${enterprise}`],
    ['3.1', useradm(imageOf('useradm-enterprise'), ...at(plain)), `file ${plain}`],
    ['3.8', useradm(imageOf('useradm-enterprise'), ...at(plain)), `file ${plain}`],
    ['3.8', useradm(imageOf('useradm-enterprise'), ...at(enterprise)), `file ${enterprise}`],
    ['3.7', useradm(...at(enterprise)), `file ${enterprise}`],
    [
      '3.7',
      useradm(
        imageOf('useradm-enterprise'),
        `environment: { USERADM_SERVER_PRIV_KEY_PATH: ${plain} }`,
        ...at(plain),
      ),
      `file ${plain}`,
    ],
    [
      '4.0',
      useradm(
        imageOf('useradm'),
        'environment: { USERADM_SERVER_PRIV_KEY_PATH: /etc/useradm/private.pem }',
        ...at('/etc/useradm/private.pem'),
      ),
      'file /etc/useradm/private.pem',
    ],
    ['4.0', useradm(imageOf('useradm'), ...at('/etc/useradm/private.pem')), `none ${plain}`],
    ['4.0', useradm(imageOf('useradm'), ...at(plain)), `file ${plain}`],
    [
      '3.7',
      useradm('environment: { USERADM_SERVER_PRIV_KEY_PATH: /keys/private.id.2.pem }', ...at('/keys')),
      'directory /keys/private.id.2.pem',
    ],
  ])('%s %#', async (release, text, expected) => {
    expect((await states(text, release))['useradm-token-key']).toBe(expected);
  });
});

describe('placement', () => {
  const base = 'services:\n  mender-useradm: {}\n  mender-device-auth: {}\n';
  const keys = yaml`
      services:
        mender-useradm: {}
        mender-device-auth:
          volumes: ["./d.pem:/etc/deviceauth/rsa/private.pem"]
    `;
  const later = 'services:\n  mender-useradm: { restart: always }\n';
  const fileFor = async (texts: Texts, name: string) => {
    const deployment = await deploymentFrom(texts);
    const service = deployment.stack.services.get(name);
    return service && placeOf(service, deployment)?.file;
  };

  it('is the last file that declares the service and mounts keys', async () => {
    const texts = { 'docker-compose.yml': base, 'keys.yml': keys, 'later.yml': later };
    expect(await fileFor(texts, 'mender-useradm')).toBe('/project/keys.yml');
  });

  it('else the last that declares the service', async () => {
    expect(await fileFor({ 'docker-compose.yml': base, 'later.yml': later }, 'mender-useradm')).toBe(
      '/project/later.yml',
    );
    const without = keys.replace('  mender-useradm: {}\n', '');
    const texts = { 'docker-compose.yml': base, 'keys.yml': without, 'later.yml': later };
    expect(await fileFor(texts, 'mender-useradm')).toBe('/project/later.yml');
    expect(await fileFor(texts, 'mender-device-auth')).toBe('/project/keys.yml');
  });
});

describe('paths of other releases', () => {
  it('come from the table, with the releases that read them', () => {
    const told = (id: string) => {
      const layout = layouts.find((candidate) => candidate.id === id);
      return new Map(layout && foreignTargetsOf(layout).map(({ target, releases }) => [target, releases]));
    };
    expect(told('traefik-3.7').get('/var/www/mendersoftware/cert/cert.crt')).toBe('1.0 to 2.6');
    expect(told('docs-beta').get('/etc/traefik/certs/cert.crt')).toBe('3.0 to 3.8');
    expect(told('server-4.0').get('/etc/useradm-enterprise/rsa/private.pem')).toBe('3.2 to 3.8, Enterprise');
    expect(told('nginx-1.0').get('/var/www/mendersoftware/cert/cert.pem')).toBe('before 1.0');
    expect(told('docs-beta').get('/etc/useradm/private.pem')).toBe('4.0 to 4.1');
  });

  it('are never the layout’s own', () => {
    for (const layout of layouts) {
      const own = new Set(layout.requirements.map(({ role, target }) => `${role} ${target}`));
      const foreign = foreignTargetsOf(layout).map(({ role, target }) => `${role} ${target}`);
      expect(foreign.filter((target) => own.has(target))).toEqual([]);
      expect(foreign.length).toBeGreaterThan(3);
    }
  });
});
