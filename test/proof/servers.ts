/** Real TLS servers with the files made: nginx as Mender's gateway and storage proxy are, and Go as Traefik is. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Made } from './makers';
import { ended } from './tools';

export interface Running {
  /** for messages */
  readonly title: string;
  /** on 127.0.0.1 */
  readonly port: number;
}

/** How Mender's images are configured: the paths in the container, and what they let clients speak. */
const ROLES = [
  {
    title: 'nginx as API gateway (TLS 1.2)',
    certificate: '/var/www/mendersoftware/cert/cert.pem',
    key: '/var/www/mendersoftware/cert/key.pem',
    protocols: 'TLSv1.2',
  },
  {
    title: 'nginx as storage proxy (TLS 1.3)',
    certificate: '/var/www/storage-proxy/cert/cert.crt',
    key: '/var/www/storage-proxy/cert/key.pem',
    protocols: 'TLSv1.3',
  },
] as const;

const TRIES = 5;

/** Runs `use` with an nginx that serves the made files in both roles, all in `prefix`, which is empty. */
export async function withNginx(
  nginx: string,
  prefix: string,
  made: Made,
  use: (running: readonly Running[]) => Promise<void>,
): Promise<void> {
  for (const role of ROLES) {
    await mkdir(path.dirname(prefix + role.certificate), { recursive: true });
    await copyFile(made.certificate, prefix + role.certificate);
    await copyFile(made.key, prefix + role.key);
  }
  // A port that was free may be taken by the time that nginx binds it, so a few are tried.
  for (let tries = 1; ; tries += 1) {
    const running = await Promise.all(ROLES.map(async ({ title }) => ({ title, port: await freePort() })));
    const config = path.join(prefix, 'nginx.conf');
    await writeFile(config, configuration(prefix, running));
    // `-e`: before it has read its configuration, it would write to the system's log.
    const args = ['-p', prefix, '-e', path.join(prefix, 'error.log'), '-c', config];
    const tested = await ended(nginx, ['-t', ...args]);
    if (tested.code !== 0) throw new Error(`nginx refuses ${made.title}: ${tested.output}`);
    const child = spawn(nginx, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      if (await accepts(child, running)) return await use(running);
    } finally {
      await stop(child);
    }
    if (tries === TRIES) {
      throw new Error(`nginx does not start: ${await readFile(path.join(prefix, 'error.log'), 'utf8')}`);
    }
  }
}

/** Runs `use` with a TLS server in Go, which loads certificate and key as Traefik does. */
export async function withGoServer(
  program: string,
  made: Made,
  use: (running: readonly Running[]) => Promise<void>,
): Promise<void> {
  const child = spawn(program, ['serve', made.certificate, made.key], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const said = await new Promise<string>((resolve) => {
      child.stdout?.once('data', (data) => resolve(String(data)));
      child.once('exit', () => resolve(''));
    });
    const port = Number(said);
    if (!(port > 0)) throw new Error(`Go refuses ${made.title}: ${said}`);
    await use([{ title: 'Go as Traefik', port }]);
  } finally {
    await stop(child);
  }
}

function configuration(prefix: string, running: readonly Running[]): string {
  const servers = ROLES.map(
    ({ certificate, key, protocols }, index) => `
  server {
    listen 127.0.0.1:${running[index]?.port} ssl;
    ssl_certificate "${prefix}${certificate}";
    ssl_certificate_key "${prefix}${key}";
    ssl_protocols ${protocols};
    location / { return 200 "ok"; }
  }`,
  );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path "${prefix}/temporary";\n`,
  );
  return `daemon off;
master_process on;
worker_processes 1;
pid "${prefix}/nginx.pid";
error_log "${prefix}/error.log";
events { worker_connections 64; }
http {
  access_log off;
${temporary.join('')}${servers.join('')}
}
`;
}

/** Whether the server takes connections; false when it ended instead. */
async function accepts(child: ChildProcess, running: readonly Running[]): Promise<boolean> {
  const { connect } = await import('node:net');
  const reached = (port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  while (child.exitCode === null && child.signalCode === null) {
    if ((await Promise.all(running.map(({ port }) => reached(port)))).every(Boolean)) return true;
    await sleep(10);
  }
  return false;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await over;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(),
      );
    });
  });
}
