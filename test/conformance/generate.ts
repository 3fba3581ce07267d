/** Random stacks that mix what Compose knows: several files, extends, include, reset, profiles, variables … */
import fc from 'fast-check';
import { type Call, includedFiles, mainFile, overlayFile, sharedFiles } from './generate-files';
import { type Draw, dotenvText, FEATURES } from './generate-parts';

export interface Generated {
  readonly files: Readonly<Record<string, string>>;
  readonly call: Call;
}

/** As many stacks as asked for; the same for the same seed. */
export function generateStacks(seed: number, count: number): Generated[] {
  // One number a stack, and a generator of our own from there: thousands of draws each cost fast-check seconds.
  return fc.sample(fc.nat(), { seed, numRuns: count }).map((each) => stack(drawOf(each)));
}

/** Draws from the generator known as mulberry32. */
function drawOf(seed: number): Draw {
  let state = seed >>> 0;
  const number = (below: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  const chance = (percent: number) => number(100) < percent;
  const has = new Set(FEATURES.filter(() => chance(45)));
  return {
    number,
    chance,
    has: (feature) => has.has(feature),
    of: (...values) => values[number(values.length)] as (typeof values)[number],
    some: (values, most = values.length) => values.filter(() => number(values.length) < most),
  };
}

function stack(draw: Draw): Generated {
  const projectDirectory = draw.chance(20) ? draw.of('.', 'production', 'other') : undefined;
  const files: Record<string, string> = {
    ...(draw.has('extends') || draw.has('environment files') || draw.has('include')
      ? sharedFiles(draw, projectDirectory)
      : {}),
    '.env': draw.chance(80) ? dotenvText(draw, draw.number(150) === 0) : '',
  };
  if (draw.chance(30)) files['extra.env'] = dotenvText(draw, false);
  const main = 'docker-compose.yml';
  files[main] = mainFile(draw);
  if (draw.has('include')) Object.assign(files, includedFiles(draw));
  const overlays = draw.some(
    ['over.yml', 'production/prod.yml', 'docker-compose.third.yml'],
    draw.has('overlays') ? 2 : 0,
  );
  for (const path of overlays) files[path] = overlayFile(draw);
  const environment: Record<string, string> = { HOST: 'host' };
  for (const name of draw.some(['SHELL', 'A', 'DIR', 'EMPTY_SHELL', 'NAME'], 2))
    environment[name] = name.startsWith('EMPTY') ? '' : draw.of('from-shell', 'x', '/abs', '.');
  if (draw.has('profiles'))
    environment.COMPOSE_PROFILES = draw.of('debug', 'test,debug', '*', ' debug , other');
  if (draw.chance(5)) environment.COMPOSE_PROJECT_NAME = 'named';
  return {
    files,
    call: {
      files: [main, ...overlays],
      ...(projectDirectory === undefined ? {} : { projectDirectory }),
      ...(files['extra.env'] !== undefined && draw.chance(60)
        ? { envFiles: draw.of(['extra.env'], ['.env', 'extra.env']) }
        : {}),
      environment,
    },
  };
}
