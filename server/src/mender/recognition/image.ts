/** What the name of a Mender image tells: the component, the edition, the release. */

import { ofService } from '../../compose/loader/located-service';
import { runAtEnd } from '../../compose/syntax/line-index';
import type { Service } from '../../compose/types';
import type { Layout } from '../model/layout';
import { isRelease, lastReleaseOf } from '../releases/component-versions';
import { layoutOfRelease, layouts } from '../releases/index';

export interface MenderImage {
  /** Last part of the repository: `useradm`, `useradm-enterprise`. */
  readonly component: string;
  readonly enterprise: boolean;
  /** The tag after interpolation; empty where there is none. */
  readonly tag: string;
  /** The layouts whose own compose files name images by these variables, oldest first; empty for names written out. */
  readonly layouts: readonly Layout[];
}

const BY_VARIABLE = layouts.filter(({ imageVariables }) => imageVariables.length > 0);

/** Reads the image of a service; undefined for images that aren't Mender's, and for those of devices. */
export const menderImage = ofService(imageOf);

function imageOf({ image }: Service): MenderImage | undefined {
  if (!image) return undefined;
  const { name, tag } = split(image.value);
  const variables = [...image.raw.matchAll(/\$\{?(\w+)/g)].map(([, variable = '']) => variable);
  const named = BY_VARIABLE.filter(({ imageVariables }) =>
    imageVariables.some((each) => variables.includes(each)),
  );
  const component = named.length > 0 ? lastPart(name) : namedComponent(name, tag);
  if (component === undefined || /^mender-(client|gateway-qemu|monitor|qemu|artifact|cli)/.test(component))
    return undefined;
  const enterprise =
    component.endsWith('-enterprise') ||
    /(?:^|\/)mender-server-enterprise\//.test(name) ||
    /\$\{?MENDER_SERVER_ENTERPRISE_/.test(image.raw);
  return { component, enterprise, tag, layouts: named };
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

/** The release that an image belongs to. */
export type ImageRelease =
  /** `upTo`: only known to be this one or somewhat older */
  | { readonly release: string; readonly upTo: boolean }
  /** one of these layouts' */
  | { readonly layouts: readonly Layout[] };

/** What an image tells of the release. `latest`, `main`, `master` and a digest alone say nothing. */
export function releaseOfImage({ component, tag, layouts: named }: MenderImage): ImageRelease | undefined {
  const release = /^(?:mender-|v)(\d+\.\d+(?:\.\d+)?)(?![\d])/.exec(tag)?.[1];
  const last = named.at(-1);
  // Integration 3.8 runs images of mender-server: a later tag than its own releases' says nothing of its files.
  const isLater = (text: string) =>
    last !== undefined && layouts.indexOf(layoutOfRelease(text)) > layouts.indexOf(last);
  if (release !== undefined && !isLater(release)) return { release, upTo: false };
  if (last !== undefined) return { layouts: named };
  const version = /^(\d+\.\d+)(?:\.\d+)?(?:-[\w.]+|b\d+)?$/.exec(tag)?.[1];
  if (version === undefined) return undefined;
  if (isRelease(component, version)) return { release: version, upTo: false };
  const upTo = lastReleaseOf(component, version);
  return upTo === undefined ? undefined : { release: upTo, upTo: true };
}
