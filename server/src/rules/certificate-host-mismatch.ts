import { certificateFor, type UsedHost, usedHosts } from '../mender/hosts/hosts-used-by-clients';
import type { MenderComponent } from '../mender/model/deployment';
import { uncoveredNames } from '../pki/x509/host-match';
import { isWithoutNames } from './certificate-without-san';
import type { Rule, RuleContext, RuleFinding } from './support/rule';
import {
  atCertificate,
  type ServedCertificate,
  servedCertificates,
  shownFile,
} from './support/served-certificates';
import { titleOf } from './support/words';

export const certificateHostMismatch: Rule = {
  code: 'certificate-host-mismatch',
  severity: 'error',
  summary: 'A certificate does not cover a host name by which devices or other services reach its service',
  shortState: 'does not cover a host name in use',
  about: 'certificate',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'renew-certificate',
  check: (context) => {
    const served = new Map<MenderComponent, ServedCertificate[]>();
    for (const each of servedCertificates(context)) {
      const others = served.get(each.mender);
      if (others) others.push(each);
      else served.set(each.mender, [each]);
    }
    return [...served].flatMap(([mender, certificates]) => mismatches(mender, certificates, context));
  },
};

function mismatches(
  mender: MenderComponent,
  certificates: readonly ServedCertificate[],
  { deployment }: RuleContext,
): readonly RuleFinding[] {
  const mounted = mender.states.filter(
    ({ requirement, mount }) => requirement.kind === 'certificate' && mount !== undefined,
  );
  // The server picks by name among all that it has: with one of them unknown, nothing can be said.
  if (certificates.length < mounted.length) return [];
  const leaves = certificates.map(({ chain }) => chain.links[0].certificate);
  const uncovered = usedHosts(mender, deployment).filter(({ name }) =>
    leaves.every((leaf) => uncoveredNames(leaf, [name]).length > 0),
  );
  const meantFor = (name: string) =>
    certificateFor(
      name,
      certificates.map(({ state }) => state),
      deployment,
    );
  return certificates.flatMap((served) => {
    const hosts = uncovered.filter(({ name }) => meantFor(name) === served.state);
    // Without alternative names it covers nothing: that is told by a rule of its own.
    if (hosts.length === 0 || isWithoutNames(served.chain.links[0].certificate)) return [];
    return atCertificate(
      served,
      messageOf(served, hosts),
      hosts.map(({ name, how, span }) => ({ message: `${name} is ${how}.`, span })),
    );
  });
}

function messageOf({ state, chain }: ServedCertificate, hosts: readonly UsedHost[]): string {
  const { dns, ip } = chain.links[0].certificate.subjectAltNames ?? { dns: [], ip: [] };
  const names = listOf(
    hosts.map(({ name, how, placeholder }) =>
      placeholder ? `${name} (${how}, Mender's placeholder)` : `${name} (${how})`,
    ),
  );
  const given = [...dns, ...ip];
  const shown = given.length > 4 ? `${given.slice(0, 4).join(', ')} and others` : given.join(', ');
  const does = `${titleOf(state)} does not cover ${names}: ${shownFile(state)} covers ${shown}. Clients that use ${hosts.length > 1 ? 'these names' : 'this name'} refuse to connect.`;
  const real = hosts.filter(({ placeholder }) => !placeholder).length;
  if (real === 0) return `${does} Replace the placeholder with the name that devices use.`;
  return real < hosts.length
    ? `${does} Replace the placeholder with the name that devices use, and renew the certificate with the other names.`
    : `${does} Renew it with ${real > 1 ? 'these names' : 'this name'} added.`;
}

function listOf(parts: readonly string[]): string {
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}` : (parts[0] ?? '');
}
