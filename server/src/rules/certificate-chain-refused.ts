import { refusalText } from '../pki/path-validation/refusal-text';
import { refusedChains, whoRefuses } from './support/refused-chains';
import type { Rule } from './support/rule';
import { atCertificate, shownFile } from './support/served-certificates';

export const certificateChainRefused: Rule = {
  code: 'certificate-chain-refused',
  severity: 'error',
  summary: 'An issuer of a certificate was not allowed to issue it: clients refuse the chain',
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
      const message = `Certificate chain of ${served.state.service.name} is invalid: ${shownFile(served.state)}. ${why} ${whoRefuses(refused)} Request a certificate from another authority, or sign with your own.`;
      return atCertificate(served, message);
    }),
};
