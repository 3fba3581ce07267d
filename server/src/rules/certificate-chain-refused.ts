import { refusalText } from '../pki/path-validation/refusal-text';
import { refusedChains, whoRefuses } from './support/refused-chains';
import type { Rule } from './support/rule';
import { atCertificate, shownFile } from './support/served-certificates';

export const certificateChainRefused: Rule = {
  code: 'certificate-chain-refused',
  severity: 'error',
  summary: 'An issuer above a certificate may not issue it, so that clients refuse the chain',
  shortState: 'refused by clients',
  about: 'certificate',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'renew-certificate',
  check: (context) =>
    refusedChains(context).flatMap((refused) => {
      if (refused.part !== 'issuer') return [];
      const { served, refusal } = refused;
      const why = refusalText(refusal, served.presented);
      const message = `The chain in ${shownFile(served.state)} of ${served.state.service.name} is refused, whatever a client trusts: ${whoRefuses(refused)}. ${why} Request a certificate from another authority, or sign with one.`;
      return atCertificate(served, message);
    }),
};
