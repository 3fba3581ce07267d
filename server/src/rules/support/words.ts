/** Words that the messages of several rules have. */
import type { Deployment, RequirementState } from '../../mender/model/deployment';

type Named = Pick<RequirementState, 'requirement' | 'service'>;

/** `TLS certificate of mender-api-gateway`: what a message begins with. */
export function titleOf({ requirement, service }: Named): string {
  const { title } = requirement;
  return `${title.charAt(0).toUpperCase()}${title.slice(1)} of ${service.name}`;
}

/** `Without it, mender-useradm cannot sign user tokens.`; empty where nothing happens. */
export function withoutIt(state: Named): string {
  const sentence = consequence(state);
  return sentence === '' ? '' : `Without it, ${sentence}`;
}

/** `mender-useradm cannot sign user tokens.`; empty where nothing happens. */
export function consequence({ requirement, service }: Named): string {
  return requirement.consequence === '' ? '' : `${service.name} ${requirement.consequence}.`;
}

/** A clause such as `it is empty` as a sentence. */
export function asSentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

/** `, where Mender 3.7.0 looks for it`; nothing where the release isn't known. */
export function whoLooksThere({ layout, recognition }: Deployment): string {
  return layout.releases ? `, where ${recognition.title} looks for it` : '';
}
