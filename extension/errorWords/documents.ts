import { l10n } from 'vscode';
import type { documentErrors } from '../../backend-native/protocol/errorKinds/documents.js';
import type { Wording } from '../../backend-native/protocol/errorReasons.js';
import { count, megabytes } from './amounts.js';

export const documentWords: Wording<typeof documentErrors> = {
  noDocument: ({ file, is }) => {
    switch (is) {
      case 'rtf':
        return [l10n.t('{0} is an RTF document.', file), l10n.t('Save it as docx or PDF and attach that.')];
      case 'gguf':
        return [l10n.t('{0} is a model file, not a document.', file), undefined];
      case 'image':
        return [l10n.t('{0} is an image, not text.', file), l10n.t('Attach it as an image.')];
      case 'binary':
        return [l10n.t('{0} is a binary file, not text.', file), undefined];
      case 'doc':
        return [l10n.t('{0} is a document of Word 97-2003 (.doc).', file), newerFormat()];
      case 'ppt':
        return [l10n.t('{0} is a presentation of PowerPoint 97-2003 (.ppt).', file), newerFormat()];
      case 'oldOffice':
        return [l10n.t('{0} is a file of an old office format.', file), newerFormat()];
      case 'otherOpenDocument':
        return [
          l10n.t('{0} is an OpenDocument file of a kind that is not read.', file),
          l10n.t('Save it as PDF and attach that.'),
        ];
      case 'zip':
        return [l10n.t('{0} is a ZIP archive and no document.', file), l10n.t('Unpack it and attach what is in it.')];
    }
  },
  noText: ({ file }) => l10n.t('{0} holds no text.', file),
  picturesOnly: ({ file }) => [l10n.t('{0} holds no text.', file), l10n.t('Save it as PDF and attach that.')],
  noCells: ({ file }) => l10n.t('{0} has no cell with something in it.', file),
  password: ({ file }) => l10n.t('{0} is protected by a password.', file),
  passwordWrong: ({ file }) => l10n.t('The password does not open {0}.', file),
  copyProtected: ({ file }) => l10n.t('{0} is protected against copying.', file),
  protectionUnknown: ({ file }) => l10n.t('{0} is protected in a way that is not known here.', file),
  nestedTooDeeply: ({ file }) => l10n.t('{0} is nested too deeply to be read.', file),
  textTooLong: ({ file }) => l10n.t('{0} holds more text than can be read.', file),
  tooManyCharacters: ({ file, characters, most }) =>
    l10n.t('{0} has {1} characters; at most {2} are read.', file, count(characters), count(most)),
  tooManyCharactersByPage: ({ file, page, most }) =>
    l10n.t(
      '{0} has more than {1} characters up to page {2}, which are more than is read.',
      file,
      count(most),
      count(page),
    ),
  tooManyPages: ({ file, pages, chosen, most }) =>
    l10n.t(
      '{0} has {1} pages, {2} of them chosen; at most {3} are read.',
      file,
      count(pages),
      count(chosen),
      count(most),
    ),
  tooMuchMemory: ({ file, bytes }) => l10n.t('{0} needs more than {1} of memory to be read.', file, megabytes(bytes)),
  tooSlow: ({ file, seconds }) => l10n.t('Reading {0} takes longer than the {1} s it may.', file, seconds),
  tooManyElements: ({ file, part, most }) => l10n.t('{0} has more than {1} elements in {2}.', file, count(most), part),
  tooManyFilesInside: ({ file, files, most }) =>
    l10n.t('{0} holds {1} files; at most {2} are looked at.', file, count(files), count(most)),
  unpacksTooLarge: ({ file, most, mostInOne }) =>
    l10n.t('{0} unpacks to more than {1}, or {2} in one part.', file, megabytes(most), megabytes(mostInOne)),
  readerEnded: ({ file }) => l10n.t('The thread that reads {0} ended without a word.', file),

  pagesUnclear: ({ part }) => l10n.t('The pages “{0}” cannot be understood.', part),
  pagesFromZero: ({ part }) => l10n.t('Pages are counted from 1, and “{0}” is below that.', part),
  pagesBackwards: ({ part }) => l10n.t('In “{0}” the first page comes after the last.', part),
  pagesBeyond: ({ part, last }) => [
    l10n.t('The last page is {0}, and “{1}” goes beyond it.', last, part),
    l10n.t('Give pages from 1 to {0}.', last),
  ],
  pagesTooLong: ({ most, given }) =>
    l10n.t('A choice of pages takes at most {0} characters, and this one has {1}.', most, given),
  noPages: ({ file }) => [
    l10n.t('{0} has no pages to choose from: only PDF, slides, sheets, books and notebooks have.', file),
    l10n.t('Leave the pages out.'),
  ],
  pagesOfPicture: () => l10n.t('A picture has no pages to choose from.'),

  noRoomForDocuments: ({ tokens }) => [
    l10n.t('The documents need more than the {0} tokens that are left for them.', count(tokens)),
    l10n.t('Use fewer or smaller images, or a model with a longer context.'),
  ],
  imagesOnlyNoVision: ({ file }) => [
    l10n.t('{0} has to be read as images, and the model reads none.', file),
    l10n.t('Choose a model that reads images, or attach a document that holds text.'),
  ],
  imagesOnlyTooMany: ({ file }) => [
    l10n.t('{0} has to be read as images, and no more pages may be.', file),
    l10n.t('Raise the number of pages that may be read as images.'),
  ],
  chosenPagesEmpty: ({ file }) => [
    l10n.t('The chosen pages of {0} hold no text.', file),
    l10n.t('Read them as images, or choose other pages.'),
  ],
  nothingToRead: () => [l10n.t('There is nothing to read in what is attached.'), l10n.t('Attach other documents.')],
  partsOfDocumentsOnly: () => [
    l10n.t('Only documents can be read in parts.'),
    l10n.t('Attach documents only, or ask without reading all.'),
  ],
};

function newerFormat(): string {
  return l10n.t('Save it as docx, pptx or PDF and attach that.');
}
