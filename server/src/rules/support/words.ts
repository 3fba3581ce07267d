import type { Deployment } from '../../mender/deployment';

/** `, where Mender 3.7.0 looks for it`; nothing where the release isn't known. */
export function whoLooksThere({ layout, recognition }: Deployment): string {
  return layout.releases ? `, where ${recognition.title} looks for it` : '';
}
