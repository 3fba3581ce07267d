// @ts-check
// Compose files to measure with. The same arguments give the same text, on every machine.

/** How many services a Mender deployment of `deployment()` has. */
const DEPLOYMENT_SERVICES = 7;

/** Every so many services, one more Mender service stands among the others. */
const MENDER_EVERY = 20;

/**
 * A compose file of `count` services: a Mender deployment in the middle, other services around it, and among these
 * every twentieth one a further Mender service that mounts a token key.
 * @param {number} count at least as many as a deployment has
 * @param {'many' | 'one'} [deployments] `one`: no Mender service among the others
 */
export function composeText(count, deployments = 'many') {
  const others = count - DEPLOYMENT_SERVICES;
  const services = Array.from({ length: others }, (_, i) =>
    deployments === 'many' && i % MENDER_EVERY === MENDER_EVERY - 1 ? tokenService(i) : otherService(i),
  );
  services.splice(Math.floor(others / 2), 0, ...deployment());
  return `name: bench\n\nservices:\n${services.join('')}\nnetworks:\n  backend:\n`;
}

/** @param {number} i */
function otherService(i) {
  return `
  worker-${i}:
    image: images.example.com/team-${i % 7}/worker:1.${i % 13}.${i % 29}
    restart: unless-stopped
    depends_on: [mender-mongo]
    environment:
      LOG_LEVEL: info
      QUEUE: "queue-${i}"
      DATABASE_URL: mongodb://mender-mongo/worker-${i}
    ports:
      - "${10_000 + (i % 50_000)}:8080"
    volumes:
      - ./data/worker-${i}:/var/lib/worker
    networks: [backend]
`;
}

/** @param {number} i */
function tokenService(i) {
  return `
  useradm-${i}:
    image: mendersoftware/useradm:mender-2.6.0
    restart: unless-stopped
    depends_on: [mender-mongo]
    environment:
      - USERADM_MONGO=mender-mongo
    volumes:
      - ./keys/useradm-${i}.pem:/etc/useradm/rsa/private.pem:ro
    networks: [backend]
`;
}

/** The services of a Mender deployment, all keys and certificates mounted. */
function deployment() {
  return [
    `
  mender-api-gateway:
    image: mendersoftware/api-gateway:2.6.0
    ports: ["443:443"]
    environment:
      ALLOWED_HOSTS: mender.example.com
    volumes:
      - ./certs/api-gateway/cert.crt:/var/www/mendersoftware/cert/cert.crt:ro
      - ./certs/api-gateway/private.key:/var/www/mendersoftware/cert/private.key:ro
    networks: [backend]
`,
    `
  storage-proxy:
    image: openresty/openresty:1.13.6.2-0-alpine
    ports: ["9000:9000"]
    networks:
      backend:
        aliases: [s3.mender.example.com]
    volumes:
      - ./certs/storage-proxy/cert.crt:/var/www/storage-proxy/cert/cert.crt:ro
      - ./certs/storage-proxy/private.key:/var/www/storage-proxy/cert/private.key:ro
`,
    `
  mender-deployments:
    image: mendersoftware/deployments:mender-2.6.0
    environment:
      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage-proxy.crt
      DEPLOYMENTS_AWS_URI: https://s3.mender.example.com:9000
    volumes:
      - ./certs/storage-proxy/cert.crt:/etc/ssl/certs/storage-proxy.crt:ro
    networks: [backend]
`,
    `
  mender-useradm:
    image: mendersoftware/useradm:mender-2.6.0
    volumes:
      - ./keys/useradm.pem:/etc/useradm/rsa/private.pem:ro
    networks: [backend]
`,
    `
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-2.6.0
    volumes:
      - ./keys/deviceauth.pem:/etc/deviceauth/rsa/private.pem:ro
    networks: [backend]
`,
    `
  mender-gui:
    image: mendersoftware/gui:mender-2.6.0
    networks: [backend]
`,
    `
  mender-mongo:
    image: mongo:4.4
    volumes: [mongo:/data/db]
    networks: [backend]
`,
  ];
}

/** A Mender deployment in which everything is still to be mounted and made. */
export function bareDeployment() {
  const services = deployment().map((text) => text.replace(/ {4}volumes:\n(?: {6}- .*\n)+/, ''));
  return `services:\n${services.join('')}\nnetworks:\n  backend:\n\nvolumes:\n  mongo:\n`;
}

/**
 * A Mender deployment in eight files, and the `.env` that puts them together.
 * @returns {ReadonlyMap<string, string>} the texts by file name; `docker-compose.yml` holds the token key of useradm
 */
export function eightFiles() {
  const services = deployment();
  const byPart = services.map((text) => /** @type {string} */ (/^ {2}([\w-]+):$/m.exec(text)?.[1]));
  const files = new Map([['docker-compose.yml', '']]);
  for (const [i, service] of byPart.entries()) {
    const name = service === 'mender-useradm' ? 'docker-compose.yml' : `docker-compose.${service}.yml`;
    const others = Array.from({ length: 8 }, (_, n) => otherService(i * 10 + n)).join('');
    files.set(name, `services:\n${services[i]}${others}\nnetworks:\n  backend:\n`);
  }
  files.set('docker-compose.workers.yml', composeOfWorkers());
  const names = [...files.keys()];
  files.set('.env', `COMPOSE_FILE=${names.join(':')}\n`);
  return files;
}

function composeOfWorkers() {
  const workers = Array.from({ length: 16 }, (_, i) => otherService(100 + i));
  return `services:\n${workers.join('')}\nnetworks:\n  backend:\n\nvolumes:\n  mongo:\n`;
}

/**
 * `count` Mender services, each with a mount of a file of its own: `./keys/0.pem` and so on.
 * @param {number} count
 */
export function mountsText(count) {
  const services = Array.from(
    { length: count },
    (_, i) => `
  useradm-${i}:
    image: mendersoftware/useradm:mender-2.6.0
    volumes:
      - ./keys/${i}.pem:/etc/useradm/rsa/private.pem:ro
`,
  );
  return `services:\n${services.join('')}`;
}
