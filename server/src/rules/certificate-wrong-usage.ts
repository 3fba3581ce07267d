import { refusalText } from '../pki/path-validation/refusal-text';
import { refusedChains, whoRefuses } from './support/refused-chains';
import type { Rule } from './support/rule';
import { atCertificate, shownFile } from './support/served-certificates';
import { titleOf } from './support/words';

export const certificateWrongUsage: Rule = {
  code: 'certificate-wrong-usage',
  severity: 'error',
  summary: 'A certificate is not for TLS servers, or has a critical extension that no client knows',
  shortState: 'not for TLS servers',
  about: 'certificate',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'renew-certificate',
  check: (context) =>
    refusedChains(context).flatMap((refused) => {
      if (refused.part !== 'leaf') return [];
      const { served, refusal } = refused;
      const why = refusalText(refusal, served.presented);
      const message = `${titleOf(served.state)} is not for TLS servers: ${shownFile(served.state)}. ${why} ${whoRefuses(refused)} Renew it, or request one for TLS servers.`;
      return atCertificate(served, message);
    }),
};
