/** What goes wrong between this machine and the hub, and in the folders that hold what was fetched. */
import { mebibytes } from '../amounts.js';
import { kind, oneOf } from './kind.js';

const nonsense = {
  circle: 'redirects in a circle or too often',
  unencrypted: 'redirects to an address that is not encrypted',
  nowhere: 'redirects to nowhere',
  noJson: 'answered with something that is not JSON',
  noParts: 'gives no parts of files, so that this one cannot be looked at before it is fetched',
  moreBytes: 'sent more bytes than were asked for',
} as const;

export const downloadErrors = {
  offline: kind(
    {},
    () => 'HF_HUB_OFFLINE is set: nothing is fetched',
    'Unset HF_HUB_OFFLINE, or use a model that is on this machine.',
  ),
  tokenCharacters: kind({}, () => 'The token for the hub holds characters that no token has'),
  endpoint: kind(
    { received: 'text' },
    ({ received }) => `Expected an http or https address in HF_ENDPOINT but received ${received}`,
    'Set HF_ENDPOINT to the address of a hub, or unset it.',
  ),
  proxy: kind(
    { why: 'text' },
    ({ why }) => `The address of the proxy cannot be used: ${why}`,
    'Correct HTTPS_PROXY or HTTP_PROXY.',
  ),
  repositoryName: kind(
    { received: 'text' },
    ({ received }) => `Expected owner/name or owner/name:quantisation for the repository but received ${received}`,
    'Give the name as the hub shows it, such as ggml-org/SmolVLM-500M-Instruct-GGUF.',
  ),
  noModelInRepository: kind(
    { repository: 'text' },
    ({ repository }) => `${repository} holds no GGUF model to talk with`,
    'Choose a repository with GGUF files; their names often end in -GGUF.',
  ),
  noQuantisation: kind(
    { repository: 'text', quantisation: 'text', has: 'texts' },
    ({ repository, quantisation, has }) => `${repository} has no ${quantisation}; it has ${has.join(', ')}`,
    'Name one of these.',
  ),

  hubBusy: kind({ host: 'text', status: 'number' }, ({ host, status }) => `${host} answered ${status} again and again`),
  hubUnreachable: kind(
    { host: 'text', why: 'text' },
    ({ host, why }) => `${host} cannot be reached, or the connection breaks (${why})`,
  ),
  hubRefuses: kind(
    { host: 'text', path: 'text', status: 'number' },
    ({ host, path, status }) => `${host} refuses ${path} (${status}): it is gated or private, or does not exist`,
  ),
  hubLacks: kind({ host: 'text', path: 'text' }, ({ host, path }) => `${host} has no ${path}`),
  hubStatus: kind({ host: 'text', status: 'number' }, ({ host, status }) => `${host} answered ${status}`),
  hubNonsense: kind({ host: 'text', what: oneOf(nonsense) }, ({ host, what }) => `${host} ${nonsense[what]}`),
  hubEncoded: kind(
    { host: 'text', encoding: 'text' },
    ({ host, encoding }) => `${host} sends its answer encoded (${encoding}), which was not asked for`,
  ),
  hubTooLong: kind(
    { most: 'number' },
    ({ most }) => `The hub answered with more than ${most} bytes where fewer were expected`,
  ),
  hubBytes: kind(
    { host: 'text', sent: 'number', asked: 'number' },
    ({ host, sent, asked }) => `${host} sent ${sent} bytes where ${asked} were asked for`,
  ),
  hubRange: kind(
    { host: 'text', sent: 'text', from: 'number', to: 'number', of: 'number' },
    ({ host, sent, from, to, of }) =>
      `${host} sent the range ${sent} where bytes ${from}-${to} of ${of} were asked for: the file is another one`,
  ),
  hubNoCommit: kind({ repository: 'text' }, ({ repository }) => `The hub names no commit of ${repository}`),
  hubNoFiles: kind({ repository: 'text' }, ({ repository }) => `The hub lists no files of ${repository}`),
  hubNoList: kind({}, () => 'The hub answered the search with no list'),

  checksum: kind(
    { file: 'text', has: 'text', expected: 'text' },
    ({ file, has, expected }) =>
      `${file} has the checksum ${has} and the hub says ${expected}: what was fetched is deleted`,
  ),
  noRoomOnDisk: kind(
    { folder: 'text', missing: 'number', free: 'number' },
    ({ folder, missing, free }) =>
      `${mebibytes(missing)} are missing and ${mebibytes(free)} are free on the disk of ${folder}`,
  ),
  diskFull: kind({ folder: 'text', why: 'text' }, ({ folder, why }) => `${folder}: ${why}`),
  cannotWrite: kind(
    { folder: 'text', why: 'text' },
    ({ folder, why }) => `${folder} cannot be written (${why})`,
    'Set HF_HOME to a folder that you may write to.',
  ),

  beingFetched: kind({ file: 'text' }, ({ file }) => `${file} is being fetched`, 'Cancel the download first.'),
  inUse: kind(
    { file: 'text', why: 'text' },
    ({ file, why }) => `${file} cannot be deleted (${why})`,
    'Unload the model that uses it first.',
  ),
  notOfHub: kind(
    { file: 'text' },
    ({ file }) => `${file} does not lie in the hub's cache and is not deleted from here`,
    'Delete it with the program that it belongs to, or by hand.',
  ),
  cacheStays: kind(
    { file: 'text', why: 'text' },
    ({ file, why }) => `${file} could not be deleted: ${why}`,
    'Delete the folder yourself.',
  ),
  cacheUnreadable: kind(
    { folder: 'text', why: 'text' },
    ({ folder, why }) => `The cache folder ${folder} cannot be read (${why})`,
  ),
} as const;
