import { refusalText } from '../pki/path-validation/refusal-text';
import type { Rule } from './support/rule';
import { nameOf, placeOfSource, shownFile } from './support/served-certificates';
import { trustChecks } from './support/storage-trust';

export const storageCertificateDiffers: Rule = {
  code: 'storage-certificate-differs',
  severity: 'error',
  summary: 'The deployments service trusts another certificate than the storage endpoint serves',
  shortState: 'not the one that storage serves',
  about: 'certificate',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'trust-storage',
  check: (context) =>
    trustChecks(context).flatMap(({ state, served, differs, refusal }) => {
      const span = placeOfSource(state);
      if (!differs || !served || !span) return [];
      const [trusting, serving] = [state.service.name, served.state.service.name];
      const [trusted, presented] = [shownFile(state), shownFile(served.state)];
      const serves = `${trusting} trusts ${trusted} for storage, but ${serving} serves ${presented} ("${nameOf(served.presented)}")`;
      const why =
        refusal === undefined || refusal.kind === 'untrusted'
          ? ', which is neither in that file nor issued by what is:'
          : `, and refuses it. ${refusalText(refusal, served.presented)} So`;
      const message = `${serves}${why} uploads and downloads of artifacts fail. Mount ${presented} at ${state.target} of ${trusting}.`;
      const data = { kind: 'storage-certificate-differs', state, served: served.state } as const;
      return [
        {
          message,
          span,
          service: trusting,
          target: state.target,
          related: [{ message: `${serving} serves this certificate.`, span: served.span }],
          data,
        },
        {
          message,
          span: served.span,
          service: serving,
          target: served.state.target,
          related: [{ message: `${trusting} trusts this certificate instead.`, span }],
          data,
        },
      ];
    }),
};
