// Loaded before the command line (`node -r`): RSA keys come ready from the directory that READY_KEYS names, each file a
// private key that is taken once, since making them takes most of a run and is not what is on trial.
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { promisify } = require('node:util');

const make = crypto.generateKeyPair;
const original = promisify(make);

/** A key that nobody else gets; undefined when all are taken. */
function take() {
  for (const name of fs.readdirSync(process.env.READY_KEYS)) {
    const file = path.join(process.env.READY_KEYS, name);
    try {
      const text = fs.readFileSync(file, 'utf8');
      // Only one of several that try to remove a file succeeds.
      fs.unlinkSync(file);
      return crypto.createPrivateKey(text);
    } catch {
      // Somebody else was faster.
    }
  }
  return undefined;
}

async function ready(type, options) {
  const privateKey = type === 'rsa' ? take() : undefined;
  return privateKey ? { privateKey, publicKey: crypto.createPublicKey(privateKey) } : original(type, options);
}

crypto.generateKeyPair = Object.assign((...args) => make(...args), { [promisify.custom]: ready });
