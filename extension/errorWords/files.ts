import { l10n } from 'vscode';
import type { fileErrors } from '../../backend-native/protocol/errorKinds/files.js';
import type { Wording } from '../../backend-native/protocol/errorReasons.js';
import { megabytes } from './amounts.js';

export const fileWords: Wording<typeof fileErrors> = {
  noFile: ({ file }) => l10n.t('There is no file {0}.', file),
  mayNotRead: ({ file }) => l10n.t('You may not read {0}.', file),
  readingFails: ({ file, why }) => l10n.t('{0} cannot be read: {1}', file, why),
  cannotBeRead: ({ file, why }) => l10n.t('{0} cannot be read: {1}', file, why),
  zeroByteInPath: () => l10n.t('A path may not hold a zero byte.'),
  directory: ({ file }) => l10n.t('{0} is a folder.', file),
  notRegular: ({ file }) => l10n.t('{0} is no ordinary file.', file),
  noPlainFile: ({ file }) => l10n.t('{0} is no ordinary file.', file),
  empty: ({ file }) => l10n.t('{0} is empty.', file),
  tooManyBytes: ({ file, bytes, most }) =>
    l10n.t('{0} has {1}; at most {2} are read.', file, megabytes(bytes), megabytes(most)),
  damaged: ({ file }) => [l10n.t('{0} is damaged or incomplete.', file), l10n.t('Save, copy or export it again.')],
  tooManyAttachments: ({ what, most, given }) =>
    what === 'images'
      ? l10n.t('One question takes at most {0} images, and this one brings {1}.', most, given)
      : l10n.t('One question takes at most {0} documents, and this one brings {1}.', most, given),
  noRoot: ({ file }) => l10n.t('{0} may not be read: no folder is open.', file),
  outsideRoots: ({ file, roots }) => l10n.t('{0} is outside of the folders that are open: {1}', file, roots.join(', ')),
  notOfThisMachine: ({ address }) => l10n.t('{0} names no file of this machine.', address),
  noFolderOpen: () => [l10n.t('No folder is open.'), l10n.t('Open a folder first.')],
};
