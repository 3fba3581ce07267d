// @ts-check
// Files that are made to stop a server: through the wire as an editor asks, and through the command line.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { engine } from './build-engine.mjs';
import { hangs } from './hangs.mjs';
import { launch } from './lsp-client.mjs';
import { timed } from './rounds.mjs';
import { ourCli, ourServer } from './servers.mjs';
import { digits, summarize } from './statistics.mjs';

/** Milliseconds. */
const LIMIT = 1000;
/** Milliseconds after which the command line is ended. */
const PATIENCE = 120_000;

/**
 * @param {import('./rounds.mjs').Context} context
 * @returns {Promise<import('./rounds.mjs').Section>}
 */
export async function measureHangs({ quick, folder, log }) {
  const ours = ourServer();
  const { sameNameCertificates } = await engine();
  const certificates = await sameNameCertificates(400);
  const rounds = quick ? 1 : 3;
  const table = [['what', 'at b5c97d6', 'editor (ms)', 'another file meanwhile (ms)', 'command line (ms)']];
  /** @type {import('./rounds.mjs').Target[]} */
  const targets = [];
  for (const [i, hang] of hangs((count) => certificates.slice(0, count).join('')).entries()) {
    log(`hang: ${hang.name}`);
    const directory = join(folder, `hang-${i}`);
    writeProject(directory, hang);
    /** @type {number[]} */
    const editor = [];
    /** @type {number[]} */
    const meanwhile = [];
    /** @type {number[]} */
    const cli = [];
    for (let round = 0; round < rounds; round += 1) {
      const times = await inEditor(ours, directory, hang);
      editor.push(times.all);
      meanwhile.push(times.other);
      cli.push(await timed(() => onCommandLine(directory)));
    }
    const value = summarize(editor).median;
    const words = [editor, meanwhile, cli].map((list) => digits(summarize(list).median));
    table.push([hang.name, hang.before, ...words]);
    targets.push({ name: `Editor, ${hang.name}`, limit: LIMIT, value, unit: 'ms' });
  }
  return {
    title: 'Files made to hang a server',
    notes: [
      'Editor: from opening the file in a server that has started to its diagnostics and, where the row says so, the answer to completion; for what nobody opened, to the list of the deployments in the workspace. Another file meanwhile: from opening another file of two lines, sent right after the first, to its diagnostics. Command line: `mender-compose check` of the directory, with the start of Node.',
      'The second column is what the same took before each regular expression and each loop over what is in files was made linear, or bounded.',
      'Between files, services and rules a check gives other requests their turn. Parsing one text does not: it is one call of the YAML library for each block, so another file waits for as long as that takes.',
    ],
    table,
    targets,
  };
}

/**
 * @param {string} directory
 * @param {import('./hangs.mjs').Hang} hang
 */
function writeProject(directory, hang) {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const files = {
    ...hang.files,
    'keys/private.pem': key.export({ type: 'pkcs1', format: 'pem' }).toString(),
    'private.key': key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text, { mode: 0o600 });
  }
}

/**
 * @param {import('./servers.mjs').Server} server
 * @param {string} directory
 * @param {import('./hangs.mjs').Hang} hang
 */
async function inEditor(server, directory, hang) {
  const folder = pathToFileURL(directory).href;
  const client = await launch({ ...server, folder });
  try {
    // What is loaded at the first file is the start's time.
    await client.open(
      `${folder}/first/docker-compose.yml`,
      'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.4.0\n',
    );
    const uri = `${folder}/docker-compose.yml`;
    let other = 0;
    const all = await timed(async () => {
      const opened = client.open(uri, hang.files['docker-compose.yml'] ?? '');
      const beside = timed(() => client.open(`${folder}/second/docker-compose.yml`, 'services:\n  a:\n'));
      await opened;
      if (hang.completion) {
        const params = { textDocument: { uri }, position: hang.completion, context: { triggerKind: 1 } };
        await client.request('textDocument/completion', params);
      }
      if (hang.deployments) await client.request('mender/deployments', {});
      other = await beside;
    });
    return { all, other };
  } finally {
    await client.stop();
  }
}

/** @param {string} directory */
function onCommandLine(directory) {
  const options = { timeout: PATIENCE, maxBuffer: 2 ** 28 };
  // It exits with 1 where it finds something.
  return new Promise((resolve) => {
    execFile(process.execPath, [ourCli, 'check', directory], options, () => resolve(undefined));
  });
}
