/** Keys that are mounted from outside of what a command line names: asked for, allowed by an option, or left as they are. */
import { describe, expect, it } from 'vitest';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';
import { runReal } from '../real-cli';

const TEXT = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
    volumes:
      - /etc/mender/cert.pem:/var/www/mendersoftware/cert/cert.pem:ro
      - /etc/mender/key.pem:/var/www/mendersoftware/cert/key.pem:ro
`;
const GENERATE = ['fix', '--generate'];

function project(): MemoryHost {
  const host = memoryHost({ files: { '/project/docker-compose.yml': TEXT } });
  host.putDirectory('/etc/mender');
  return host;
}

const keys = (host: MemoryHost) => host.names().filter((name) => name.startsWith('/etc/'));
const MADE = ['/etc/mender/cert.pem', '/etc/mender/key.pem'];

describe('keys outside', () => {
  it('are left, and the message says what allows them', async () => {
    const host = project();
    const before = host.snapshot();
    const { code, out } = await runReal([...GENERATE, '--yes'], host);
    expect(code).toBe(1);
    expect(out).toContain('Nothing is created or changed outside of /project unless you allow it.');
    expect(out).toContain('Pass --directory /etc/mender to allow it.');
    expect(host.snapshot()).toEqual(before);
  });

  it('are made where a person allows it, and not where not', async () => {
    const host = project();
    const no = await runReal(GENERATE, host, { isTTY: true, input: 'n\n' });
    expect(no.err).toContain('/etc/mender\nAllow it there? [y/N] ');
    expect(keys(host)).toEqual([]);
    const yes = await runReal(GENERATE, host, { isTTY: true, input: 'y\n\ny\n' });
    expect(yes.err).toContain('Continue?');
    expect(keys(host)).toEqual(MADE);
  });

  it('are made where the option says so', async () => {
    const host = project();
    const { code } = await runReal([...GENERATE, '--yes', '--directory', '/etc/mender'], host);
    expect(code).toBe(0);
    expect(keys(host)).toEqual(MADE);
  });

  it('are not made for a compose file of another directory that .env names', async () => {
    const host = project();
    host.put('/nothing.yml', 'services: {}\n');
    host.put('/project/.env', 'COMPOSE_FILE=../nothing.yml:docker-compose.yml\n');
    host.put(
      '/project/docker-compose.yml',
      'services:\n  mender-useradm:\n    image: mendersoftware/useradm:latest\n',
    );
    const before = host.snapshot();
    await runReal([...GENERATE, '--yes'], host);
    expect(host.snapshot()).toEqual(before);
  });
});
