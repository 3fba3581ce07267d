/** Versions that components had of their own, where they tell the release. */
import { notAfter } from './versions';

/**
 * The components that had version numbers of their own until Mender 2.3, and the last one of them. Sources:
 * mendersoftware/integration@1.0.0:docker-compose.yml to @2.3.1:docker-compose.yml. For the token services also
 * later ones, which the releases named contain: mendersoftware/useradm@1.19.0, mendersoftware/deviceauth@3.3.0 and
 * their like; tags of the images themselves follow the release from 2.4 on.
 */
const COMPONENTS: Readonly<Record<string, readonly (readonly [upTo: string, release: string])[]>> = {
  'api-gateway': [['2.1', '2.3']],
  useradm: [
    ['1.10', '2.3'],
    ['1.13', '2.6'],
    ['1.14', '2.7'],
    ['1.15', '3.0'],
    ['1.16', '3.1'],
    ['1.17', '3.2'],
    ['1.18', '3.3'],
    ['1.19', '3.4'],
    ['1.21', '3.6'],
    ['1.22', '3.7'],
  ],
  deviceauth: [
    ['2.2', '2.3'],
    ['2.5', '2.6'],
    ['2.6', '2.7'],
    ['3.0', '3.0'],
    ['3.1', '3.1'],
    ['3.2', '3.3'],
    ['3.3', '3.4'],
    ['3.5', '3.6'],
    ['3.6', '3.7'],
  ],
  deployments: [
    ['1.999', '2.3'],
    ['2.2', '2.6'],
    ['2.3', '2.7'],
    ['3.0', '3.0'],
    ['4.0', '3.1'],
    ['4.1', '3.2'],
    ['4.2', '3.3'],
    ['4.3', '3.4'],
    ['4.6', '3.6'],
  ],
};

/** The last release that a component's version can be of; undefined where it tells nothing. */
export function lastReleaseOf(component: string, version: string): string | undefined {
  const releases = COMPONENTS[component.replace(/-enterprise$/, '')] ?? [];
  return releases.find(([last]) => notAfter(version, last))?.[1];
}

/** Whether a component's version is the release itself: no token service reached 4 before all had one version. */
export function isRelease(component: string, version: string): boolean {
  return /^(useradm|deviceauth)/.test(component) && notAfter('4.0', version);
}
