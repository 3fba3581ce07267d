/** What Go says, where there is one: the judge is compiled and asked about all cases at once. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { tlsCertificateOf, tlsKeyOf } from '../../../server/src/pki/consumers/tls-server';
import { blocksSeenByGo, tokenKeyOf } from '../../../server/src/pki/consumers/token-service';
import { readPem } from '../../../server/src/pki/pem/read-pem-file';
import type { PemFacts } from '../../../server/src/pki/types';
import { certificatesOf } from '../../../server/src/pki/x509/chain';
import { coverage } from '../../../server/src/pki/x509/host-match';
import { pairingOf } from '../../../server/src/pki/x509/matches-key';
import type { Case } from './cases';
import { emptyTally, type Tally } from './compare';
import type { OddKey } from './odd-keys';

interface Answer {
  readonly token: string;
  /** Why a service built with Go 1.23, or with the Go that is installed, doesn't load the key as RSA; '' where it does. */
  readonly before: string;
  readonly since: string;
  /** Why it doesn't sign with it. */
  readonly signs: string;
  /** Labels of all blocks. */
  readonly seen: readonly string[];
  readonly pair: string;
  readonly names: readonly boolean[];
}

/** The version of the Go that is installed, undefined where there is none. */
export async function goVersion(): Promise<string | undefined> {
  try {
    return (await promisify(execFile)('go', ['version'], { env: ENVIRONMENT })).stdout.trim();
  } catch {
    return undefined;
  }
}

/** Nothing is fetched: the judge needs the standard library alone. */
const ENVIRONMENT = { ...process.env, GOTOOLCHAIN: 'local', GOPROXY: 'off', GOFLAGS: '-mod=mod' };

type Question = Pick<Case, 'certificate' | 'key' | 'hosts' | 'addresses'>;

/** What the program `judge` (a Go source) says of each. */
async function answersOf(asked: readonly Question[], judge: string): Promise<readonly Answer[]> {
  const questions = asked.map((each) =>
    JSON.stringify({
      Certificate: each.certificate.toString('base64'),
      Key: each.key.toString('base64'),
      Names: [...each.hosts, ...each.addresses],
    }),
  );
  const output = await run('go', ['run', judge], `${questions.join('\n')}\n`);
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

/** Compares RSA keys in odd forms with what Go loads and signs with, and the blocks that it finds. */
export async function compareTokenKeys(keys: readonly OddKey[], judge: string): Promise<Tally> {
  const tally = emptyTally();
  const questions = keys.map(({ file }) => ({
    certificate: Buffer.alloc(0),
    key: file,
    hosts: [],
    addresses: [],
  }));
  const answers = await answersOf(questions, judge);
  for (const [at, { name, file, open }] of keys.entries()) {
    const answer = answers[at];
    if (answer === undefined) throw new Error('the judge fell silent');
    const same = (what: string, ours: unknown, theirs: unknown) => {
      tally.comparisons += 1;
      if (ours === theirs) return;
      if (open === undefined) tally.differences.push(`${name}: ${what}: ours ${ours}, Go ${theirs}`);
      else tally.deliberate.set(open, (tally.deliberate.get(open) ?? 0) + 1);
    };
    tally.files += 1;
    const facts = readPem(file);
    const seen = blocksSeenByGo(facts).map(({ label }) => label);
    same('blocks that are found', seen.join(), answer.seen.join());
    const found = tokenKeyOf(facts);
    const block = found.kind === 'key' && found.format.startsWith('rsa-') ? found.block : undefined;
    const go = block?.kind === 'private-key' && !block.damaged ? block.go : undefined;
    same('loads before Go 1.24', go !== undefined && go.before === undefined, answer.before === '');
    const since = go !== undefined && go.since === undefined;
    same('loads since', since, answer.since === '');
    if (since && answer.since === '') same('signs since', go.signs === undefined, answer.signs === '');
  }
  return tally;
}

/** Compares all cases with what the program `judge` (a Go source) says of them. */
export async function compareWithGo(cases: readonly Case[], judge: string): Promise<Tally> {
  const tally = emptyTally();
  const answers = await answersOf(cases, judge);
  for (const [at, each] of cases.entries()) {
    const answer = answers[at];
    if (answer === undefined) throw new Error('the judge fell silent');
    tally.files += 2;
    compareAnswer(each, answer, tally);
  }
  return tally;
}

const REDERIVED = 'a key that was altered is damaged; Go derives anew what was';

/** Bits that mean nothing, in parameters or versions, matter to Go. */
const STRICTER = 'an altered file that openssl and we accept, and Go, which is stricter, does not';

function compareAnswer(each: Case, answer: Answer, tally: Tally): void {
  const same = (what: string, ours: unknown, theirs: unknown) => {
    tally.comparisons += 1;
    if (ours !== theirs) tally.differences.push(`${each.name}: ${what}: ours ${ours}, Go ${theirs}`);
  };
  const open = (what: string) => tally.untold.set(what, (tally.untold.get(what) ?? 0) + 1);
  const onPurpose = (what: string) => tally.deliberate.set(what, (tally.deliberate.get(what) ?? 0) + 1);
  const [certificate, key] = [readPem(each.certificate), readPem(each.key)];

  const loads = ['match', 'mismatch'].includes(answer.pair);
  const found = tokenKeyOf(key);
  if (found.kind === 'unknown') open('a token key that the platform does not know');
  else {
    // What no service can use has several names here, and two there.
    const useless = (name: string) =>
      ['error', 'other', 'damaged', 'dsa'].includes(name) ? 'useless' : name;
    const ours = found.kind === 'key' ? found.format : found.kind;
    if (isRederived(key, /^(?:ec|rsa)-/.test(answer.token))) onPurpose(REDERIVED);
    else if (each.damaged && useless(ours) !== 'useless' && answer.token === 'error') open(STRICTER);
    else if (useless(ours) === 'useless' && answer.token === 'encrypted')
      open('an encrypted key that was altered: our judge in Go looks at its label only');
    else if (answer.token === 'error' && ours.startsWith('ec-'))
      open('an EC key on a curve that Go lacks; no token service takes EC anyway');
    else same('token key', useless(ours), useless(answer.token));
  }

  const [one, other] = [tlsCertificateOf(certificate, 'traefik'), tlsKeyOf(key, 'traefik')];
  if (one.kind === 'unknown' || other.kind === 'unknown')
    open('a pair of which we can not tell what Traefik does');
  else if (isRederived(key, loads)) onPurpose(REDERIVED);
  else if (one.kind === 'refused' || other.kind === 'refused')
    same('a TLS server refuses the pair', true, !loads);
  else {
    const pairing = pairingOf(one.block, other.block);
    if (pairing.kind === 'unknown') open('whether a pair matches');
    else if (each.damaged && !loads) open(STRICTER);
    else same('pair', pairing.kind, answer.pair);
  }

  const [first] = certificatesOf(certificate.blocks);
  if (first?.subjectAltNames === undefined || answer.names.length === 0) return;
  for (const [at, name] of [...each.hosts, ...each.addresses].entries())
    same(`covers ${name}`, coverage(first.subjectAltNames, name).go, answer.names[at]);
}

/**
 * The key was altered, and Go doesn't see it: it never looks at the public half that an EC key brings along, and passes
 * over what it doesn't expect at the end of an RSA key.
 */
function isRederived(key: PemFacts, goLoads: boolean): boolean {
  const labels = ['EC PRIVATE KEY', 'RSA PRIVATE KEY', 'PRIVATE KEY'];
  return (
    goLoads && key.blocks.some((block) => block.damaged && block.decoded && labels.includes(block.label))
  );
}

function run(command: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: ENVIRONMENT, maxBuffer: 1 << 28 };
    const child = execFile(command, args, options, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
