import { refusalText } from '../pki/path-validation/refusal-text';
import type { Rule } from './support/rule';
import { nameOf, placeOfSource, shownFile } from './support/served-certificates';
import { trustChecks } from './support/storage-trust';

export const storageCertificateDiffers: Rule = {
  code: 'storage-certificate-differs',
  severity: 'error',
  summary: 'The deployments service does not trust the certificate that the storage endpoint serves',
  shortState: 'differs from the one that storage serves',
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
      const serves = `Storage certificate of ${trusting} differs from the one that ${serving} serves: ${trusted} and ${presented} ("${nameOf(served.presented)}").`;
      const why =
        refusal === undefined || refusal.kind === 'untrusted'
          ? ` ${trusted} holds neither that certificate nor its issuer.`
          : ` ${refusalText(refusal, served.presented)}`;
      const message = `${serves}${why} Uploads and downloads of artifacts fail. Mount ${presented} at ${state.target} of ${trusting}.`;
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
