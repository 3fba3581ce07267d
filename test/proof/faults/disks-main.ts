/**
 * Not a test: what the tests run in a mount namespace of its own, `node <bundle> mounts|users <options as JSON>`.
 * Answers with JSON on stdout.
 */
import { type DiskOptions, diskTrials, otherUserTrials } from './disks';

const [, , kind, options = ''] = process.argv;
const trials = kind === 'users' ? otherUserTrials : diskTrials;
trials(JSON.parse(options) as DiskOptions).then((answers) => console.log(JSON.stringify(answers)));
