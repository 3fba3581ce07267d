/** The compose files of generated stacks. */
import { type Draw, dotenvText, environmentOf, hostPath, variable, volume, word } from './generate-parts';
import { type Value, yamlText } from './yaml-text';

type Fields = Record<string, Value>;

export interface Call {
  readonly files: readonly string[];
  readonly projectDirectory?: string;
  readonly envFiles?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const RESET = { $tag: '!reset', value: { $raw: 'null' } } as const;

function text(document: Fields, draw: Draw): string {
  return yamlText(document, (count) => draw.number(count));
}

/** Fields of a service. `whole`: with all that makes it valid by itself. */
function serviceOf(draw: Draw, whole: boolean): Fields {
  const fields: Fields = {};
  if (whole || draw.chance(30))
    fields.image = draw.of('img', `img:${variable(draw)}x`, 'img:${A:-1}', 'reg/img@x');
  if (draw.chance(8)) fields.build = draw.of<Value>('.', { context: './b' });
  if (draw.chance(70)) fields.volumes = list(draw, 4, () => volume(draw));
  if (draw.chance(65)) fields.environment = environmentOf(draw);
  if (draw.has('environment files') && draw.chance(35)) fields.env_file = envFile(draw);
  if (draw.has('grants') && draw.chance(35)) fields.secrets = grants(draw, ['cert', 'key', 'token', 'outer']);
  if (draw.has('grants') && draw.chance(35)) fields.configs = grants(draw, ['conf', 'inline', 'outer_conf']);
  if (draw.has('networks') && draw.chance(45)) fields.networks = networks(draw);
  if (draw.chance(15)) fields.container_name = draw.of('named', `c-${variable(draw)}c`);
  if (draw.chance(15)) fields.hostname = word(draw);
  if (draw.has('profiles') && draw.chance(25)) fields.profiles = draw.some(['debug', 'test', '${A}'], 1);
  if (draw.has('scale') && draw.chance(20))
    Object.assign(
      fields,
      draw.has('variables')
        ? { scale: { $raw: draw.of('0', '1', '${ZERO:-0}') } }
        : { deploy: { replicas: { $raw: draw.of('0', '1', '"0"') } } },
    );
  if (draw.chance(25))
    fields.command = draw.of<Value>('run it', ['run', '--x', word(draw)], { $raw: 'null' }, []);
  if (draw.chance(20)) fields.labels = draw.of<Value>({ a: word(draw) }, ['a=b']);
  if (draw.chance(3))
    fields.depends_on = draw.of<Value>(['idle'], { idle: { condition: 'service_started' } });
  if (draw.chance(10)) fields.ports = draw.some(['80:80', '443:443', '127.0.0.1:9000:9000'], 2);
  return fields;
}

function list(draw: Draw, most: number, item: () => Value): Value[] {
  return Array.from({ length: 1 + draw.number(most) }, item);
}

function envFile(draw: Draw): Value {
  const one = () => draw.of('one.env', './two.env', 'env/three.env', '${UNSET:-one}.env');
  return draw.of<Value>(
    one(),
    [one(), one()],
    [{ path: draw.of('one.env', 'none.env'), required: { $raw: 'false' } }, one()],
  );
}

function grants(draw: Draw, names: readonly string[]): Value {
  return draw.some(names, 2).map(
    (name): Value =>
      draw.chance(50)
        ? name
        : {
            source: name,
            ...(draw.chance(60)
              ? { target: draw.of('/etc/c', 'relative', `/t/${name}`, '/run/secrets/cert') }
              : {}),
          },
  );
}

function networks(draw: Draw): Value {
  if (draw.chance(30)) return draw.some(['front', 'back'], 1);
  return Object.fromEntries(
    draw
      .some(['front', 'back', 'default'], 2)
      .map((name): [string, Value] => [
        name,
        draw.chance(30)
          ? { $raw: '' }
          : { aliases: list(draw, 3, () => draw.of('al', 'al.two', `x-${variable(draw)}`)) },
      ]),
  );
}

/** Everything that services name. */
function topLevel(draw: Draw): Fields {
  return {
    volumes: {
      data: draw.of<Value>({ $raw: '' }, {}, { driver: 'local' }),
      bound: { driver: 'local', driver_opts: { type: 'none', o: 'bind', device: hostPath(draw) } },
      bound2: {
        ...(draw.chance(50) ? { driver: 'local' } : {}),
        driver_opts: {
          type: draw.of('none', 'nfs'),
          o: draw.of('bind', 'ro,bind', 'rw'),
          device: draw.of('/abs/dev', './rel'),
        },
      },
      foreign: { external: { $raw: 'true' }, ...(draw.chance(30) ? { name: word(draw) } : {}) },
    },
    secrets: {
      cert: { file: hostPath(draw) },
      key: { file: draw.of('./k.pem', 'k/${A}', '/abs/k.pem') },
      token: { environment: 'A' },
      outer: { external: { $raw: 'true' } },
    },
    configs: {
      conf: { file: hostPath(draw) },
      inline: { content: word(draw) },
      outer_conf: { external: draw.of<Value>({ $raw: 'true' }, { name: 'elsewhere' }) },
    },
    networks: { front: { $raw: '' }, back: {} },
  };
}

function withExtends(draw: Draw, fields: Fields, same: readonly string[]): Fields {
  if (!draw.has('extends') || !draw.chance(45)) return fields;
  const base = draw.chance(40)
    ? draw.of<Value>(...same, { service: draw.of(...same) })
    : {
        file: draw.of('common.yml', './common.yml', 'shared/base.yml'),
        service: draw.of('base', 'base', 'deep', draw.number(200) === 0 ? 'nobody' : 'base'),
      };
  return { ...fields, extends: base };
}

export function mainFile(draw: Draw): string {
  const anchored = draw.has('anchors');
  const services: Fields = {};
  for (const name of draw.has('overlays') ? ['web', 'api', 'db'] : ['web', 'db']) {
    const fields = withExtends(
      draw,
      serviceOf(draw, true),
      name === 'web' ? ['db'] : name === 'api' ? ['web', 'db'] : draw.number(60) ? ['lone'] : ['api'],
    );
    services[name] = anchored && draw.chance(60) ? mergedFields(draw, fields) : fields;
  }
  services.lone = { image: 'lone', ...serviceOf(draw, false) };
  services.idle = { image: 'idle' };
  const document: Fields = {
    ...(draw.chance(10) ? { name: draw.of('Some Project', 'proj', 'n-${A:-x}') } : {}),
    ...(draw.chance(10) ? { version: '3' } : {}),
    ...(anchored
      ? {
          'x-env': { $anchor: 'env', value: { A: 'anchored', KEY: word(draw) } },
          'x-service': { $anchor: 'svc', value: serviceOf(draw, false) },
          'x-volumes': { $anchor: 'vols', value: list(draw, 2, () => volume(draw)) },
          'x-more': { $anchor: 'more', value: { '<<': { $alias: 'svc' }, hostname: 'merged' } },
        }
      : {}),
    ...(draw.has('include') ? { include: includes(draw) } : {}),
    services,
    ...topLevel(draw),
  };
  const first = text(document, draw);
  return draw.chance(8) ? `${first}---\n${overlayFile(draw)}` : first;
}

function mergedFields(draw: Draw, fields: Fields): Fields {
  const environment = fields.environment;
  return {
    '<<': draw.of<Value>({ $alias: 'svc' }, [{ $alias: 'more' }, { $alias: 'svc' }], { $alias: 'more' }),
    ...fields,
    ...(draw.chance(40) ? { volumes: { $alias: 'vols' } } : {}),
    ...(environment && !Array.isArray(environment) && draw.chance(50)
      ? { environment: { '<<': { $alias: 'env' }, ...(environment as Fields) } }
      : draw.chance(20)
        ? { environment: { $alias: 'env' } }
        : {}),
  };
}

export function overlayFile(draw: Draw): string {
  const services: Fields = {};
  for (const name of draw.some(['web', 'api', 'db', ...(draw.has('include') ? ['inner'] : []), 'extra'], 3)) {
    const fields = withExtends(draw, serviceOf(draw, name === 'extra' || name === 'inner'), ['self']);
    services[name] = draw.has('tags') && draw.chance(4) && name === 'db' ? RESET : tagged(draw, fields);
  }
  services.self = { image: 'self', ...serviceOf(draw, false) };
  return text(
    {
      ...(draw.has('include') && draw.chance(15) ? { include: includes(draw) } : {}),
      services,
      ...(draw.chance(25)
        ? {
            secrets: {
              cert: draw.of<Value>(
                { file: hostPath(draw) },
                { $tag: '!override', value: { file: './o.pem' } },
              ),
            },
          }
        : {}),
      ...(draw.chance(15)
        ? { volumes: { bound: { driver: 'local', driver_opts: { device: hostPath(draw) } } } }
        : {}),
      ...(draw.chance(10)
        ? {
            configs: {
              conf: draw.of<Value>({ file: './over.conf' }, { $tag: '!override', value: { content: 'c' } }),
            },
          }
        : {}),
    },
    draw,
  );
}

/** Some fields reset or overridden, whole or in part. */
function tagged(draw: Draw, fields: Fields): Value {
  if (!draw.has('tags')) return fields;
  if (draw.chance(4)) return { $tag: '!override', value: { image: 'again', ...fields } };
  const result: Fields = { ...fields };
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'image' || key === 'extends' || !draw.chance(18)) continue;
    result[key] = draw.chance(50) ? RESET : { $tag: '!override', value };
  }
  const { environment } = result;
  if (
    environment &&
    !Array.isArray(environment) &&
    draw.chance(15) &&
    typeof environment === 'object' &&
    !('$tag' in environment)
  )
    result.environment = { ...(environment as Fields), KEY: RESET };
  if (draw.chance(6)) result.volumes = { $tag: '!reset', value: [] };
  if (draw.chance(3)) result.networks = { front: draw.of<Value>(RESET, { aliases: RESET }) };
  return result;
}

function includes(draw: Draw): Value {
  const long: Fields = {
    path: draw.of<Value>('inc/compose.yml', ['inc/compose.yml', 'inc/over.yml'], './inc/compose.yml'),
    ...(draw.chance(35) ? { project_directory: draw.of('.', 'inc', 'other', 'inc/deep') } : {}),
    ...(draw.chance(35)
      ? { env_file: draw.of<Value>('one.env', ['./two.env', 'env/three.env'], '/dev/null', 'env/three.env') }
      : {}),
  };
  const one: Value = draw.of<Value>('inc/compose.yml', long, long);
  return draw.chance(15) ? [one, draw.of<Value>('inc/second.yml', 'inc/compose.yml')] : [one];
}

export function includedFiles(draw: Draw): Record<string, string> {
  const own = (names: readonly string[]): Fields =>
    Object.fromEntries(
      names.map((name): [string, Value] => [
        name,
        withExtends(draw, { image: `i-${variable(draw)}i`, ...serviceOf(draw, false) }, ['innermost']),
      ]),
    );
  const clash = draw.chance(20);
  const document: Fields = {
    ...(draw.chance(30)
      ? {
          include: draw.of<Value>(
            ['deep/compose.yml'],
            [{ path: 'deep/compose.yml', ...(draw.chance(50) ? { project_directory: 'deep' } : {}) }],
          ),
        }
      : {}),
    ...(draw.number(100) === 0 ? { include: ['../docker-compose.yml'] } : {}),
    services: {
      ...own(clash ? ['inner', 'web'] : ['inner']),
      innermost: { image: 'innermost', ...serviceOf(draw, false) },
    },
    ...(draw.chance(60) ? topLevel(draw) : {}),
  };
  return {
    'inc/compose.yml': text(document, draw),
    'inc/over.yml': text({ services: { inner: tagged(draw, serviceOf(draw, false)) } }, draw),
    'inc/second.yml': text(
      {
        services: { second: { image: 'second', volumes: list(draw, 2, () => volume(draw)) } },
        ...topLevel(draw),
      },
      draw,
    ),
    'inc/deep/compose.yml': text(
      { services: { deepest: { image: 'deepest', ...serviceOf(draw, false) } }, ...topLevel(draw) },
      draw,
    ),
    ...(draw.chance(50) ? { 'inc/.env': dotenvText(draw, draw.number(300) === 0) } : {}),
  };
}

/** Files that are extended, and environment files. */
export function sharedFiles(draw: Draw, projectDirectory: string | undefined): Record<string, string> {
  const common: Fields = {
    services: {
      base: {
        ...serviceOf(draw, false),
        ...(draw.chance(30) ? { extends: draw.of<Value>('root', 'deep') } : {}),
      },
      deep: { extends: { file: './shared/base.yml', service: 'base' }, ...serviceOf(draw, false) },
      root: serviceOf(draw, false),
    },
  };
  const shared: Fields = {
    services: {
      base: { ...serviceOf(draw, false), extends: { file: '../other/last.yml', service: 'last' } },
      deep: { extends: 'base', ...serviceOf(draw, false) },
    },
  };
  const files = {
    'common.yml': `${text(common, draw)}${draw.chance(15) ? `---\n${text({ services: { base: tagged(draw, serviceOf(draw, false)) } }, draw)}` : ''}`,
    'shared/base.yml': text(shared, draw),
    'other/last.yml': text({ services: { last: serviceOf(draw, false) } }, draw),
    'one.env': dotenvText(draw, draw.number(300) === 0),
    'two.env': dotenvText(draw, false),
    'env/three.env': dotenvText(draw, false),
  };
  // The same in every directory that can be a project's: which one is read shows in what paths resolve to.
  const directories = new Set(['', ...(draw.has('include') ? ['inc/', 'inc/deep/', 'other/'] : [])]);
  if (projectDirectory !== undefined && projectDirectory !== '.') directories.add(`${projectDirectory}/`);
  return Object.fromEntries(
    [...directories].flatMap((directory) =>
      Object.entries(files).map(([path, content]) => [`${directory}${path}`, content]),
    ),
  );
}
