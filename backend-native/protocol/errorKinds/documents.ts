/** What is wrong with documents, and with the choice of their pages. */
import { megabytes } from '../amounts.js';
import { kind, oneOf } from './kind.js';

const otherFormats = {
  rtf: 'an RTF document',
  gguf: 'a model file, not a document',
  image: 'an image, not text',
  binary: 'a binary file, not text',
  doc: 'a document of Word 97-2003 (.doc)',
  ppt: 'a presentation of PowerPoint 97-2003 (.ppt)',
  oldOffice: 'a file of an old office format',
  otherOpenDocument: 'an OpenDocument file of a kind that is not read',
  zip: 'a ZIP archive and no document',
} as const;

const newerFormat = 'Save it as docx, pptx or PDF and attach that.';
const stepsForOthers: Partial<Record<keyof typeof otherFormats, string>> = {
  rtf: 'Save it as docx or PDF and attach that.',
  image: 'Give it as an image (--image).',
  doc: newerFormat,
  ppt: newerFormat,
  oldOffice: newerFormat,
  otherOpenDocument: 'Save it as PDF and attach that.',
  zip: 'Unpack it and attach what is in it.',
};

export const documentErrors = {
  noDocument: kind(
    { file: 'text', is: oneOf(otherFormats) },
    ({ file, is }) => `${file} is ${otherFormats[is]}`,
    ({ is }) => stepsForOthers[is],
  ),
  noText: kind({ file: 'text' }, ({ file }) => `${file} holds no text`),
  picturesOnly: kind({ file: 'text' }, ({ file }) => `${file} holds no text`, 'Save it as PDF and attach that.'),
  noCells: kind({ file: 'text' }, ({ file }) => `${file} has no cell with something in it`),
  password: kind({ file: 'text' }, ({ file }) => `${file} is protected by a password`),
  passwordWrong: kind({ file: 'text' }, ({ file }) => `The password does not open ${file}`),
  copyProtected: kind({ file: 'text' }, ({ file }) => `${file} is protected against copying`),
  protectionUnknown: kind({ file: 'text' }, ({ file }) => `${file} is protected in a way that is not known here`),
  nestedTooDeeply: kind({ file: 'text' }, ({ file }) => `${file} is nested too deeply to be read`),
  /** @property why in JavaScript's words */
  textTooLong: kind(
    { file: 'text', why: 'text' },
    ({ file, why }) => `${file} holds more text than can be read (${why})`,
  ),
  tooManyCharacters: kind(
    { file: 'text', characters: 'number', most: 'number' },
    ({ file, characters, most }) => `${file} has ${characters} characters; at most ${most} are read`,
  ),
  tooManyCharactersByPage: kind(
    { file: 'text', page: 'number', most: 'number' },
    ({ file, page, most }) =>
      `${file} has more than ${most} characters up to page ${page}, which are more than is read`,
  ),
  tooManyPages: kind(
    { file: 'text', pages: 'number', chosen: 'number', most: 'number' },
    ({ file, pages, chosen, most }) => `${file} has ${pages} pages, ${chosen} of them chosen; at most ${most} are read`,
  ),
  tooMuchMemory: kind(
    { file: 'text', bytes: 'number' },
    ({ file, bytes }) => `${file} needs more than ${megabytes(bytes)} of memory to be read`,
  ),
  tooSlow: kind(
    { file: 'text', seconds: 'number' },
    ({ file, seconds }) => `Reading ${file} takes longer than the ${seconds} s it may`,
  ),
  tooManyElements: kind(
    { file: 'text', part: 'text', most: 'number' },
    ({ file, part, most }) => `${file} has more than ${most} elements in ${part}`,
  ),
  tooManyFilesInside: kind(
    { file: 'text', files: 'number', most: 'number' },
    ({ file, files, most }) => `${file} holds ${files} files; at most ${most} are looked at`,
  ),
  unpacksTooLarge: kind(
    { file: 'text', most: 'number', mostInOne: 'number' },
    ({ file, most, mostInOne }) =>
      `${file} unpacks to more than ${megabytes(most)}, or ${megabytes(mostInOne)} in one part`,
  ),
  readerEnded: kind({ file: 'text' }, ({ file }) => `The thread that reads ${file} ended without a word`),

  pagesUnclear: kind(
    { part: 'text', text: 'text?' },
    ({ part, text }) =>
      `Expected pages such as 1-3,7 but received ${JSON.stringify(part)}` +
      (text === undefined ? '' : ` in ${JSON.stringify(text)}`),
  ),
  pagesFromZero: kind({ part: 'text' }, ({ part }) => `Expected pages from 1 but received ${JSON.stringify(part)}`),
  pagesBackwards: kind(
    { part: 'text' },
    ({ part }) => `Expected the first page before the last but received ${JSON.stringify(part)}`,
  ),
  pagesBeyond: kind(
    { part: 'text', last: 'number' },
    ({ part, last }) => `Expected pages up to ${last}, the last one, but received ${JSON.stringify(part)}`,
    ({ last }) => `Give pages from 1 to ${last}, such as 1-${Math.min(3, last)}.`,
  ),
  pagesTooLong: kind(
    { most: 'number', given: 'number' },
    ({ most, given }) => `Expected at most ${most} characters for the pages but received ${given}`,
  ),
  noPages: kind(
    { file: 'text' },
    ({ file }) => `${file} has no pages to choose from: only PDF, slides, sheets, books and notebooks have`,
    'Leave the pages out.',
  ),
  pagesOfPicture: kind({}, () => 'Expected no pages, since the file is a picture'),

  noRoomForDocuments: kind(
    { tokens: 'number' },
    ({ tokens }) => `The documents need more than the ${tokens} tokens that are left for them`,
    'Use fewer or smaller images, or a model with a longer context.',
  ),
  imagesOnlyNoVision: kind(
    { file: 'text' },
    ({ file }) => `${file} has to be read as images, and the model reads none`,
    'Load the projector (mmproj) that belongs to the model, or give a document that holds text.',
  ),
  imagesOnlyTooMany: kind(
    { file: 'text' },
    ({ file }) => `${file} has to be read as images, and no more pages may be`,
    'Raise the number of pages that may be read as images.',
  ),
  chosenPagesEmpty: kind(
    { file: 'text' },
    ({ file }) => `The chosen pages of ${file} hold no text`,
    'Read them as images, or choose other pages.',
  ),
  nothingToRead: kind({}, () => 'There is nothing to read in what is attached', 'Attach other documents.'),
  partsOfDocumentsOnly: kind(
    { documents: 'number', images: 'number' },
    ({ documents, images }) => `Expected documents to read in parts but received ${documents} and ${images} images`,
    'Attach documents only, or ask without reading all.',
  ),
} as const;
