import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import { wholeText, type DocumentContent } from '../documentContent.js';
import { withoutSigns } from '../pictureMarks.js';
import { withoutDataUris } from './dataUris.js';
import { decodeText } from './decodeText.js';

/**
 * A text as it is, freed of data that is written out in it. @throws BackendError `unsupported_document`, `file_empty`
 */
export function readText(name: string, bytes: Buffer): DocumentContent {
  const { text, encoding, guessed } = decodeText(name, bytes);
  if (text.trim() === '') throw new BackendError('file_empty', { kind: 'noText', file: name });
  const data = withoutDataUris(withoutSigns(text));
  const notes: DocumentNote[] = [
    ...(guessed ? [{ kind: 'encodingGuessed' as const, encoding }] : []),
    ...(data.count > 0 ? [{ kind: 'embeddedData' as const, count: data.count, characters: data.characters }] : []),
  ];
  return { ...wholeText(data.text, notes), encoding };
}
