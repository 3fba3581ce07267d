// Loaded before the command line (`node -r`): kills the process at one of the steps with which it writes to the disk.
// DIE_AT is the number of the step, counted from 1; DIE_HOW is `before` or
// `during` (half of the bytes are written). With NO_LINKS it finds no hard links, as on FAT. Without DIE_AT it prints the number
// of steps to file descriptor 3 at the end, and the numbers of those that can be done by half.
const fs = require('node:fs');
const promises = require('node:fs/promises');

const dieAt = Number(process.env.DIE_AT ?? 0);
const how = process.env.DIE_HOW ?? 'before';
let steps = 0;
const halves = [];

function die() {
  process.kill(process.pid, 'SIGKILL');
}

/** Counts a call of `real`, and dies where it should. `half` does a part of what the call would do. */
function step(real, half) {
  return async (...args) => {
    steps += 1;
    if (half !== undefined) halves.push(steps);
    const here = steps === dieAt;
    if (here && how === 'before') die();
    if (here && how === 'during' && half !== undefined) {
      await half(...args);
      die();
    }
    const answer = await real(...args);
    if (here) die();
    return answer;
  };
}

if (process.env.NO_LINKS === '1') {
  promises.link = async () => {
    throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
  };
}
for (const name of ['link', 'rename', 'unlink', 'mkdir', 'rmdir', 'chmod', 'lchown']) {
  promises[name] = step(promises[name].bind(promises));
}

const open = promises.open.bind(promises);
const created = step(open);
promises.open = async (file, flags, ...rest) => {
  const writes = typeof flags === 'number' && (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0;
  const handle = await (writes ? created : open)(file, flags, ...rest);
  const real = handle.writeFile.bind(handle);
  handle.writeFile = step(real, (bytes) => real(bytes.subarray(0, bytes.length >> 1)));
  const write = handle.write.bind(handle);
  handle.write = step(write, (bytes, offset, length, position) =>
    write(bytes, offset, length >> 1, position),
  );
  for (const name of ['sync', 'chmod', 'truncate']) handle[name] = step(handle[name].bind(handle));
  return handle;
};

if (dieAt === 0) process.on('exit', () => fs.writeSync(3, [steps, ...halves].join(' ')));
