import { l10n } from 'vscode';
import type { downloadErrors } from '../../backend-native/protocol/errorKinds/downloads.js';
import type { Wording } from '../../backend-native/protocol/errorReasons.js';
import { count, megabytes } from './amounts.js';

export const downloadWords: Wording<typeof downloadErrors> = {
  offline: () => [
    l10n.t('HF_HUB_OFFLINE is set: nothing is fetched.'),
    l10n.t('Unset HF_HUB_OFFLINE, or use a model that is on this machine.'),
  ],
  tokenCharacters: () => l10n.t('The token for the hub holds characters that no token has.'),
  endpoint: ({ received }) => [
    l10n.t('HF_ENDPOINT is {0}, which is no http or https address.', received),
    l10n.t('Set HF_ENDPOINT to the address of a hub, or unset it.'),
  ],
  proxy: ({ why }) => [
    l10n.t('The address of the proxy cannot be used: {0}', why),
    l10n.t('Correct HTTPS_PROXY or HTTP_PROXY.'),
  ],
  repositoryName: ({ received }) => [
    l10n.t('{0} is no name of a repository, such as owner/name or owner/name:quantisation.', received),
    l10n.t('Give the name as the hub shows it, such as {0}.', 'ggml-org/SmolVLM-500M-Instruct-GGUF'),
  ],
  noModelInRepository: ({ repository }) => [
    l10n.t('{0} holds no GGUF model to talk with.', repository),
    l10n.t('Choose a repository with GGUF files; their names often end in -GGUF.'),
  ],
  noQuantisation: ({ repository, quantisation, has }) => [
    l10n.t('{0} has no {1}; it has {2}.', repository, quantisation, has.join(', ')),
    l10n.t('Name one of these.'),
  ],

  hubBusy: ({ host, status }) => l10n.t('{0} answered {1} again and again.', host, status),
  hubUnreachable: ({ host, why }) => l10n.t('{0} cannot be reached, or the connection breaks ({1}).', host, why),
  hubRefuses: ({ host, path, status }) =>
    l10n.t('{0} refuses {1} ({2}): it is gated or private, or does not exist.', host, path, status),
  hubLacks: ({ host, path }) => l10n.t('{0} has no {1}.', host, path),
  hubStatus: ({ host, status }) => l10n.t('{0} answered {1}.', host, status),
  hubNonsense: ({ host, what }) => {
    switch (what) {
      case 'circle':
        return l10n.t('{0} redirects in a circle or too often.', host);
      case 'unencrypted':
        return l10n.t('{0} redirects to an address that is not encrypted.', host);
      case 'nowhere':
        return l10n.t('{0} redirects to nowhere.', host);
      case 'noJson':
        return l10n.t('{0} answered with something that is not JSON.', host);
      case 'noParts':
        return l10n.t('{0} gives no parts of files, so that this one cannot be looked at before it is fetched.', host);
      case 'moreBytes':
        return l10n.t('{0} sent more bytes than were asked for.', host);
    }
  },
  hubEncoded: ({ host, encoding }) =>
    l10n.t('{0} sends its answer encoded ({1}), which was not asked for.', host, encoding),
  hubTooLong: ({ most }) => l10n.t('The hub answered with more than {0} bytes where fewer were expected.', count(most)),
  hubBytes: ({ host, sent, asked }) =>
    l10n.t('{0} sent {1} bytes where {2} were asked for.', host, count(sent), count(asked)),
  hubRange: ({ host }) => l10n.t('{0} sent another part of the file than the one asked for.', host),
  hubNoCommit: ({ repository }) => l10n.t('The hub names no commit of {0}.', repository),
  hubNoFiles: ({ repository }) => l10n.t('The hub lists no files of {0}.', repository),
  hubNoList: () => l10n.t('The hub answered the search with no list.'),

  checksum: ({ file }) => l10n.t('{0} has another checksum than the hub says: what was fetched is deleted.', file),
  noRoomOnDisk: ({ folder, missing, free }) =>
    l10n.t('{0} are needed and {1} are free on the disk of {2}.', megabytes(missing), megabytes(free), folder),
  diskFull: ({ folder }) => l10n.t('The disk of {0} is full.', folder),
  cannotWrite: ({ folder, why }) => [
    l10n.t('Nothing can be written to {0} ({1}).', folder, why),
    l10n.t('Set HF_HOME to a folder that you may write to.'),
  ],

  beingFetched: ({ file }) => [l10n.t('{0} is being fetched.', file), l10n.t('Cancel the download first.')],
  inUse: ({ file, why }) => [
    l10n.t('{0} cannot be deleted ({1}).', file, why),
    l10n.t('Unload the model that uses it first.'),
  ],
  notOfHub: ({ file }) => [
    l10n.t('{0} does not lie in the hub’s cache and is not deleted from here.', file),
    l10n.t('Delete it with the program that it belongs to, or by hand.'),
  ],
  cacheStays: ({ file, why }) => [
    l10n.t('{0} cannot be deleted ({1}).', file, why),
    l10n.t('Delete the folder yourself.'),
  ],
  cacheUnreadable: ({ folder, why }) => l10n.t('The folder {0} cannot be read ({1}).', folder, why),
};
