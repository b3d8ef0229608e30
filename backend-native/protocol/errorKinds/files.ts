/** What is wrong with files before anything in them is read: paths, sizes, how many there are. */
import { megabytes } from '../amounts.js';
import { kind } from './kind.js';

export const fileErrors = {
  noFile: kind({ file: 'text' }, ({ file }) => `There is no file ${file}`),
  mayNotRead: kind({ file: 'text' }, ({ file }) => `This user may not read ${file}`),
  readingFails: kind({ file: 'text', why: 'text' }, ({ file, why }) => `Reading fails (${why}): ${file}`),
  cannotBeRead: kind({ file: 'text', why: 'text' }, ({ file, why }) => `${file} cannot be read: ${why}`),
  zeroByteInPath: kind({}, () => 'A path may not hold a zero byte'),
  directory: kind({ file: 'text' }, ({ file }) => `${file} is a directory`),
  notRegular: kind({ file: 'text' }, ({ file }) => `${file} is not a regular file`),
  noPlainFile: kind({ file: 'text' }, ({ file }) => `${file} is no file`),
  empty: kind({ file: 'text' }, ({ file }) => `${file} is empty`),
  tooManyBytes: kind(
    { file: 'text', bytes: 'number', most: 'number' },
    ({ file, bytes, most }) => `${file} has ${megabytes(bytes)}; at most ${megabytes(most)} are read`,
  ),
  /** @property found our own words for what is wrong; a library's are the error's detail */
  damaged: kind(
    { file: 'text', what: 'text', found: 'text?' },
    ({ file, what, found }) => `${file} is a damaged or incomplete ${what}${found === undefined ? '' : ` (${found})`}`,
    'Save, copy or export it again.',
  ),
  tooManyAttachments: kind(
    { what: ['images', 'documents'], most: 'number', given: 'number' },
    ({ what, most, given }) => `One turn takes at most ${most} ${what} and this one brings ${given}`,
  ),
  noRoot: kind({ file: 'text' }, ({ file }) => `${file} may not be read: no folder was named as a root`),
  outsideRoots: kind(
    { file: 'text', roots: 'texts' },
    ({ file, roots }) => `${file} is outside of the roots: ${roots.join(', ')}`,
  ),
  notOfThisMachine: kind({ address: 'text' }, ({ address }) => `${address} names no file of this machine`),
  noFolderOpen: kind({}, () => 'No folder is open', 'Open a folder first.'),
} as const;
