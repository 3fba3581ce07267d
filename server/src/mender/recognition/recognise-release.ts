/** Which release a stack is of. */
import { ofService } from '../../compose/loader/located-service';
import type { Stack } from '../../compose/types';
import type { Recognition } from '../model/deployment';
import type { Layout } from '../model/layout';
import { docsBeta, layoutOfRelease, layouts, notAfter, rangeOf } from '../releases/index';
import { menderImage, releaseOfImage } from './image';
import { recogniseByMounts } from './release-by-mounts';

/** The release of a stack; `wanted` (`3.7`, `4.0`, a layout's id) comes before all that the files tell. */
export function recogniseRelease(stack: Stack, wanted: string | undefined): Recognition {
  return (wanted === undefined ? undefined : byName(wanted)) ?? byImages(stack) ?? byEvidence(stack);
}

const RELEASE = /^(?:mender-|v)?(\d{1,2}\.\d{1,3}(?:\.\d{1,3})?)(?:b\d+|-[\w.-]+)?$/i;

/** The release in `3.7`, `3.7.0`, `v4.0.1`, `mender-3.7`; undefined for other text. */
function releaseIn(text: string): string | undefined {
  const release = RELEASE.exec(text.trim())?.[1];
  return release !== undefined && notAfter('1.0', release) ? release : undefined;
}

function byName(wanted: string): Recognition | undefined {
  const name = wanted.trim();
  const layout = layouts.find(({ id }) => id === name);
  const why = `Release ${name} is set.`;
  if (layout) {
    const release = layout.releases && rangeOf([layout]);
    return { layout, release, title: titleOf(layout), how: 'setting', why };
  }
  const release = releaseIn(name);
  if (release === undefined) return undefined;
  return { layout: layoutOfRelease(release), release, title: `Mender ${release}`, how: 'setting', why };
}

interface Vote {
  readonly release: string;
  readonly upTo: boolean;
  /** `Mender 3.7.0` */
  readonly title: string;
  readonly layout: Layout;
  readonly service: string;
  readonly image: string;
  readonly needsKey: boolean;
}

/** The layout that most images name; among as many, the newest. */
function byImages(stack: Stack): Recognition | undefined {
  const byLayout = new Map(layouts.map((layout): [Layout, Vote[]] => [layout, []]));
  for (const vote of votesOf(stack)) byLayout.get(vote.layout)?.push(vote);
  const counted = [...byLayout.values()];
  const most = Math.max(0, ...counted.map(({ length }) => length));
  const winners = counted.filter(({ length }) => length === most).at(-1) ?? [];
  const first = clearest(winners);
  if (!first) return undefined;
  const { layout, release, title } = first;
  return { layout, release, title, how: 'images', why: `${first.service} uses the image ${first.image}.` };
}

function votesOf(stack: Stack): readonly Vote[] {
  const fitting = new Map<string, Layout | undefined>();
  /** The one of several layouts that the mounts fit best, else the newest. */
  const best = (some: readonly Layout[]) => {
    const key = some.map(({ id }) => id).join(' ');
    if (!fitting.has(key))
      fitting.set(
        key,
        (some.length > 1 ? recogniseByMounts(stack, some).layouts : some).at(-1) ?? some.at(-1),
      );
    return fitting.get(key);
  };
  return [...stack.services.values()].flatMap((service) => {
    const vote = voteOf(service);
    if (!vote) return [];
    const { told, ...rest } = vote;
    if ('layouts' in told) {
      const layout = best(told.layouts);
      return layout ? { ...rest, layout, release: rangeOf([layout]), title: layout.title, upTo: false } : [];
    }
    const layout = layoutOfRelease(told.release);
    const release = told.upTo ? rangeUpTo(told.release, layout) : told.release;
    return { ...rest, layout, release, title: `Mender ${release}`, upTo: told.upTo };
  });
}

const voteOf = ofService((service) => {
  const image = menderImage(service);
  const told = image && releaseOfImage(image);
  if (!told) return undefined;
  const needsKey = /^(useradm|deviceauth)/.test(image.component);
  return { told, service: service.name, image: service.image?.value ?? '', needsKey };
});

/** The vote that says it best: an exact release before a rough one, what most say, a service that needs a key. */
function clearest(votes: readonly Vote[]): Vote | undefined {
  const counts = new Map<string, number>();
  for (const { release } of votes) counts.set(release, (counts.get(release) ?? 0) + 1);
  const count = ({ release }: Vote) => counts.get(release) ?? 0;
  const compare = (a: Vote, b: Vote) =>
    Number(a.upTo) - Number(b.upTo) || count(b) - count(a) || Number(b.needsKey) - Number(a.needsKey);
  const [first, ...others] = votes;
  return others.reduce((best, vote) => (best && compare(vote, best) < 0 ? vote : best), first);
}

/** A component's own version tells the release only roughly: `1.0 to 2.3`. */
function rangeUpTo(release: string, layout: Layout): string {
  const from = layout.releases?.from ?? release;
  return from === release ? release : `${from} to ${release}`;
}

function byEvidence(stack: Stack): Recognition {
  const found = recogniseByMounts(stack);
  const [first] = found.layouts;
  const last = found.layouts.at(-1);
  if (!first || !last || found.layouts.some(({ releases }) => !releases)) {
    return {
      layout: docsBeta,
      release: undefined,
      title: titleOf(docsBeta),
      how: found.mark && found.layouts.length === 1 ? 'mounts' : 'fallback',
      why:
        found.mark && found.layouts.length === 1
          ? found.mark
          : 'Release unknown: neither images nor mounts show it.',
    };
  }
  const release = rangeOf(found.layouts);
  return {
    layout: last,
    release,
    title: first === last ? last.title : `Mender ${release}`,
    how: 'mounts',
    why: found.mark ?? 'The mounts are those of this release.',
  };
}

/** True for what `wanted` understands. */
export function isRelease(text: string): boolean {
  return byName(text) !== undefined;
}

/** Examples of what `isRelease` accepts, for messages and completion. */
export const RELEASE_EXAMPLES: readonly string[] = [
  ...layouts
    .flatMap(({ releases }) => releases?.from ?? [])
    .reverse()
    .slice(0, 2),
  ...layouts.slice(-2, -1).flatMap(({ releases }) => (releases ? `${releases.from}.0` : [])),
  ...layouts.map(({ id }) => id),
];

/** Short enough for a status bar. */
function titleOf(layout: Layout): string {
  return layout.releases ? layout.title : 'Mender before 1.0';
}
