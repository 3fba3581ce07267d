import type { RequirementState } from '../mender/model/deployment';
import { statesOf } from '../mender/model/queries';
import { type PublishedKey, publishedCertificate, publishedKey } from '../pki/keys/published-keys';
import { isDemo } from './support/demo-stack';
import type { Rule, RuleContext, RuleFinding } from './support/rule';
import { pemOf, placeOfSource, shownFile } from './support/served-certificates';
import { titleOf } from './support/words';

export const publishedPrivateKey: Rule = {
  code: 'published-private-key',
  severity: 'warning',
  summary: 'A key or certificate is published by Mender: anyone can have the private key',
  shortState: 'published by Mender',
  about: 'private-key',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'replace-published-key',
  check: (context) => {
    const found = new Map<string, RuleFinding>();
    for (const state of statesOf(context.deployment)) {
      // What is only trusted is told where it is served.
      if (state.requirement.kind === 'trusted-certificate') continue;
      const span = placeOfSource(state);
      const published = publishedIn(state, context);
      if (!span || !published) continue;
      // Certificate and key of one mounted directory: once.
      const place = `${state.service.name}\0${span.file}\0${span.start}`;
      if (!found.has(place)) found.set(place, findingAt(state, published, span));
    }
    if (found.size === 0) return [];
    const demo = isDemo(context.deployment);
    return [...found.values()].map((finding) =>
      demo
        ? {
            ...finding,
            severity: 'information',
            message: `${finding.message} This looks like a demo. Replace it before real devices connect.`,
          }
        : { ...finding, message: `${finding.message} ${adviceFor(finding)}` },
    );
  },
};

function adviceFor({ data }: RuleFinding): string {
  const accepted = data.kind === 'published-key' && data.state.requirement.accepted;
  return accepted ? 'Remove the key.' : 'Generate your own.';
}

/** The first published pair that a file has a half of. */
function publishedIn(state: RequirementState, context: RuleContext): PublishedKey | undefined {
  for (const block of pemOf(state, context)?.blocks ?? []) {
    if (block.damaged) continue;
    if (block.kind === 'certificate') {
      const known =
        publishedCertificate(block.certificateFingerprint) ?? publishedKey(block.publicKeyFingerprint);
      if (known) return known;
    }
    if (block.kind === 'private-key') {
      const known = publishedKey(block.publicKeyFingerprint);
      if (known) return known;
    }
  }
  return undefined;
}

function findingAt(state: RequirementState, published: PublishedKey, span: RuleFinding['span']): RuleFinding {
  const { service, target, requirement } = state;
  const risk = requirement.accepted
    ? `Anyone can download the key and forge tokens, which ${service.name} accepts as long as the key is there.`
    : requirement.kind === 'token-key'
      ? `Anyone can download the key and forge the tokens of ${service.name}.`
      : `Anyone can download the private key and impersonate ${service.name}.`;
  return {
    message: `${titleOf(state)} is published by Mender: ${shownFile(state)} is ${published.what} of ${published.publishedIn}. ${risk}`,
    span,
    service: service.name,
    target,
    related: [],
    data: { kind: 'published-key', state },
  };
}
