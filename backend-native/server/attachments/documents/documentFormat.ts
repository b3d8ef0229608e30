import type { DocumentFormat } from '../../../protocol/ask.js';
import { BackendError } from '../../../protocol/errors.js';
import { imageFormat } from '../pictures/imageFormat.js';

/**
 * What a document is, by its bytes; a name's extension is never trusted.
 * @returns 'docx' for every ZIP archive: what is inside is seen when it is unpacked
 * @throws BackendError `unsupported_document`, `encrypted_document`
 */
export function documentFormat(name: string, bytes: Buffer): DocumentFormat {
  // Readers of PDF take a head that comes late: mail and web servers put bytes before it.
  if (bytes.subarray(0, 1024).includes('%PDF-')) return 'pdf';
  const start = bytes.toString('latin1', 0, 8);
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) return 'docx';
  if (start === '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1') throw inOleContainer(name, bytes);
  if (start.startsWith('{\\rtf'))
    throw new BackendError(
      'unsupported_document',
      `${name} is an RTF document`,
      'Save it as docx or PDF and attach that.',
    );
  if (start.startsWith('GGUF'))
    throw new BackendError('unsupported_document', `${name} is a model file, not a document`);
  const image = imageFormat(bytes);
  // An SVG is text as well, and as a document its source is meant.
  if (typeof image === 'string' && image !== 'svg' && !isTextAfterAll(image, bytes)) {
    throw new BackendError('unsupported_document', `${name} is an image, not text`, { kind: 'imageAsDocument' });
  }
  return 'text';
}

/** "BM" begins words too; a bitmap has zero bytes in its head. */
function isTextAfterAll(format: string, bytes: Buffer): boolean {
  return format === 'bmp' && !bytes.subarray(0, 26).includes(0);
}

/** Microsoft's older container: documents of Word 97 to 2003, and newer ones that are encrypted. */
function inOleContainer(name: string, bytes: Buffer): BackendError {
  const holds = (stream: string) => bytes.includes(Buffer.from(stream, 'utf16le'));
  if (holds('EncryptedPackage')) return new BackendError('encrypted_document', `${name} is protected by a password`);
  return new BackendError(
    'unsupported_document',
    `${name} is ${holds('WordDocument') ? 'a document of Word 97-2003 (.doc)' : 'a file of an old office format'}`,
    'Save it as docx or PDF and attach that.',
  );
}
