/** What the name of a Mender image tells: the component, the edition, the release. */

import { ofService } from '../../compose/loader/shifted-service';
import { runAtEnd } from '../../compose/syntax/line-index';
import type { Service } from '../../compose/types';

export interface MenderImage {
  /** Last part of the repository: `useradm`, `useradm-enterprise`. */
  readonly component: string;
  readonly enterprise: boolean;
  /** The tag after interpolation; empty where there is none. */
  readonly tag: string;
  /** Which repository's compose files name images in this way; undefined for names written out. */
  readonly family: 'mender-server' | 'integration' | undefined;
}

/** Variables that only one of Mender's repositories uses in the names of its images. */
const FAMILIES: readonly [RegExp, 'mender-server' | 'integration'][] = [
  [/\$\{?MENDER_IMAGE_(REGISTRY|REPOSITORY|TAG)\b/, 'mender-server'],
  [/\$\{?MENDER_SERVER(_ENTERPRISE)?_(REGISTRY|REPOSITORY|TAG)\b/, 'integration'],
];

/** Reads the image of a service; undefined for images that aren't Mender's, and for those of devices. */
export const menderImage = ofService(imageOf);

function imageOf({ image }: Service): MenderImage | undefined {
  if (!image) return undefined;
  const { name, tag } = split(image.value);
  const family = FAMILIES.find(([variables]) => variables.test(image.raw))?.[1];
  const component = family ? lastPart(name) : namedComponent(name, tag);
  if (component === undefined || /^mender-(client|gateway-qemu|monitor|qemu|artifact|cli)/.test(component))
    return undefined;
  const enterprise =
    component.endsWith('-enterprise') ||
    /(?:^|\/)mender-server-enterprise\//.test(name) ||
    /\$\{?MENDER_SERVER_ENTERPRISE_/.test(image.raw);
  return { component, enterprise, tag, family };
}

/** `registry:5000/a/b:tag@digest` as `registry:5000/a/b` and `tag`. */
function split(value: string): { name: string; tag: string } {
  const [named = ''] = value.split('@');
  const colon = named.lastIndexOf(':');
  return colon > named.lastIndexOf('/')
    ? { name: named.slice(0, colon), tag: named.slice(colon + 1) }
    : { name: named, tag: '' };
}

function lastPart(name: string): string | undefined {
  return name.slice(runAtEnd(name, /[a-z0-9-]/)) || undefined;
}

/** A mirror may have any repository: there a tag such as `mender-3.7.0` tells as much as the repository's name. */
function namedComponent(name: string, tag: string): string | undefined {
  const known = /(?:^|\/)(?:mendersoftware|mender-server-enterprise)\/([a-z0-9-]+)$/.exec(name)?.[1];
  if (known !== undefined) return known;
  return /^mender-\d+\.\d+/.test(tag) && name.includes('/') ? lastPart(name) : undefined;
}

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

/** What an image says of the release: `3.7.0`, or only that it isn't after `upTo`; undefined when nothing. */
export interface ImageRelease {
  readonly release: string;
  /** True where the release is only known to be this one or somewhat older. */
  readonly upTo: boolean;
}

/** The release that an image belongs to. `latest`, `main`, `master` and a digest alone say nothing. */
export function releaseOfImage({ component, tag, family }: MenderImage): ImageRelease | undefined {
  const named = /^(?:mender-|v)(\d+\.\d+(?:\.\d+)?)(?![\d])/.exec(tag)?.[1];
  // Integration 3.8 runs images of mender-server: whatever their tag is, its files and paths are those of 3.8.
  if (family === 'integration') return { release: named?.startsWith('3.') ? named : '3.8', upTo: false };
  if (named !== undefined) return { release: named, upTo: false };
  if (family === 'mender-server') return { release: '4', upTo: false };
  const version = /^(\d+\.\d+)(?:\.\d+)?(?:-[\w.]+|b\d+)?$/.exec(tag)?.[1];
  if (version === undefined) return undefined;
  // Neither of the two reached 4 before mender-server gave all components one version.
  if (/^(useradm|deviceauth)/.test(component) && compare(version, '4.0') >= 0)
    return { release: version, upTo: false };
  const releases = COMPONENTS[component.replace(/-enterprise$/, '')] ?? [];
  const found = releases.find(([last]) => compare(version, last) <= 0);
  return found && { release: found[1], upTo: true };
}

function compare(a: string, b: string): number {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)];
  return (x[0] ?? 0) - (y[0] ?? 0) || (x[1] ?? 0) - (y[1] ?? 0);
}
