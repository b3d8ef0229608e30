import path from 'node:path';
import { BackendError } from '../../protocol/errors.js';
import type { DocumentSource } from '../../protocol/ask.js';
import { megabytes, readInputFile } from './file.js';

/** More than any context holds; it keeps a mistaken path from being read into memory. */
export const maxDocumentBytes = 16 * 2 ** 20;

/** Bytes 0x80 to 0x9f. Node 20's own TextDecoder takes them for Latin-1. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

export interface TextDocument {
  readonly name: string;
  /** Lines end with \n. */
  readonly text: string;
}

export async function readDocument(source: DocumentSource): Promise<TextDocument> {
  if ('path' in source) {
    const bytes = await readInputFile(source.path, { maxBytes: maxDocumentBytes, code: 'unsupported_document' });
    const name = path.basename(source.path);
    return { name, text: decodeText(name, bytes) };
  }
  if ('base64' in source) return { name: source.name, text: decodeText(source.name, Buffer.from(source.base64, 'base64')) };
  if (source.text.trim() === '') throw new BackendError('file_empty', `${source.name} is empty`);
  if (source.text.length > maxDocumentBytes) {
    throw new BackendError('unsupported_document', `${source.name} has ${megabytes(source.text.length)}; at most ${megabytes(maxDocumentBytes)} are read`);
  }
  return { name: source.name, text: withPlainLineEnds(source.text) };
}

/** Text by its byte order mark, else UTF-8, else Windows-1252, the superset of Latin-1 that real files are in. */
export function decodeText(name: string, bytes: Buffer): string {
  const text = decodeMarked(bytes) ?? decodeUnmarked(name, bytes);
  return withPlainLineEnds(text);
}

function decodeMarked(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return undefined;
}

function decodeUnmarked(name: string, bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 8);
  const known = [
    { magic: '%PDF-', is: 'a PDF document' },
    { magic: 'PK\x03\x04', is: 'a ZIP archive or an office document' },
    { magic: 'GGUF', is: 'a model file' },
    { magic: '\x89PNG', is: 'an image', nextStep: 'Give it as an image (--image).' },
    { magic: '\xff\xd8\xff', is: 'an image', nextStep: 'Give it as an image (--image).' },
  ].find(({ magic }) => start.startsWith(magic));
  if (known) throw new BackendError('unsupported_document', `${name} is ${known.is}, not text`, known.nextStep);
  if (bytes.includes(0)) throw new BackendError('unsupported_document', `${name} is a binary file, not text`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  // Bytes that stand for nothing in any text, but for tab, line feed, form feed, carriage return and escape.
  const odd = bytes.filter((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte)).length;
  if (odd > bytes.length / 100) throw new BackendError('unsupported_document', `${name} is a binary file, not text`);
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (character) => windows1252[character.charCodeAt(0) - 0x80] ?? character);
}

function withPlainLineEnds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
