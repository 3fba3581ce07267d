/** Our answer for each chain beside those of `openssl verify`, plain and strict, and of Go's Verify. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type Acceptance,
  acceptance,
  type Refusal,
  type Verifier,
} from '../../../server/src/pki/path-validation/index';
import { readPem } from '../../../server/src/pki/pem/read-pem-file';
import { certificatesOf } from '../../../server/src/pki/x509/chain';
import { ask } from './ask-openssl';
import { type ChainCase, chainKeys, makeChainCase } from './chains';
import { emptyTally, type Tally } from './compare';
import { seeded } from './random';

/** Chains at a time; each starts two processes. */
const AT_ONCE = 3;

/** Which of OpenSSL's errors (x509_vfy.h) each of our reasons stands for. */
const ERRORS: Readonly<Record<Refusal['kind'], readonly number[]>> = {
  untrusted: [2, 18, 19, 20, 21],
  expired: [10],
  'not-yet-valid': [9],
  'not-an-authority': [24, 79],
  'may-not-sign': [24, 32, 79],
  'path-length': [25],
  'name-constraints': [47, 48, 50, 51, 52, 53],
  'not-for-servers': [26],
  'key-usage': [26],
  'critical-extension': [34],
  signature: [7],
  'weak-digest': [67, 68],
  'small-key': [66, 67],
  unreadable: [94],
  name: [62, 64],
  form: [80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 95],
};

export interface ChainAgreement {
  readonly openssl: Tally;
  readonly cases: readonly ChainCase[];
  /** How many were accepted, by verifier. */
  readonly accepted: ReadonlyMap<Verifier, number>;
}

/** Compares `count` chains with openssl. The choices come again with `seed`, the keys don't. */
export async function agreeOnChains(count: number, seed: number): Promise<ChainAgreement> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'mender-compose-chains-'));
  try {
    const keys = chainKeys();
    const now = Math.floor(Date.now() / 1000) * 1000;
    const cases = Array.from({ length: count }, (_, number) =>
      makeChainCase(seeded(seed * 100_019 + number), keys, now, number),
    );
    const openssl = emptyTally();
    const accepted = new Map<Verifier, number>();
    let next = 0;
    const work = async () => {
      for (let at = next++; at < cases.length; at = next++) {
        const each = cases[at] as ChainCase;
        const own = path.join(scratch, String(at));
        await mkdir(own);
        openssl.files += 1;
        for (const verifier of ['openssl', 'strict'] as const) {
          const ours = answerFor(each, verifier);
          if (ours.kind === 'accepted') accepted.set(verifier, (accepted.get(verifier) ?? 0) + 1);
          compare(each, verifier, ours, await askOpenssl(each, own, verifier), openssl);
        }
        await rm(own, { recursive: true });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { openssl, cases, accepted };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function answerFor({ sent, trusted, host, at, level }: ChainCase, verifier: Verifier): Acceptance {
  const certificates = (pem: string) => certificatesOf(readPem(Buffer.from(pem)).blocks);
  return acceptance({
    verifier,
    sent: certificates(sent),
    trusted: certificates(trusted),
    names: host === '' ? [] : [host],
    now: at,
    securityLevel: level,
  });
}

async function askOpenssl(
  { sent, trusted, host, at, level }: ChainCase,
  own: string,
  verifier: Verifier,
): Promise<{ readonly ok: boolean; readonly errors: readonly number[]; readonly text: string }> {
  const file = (name: string) => path.join(own, name);
  const [leaf = '', ...others] = sent.split(/(?<=-----END CERTIFICATE-----\n)/);
  await writeFile(file('leaf.pem'), leaf);
  await writeFile(file('sent.pem'), others.join(''));
  await writeFile(file('trusted.pem'), trusted);
  const said = await ask(
    ...['verify', '-purpose', 'sslserver', '-auth_level', String(level)],
    ...(verifier === 'strict' ? ['-x509_strict'] : []),
    ...['-attime', String(at / 1000), '-CAfile', file('trusted.pem'), '-no-CApath', '-no-CAstore'],
    ...(others.length > 0 ? ['-untrusted', file('sent.pem')] : []),
    ...(host === '' ? [] : [isIP(host) ? '-verify_ip' : '-verify_hostname', host]),
    file('leaf.pem'),
  );
  const errors = [...said.text.matchAll(/^error (\d+) at \d+ depth/gm)].map(([, code]) => Number(code));
  return { ok: said.ok, errors, text: said.text };
}

function compare(
  { name }: ChainCase,
  verifier: Verifier,
  ours: Acceptance,
  theirs: { readonly ok: boolean; readonly errors: readonly number[]; readonly text: string },
  tally: Tally,
): void {
  tally.comparisons += 1;
  if (ours.kind === 'unknown') {
    tally.untold.set(`${verifier}: can't be told`, (tally.untold.get(`${verifier}: can't be told`) ?? 0) + 1);
    return;
  }
  const shown = ours.kind === 'refused' ? shownRefusal(ours.refusal) : 'accepted';
  const same =
    ours.kind === 'refused'
      ? !theirs.ok && theirs.errors.some((code) => ERRORS[ours.refusal.kind].includes(code))
      : theirs.ok;
  if (!same) {
    const said = theirs.ok ? 'accepted' : theirs.text.replaceAll(/\s+/g, ' ').slice(0, 160);
    tally.differences.push(`${name}: ${verifier}: ours ${shown}, openssl ${said}`);
  }
}

function shownRefusal(refusal: Refusal): string {
  return `${refusal.kind} at ${refusal.at.subjectCommonName}`;
}

/** Compares all chains with what the program `judge` (a Go source) says of them. */
export async function compareChainsWithGo(
  cases: readonly ChainCase[],
  judge: string,
): Promise<{ readonly tally: Tally; readonly accepted: number }> {
  const tally = emptyTally();
  let accepted = 0;
  const input = cases.map(({ sent, trusted, host, at }) =>
    JSON.stringify({ Sent: sent, Trusted: trusted, Host: host, At: at }),
  );
  const answers = (await go(['run', judge], `${input.join('\n')}\n`)).trim().split('\n');
  for (const [at, each] of cases.entries()) {
    const said = JSON.parse(answers[at] ?? 'null') as string | null;
    if (said === null) throw new Error('the judge fell silent');
    const ours = answerFor(each, 'go');
    tally.files += 1;
    tally.comparisons += 1;
    if (ours.kind === 'accepted') accepted += 1;
    if (ours.kind === 'unknown')
      tally.untold.set("can't be told", (tally.untold.get("can't be told") ?? 0) + 1);
    else if ((ours.kind === 'accepted') !== (said === '')) {
      const shown = ours.kind === 'refused' ? shownRefusal(ours.refusal) : 'accepted';
      tally.differences.push(`${each.name}: ours ${shown}, Go ${said === '' ? 'accepted' : said}`);
    }
  }
  return { tally, accepted };
}

function go(args: readonly string[], input: string): Promise<string> {
  // Nothing is fetched: the judge needs the standard library alone.
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOPROXY: 'off', GOFLAGS: '-mod=mod' };
  return new Promise((resolve, reject) => {
    const child = execFile('go', args, { env, maxBuffer: 1 << 28 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
