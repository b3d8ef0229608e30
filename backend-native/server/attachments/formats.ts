/**
 * What a file is, by its bytes; of texts that only their name tells apart, by that too. The table is
 * protocol/formats.ts.
 */
import {
  documentFormatOfName,
  documentTable,
  headBytes,
  imageFormatOf,
  type DocumentFormat,
} from '../../protocol/formats.js';
import { BackendError } from '../../protocol/errors.js';
import { archiveFormat } from './documents/office/archiveFormat.js';

/**
 * @param bytes of the whole file
 * @throws BackendError `unsupported_document`, `encrypted_document`, `corrupt_document`
 */
export async function documentFormat(name: string, bytes: Buffer): Promise<DocumentFormat> {
  const head = bytes.toString('latin1', 0, headBytes);
  if (documentTable.pdf.starts(head)) return 'pdf';
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) return archiveFormat(name, bytes);
  if (head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return formatInOleContainer(name, bytes);
  const refusal = refusals.find(({ start }) => head.startsWith(start));
  if (refusal) throw new BackendError('unsupported_document', { kind: 'noDocument', file: name, is: refusal.is });
  const image = imageFormatOf(head);
  // An SVG is text as well, and as a document its source is meant.
  if (image !== undefined && image !== 'svg') {
    throw new BackendError('unsupported_document', { kind: 'noDocument', file: name, is: 'image' });
  }
  return textFormat(name, head.replaceAll('\0', ''), bytes);
}

const refusals = [
  { start: '{\\rtf', is: 'rtf' },
  { start: 'GGUF', is: 'gguf' },
] as const;

/** @param head without zero bytes, so that UTF-16 reads like ASCII */
function textFormat(name: string, head: string, bytes: Buffer): DocumentFormat {
  const named = documentFormatOfName(name);
  const start = head.replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '').trimStart();
  const flat = /^(?:<\?xml[^>]*>\s*)?<office:document\b[^>]*opendocument\.(text|spreadsheet|presentation)/.exec(start);
  if (flat) return flat[1] === 'text' ? 'odt' : flat[1] === 'spreadsheet' ? 'ods' : 'odp';
  if (isNotebook(named, start, bytes)) return 'notebook';
  if (/^(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*)*<(?:!doctype\s+html|html)\b/i.test(start)) return 'html';
  if (named === 'html' && /<[a-z!]/i.test(start)) return 'html';
  if ((named === 'email' && /^[\w-]+:/m.test(start)) || isMime(start)) return 'email';
  // What programs export "for Excel" is often a text.
  if (named === 'xlsx') return start.includes('urn:schemas-microsoft-com:office:spreadsheet') ? 'xlsx' : 'csv';
  if (named === 'csv' || named === 'markdown') return named;
  return 'text';
}

/** A mail, or a web page that a browser saved in one file: nothing but headers up to the first empty line. */
function isMime(start: string): boolean {
  const head = /^(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+(?=\r?\n)/.exec(start)?.[0] ?? '';
  return /^mime-version:/im.test(head) && /^content-type:/im.test(head);
}

function isNotebook(named: DocumentFormat | undefined, start: string, bytes: Buffer): boolean {
  if (!start.startsWith('{')) return false;
  if (named === 'notebook') return true;
  // Any other name could be chance: all three words of a notebook have to be there.
  return ['"cells"', '"nbformat"', '"cell_type"'].every((word) => bytes.includes(word));
}

/** Microsoft's older container: documents of Office 97 to 2003, and newer ones that are encrypted. */
function formatInOleContainer(name: string, bytes: Buffer): DocumentFormat {
  const holds = (stream: string) => bytes.includes(Buffer.from(stream, 'utf16le'));
  if (holds('EncryptedPackage')) throw new BackendError('encrypted_document', { kind: 'password', file: name });
  if (holds('Workbook') || holds('Book')) return 'xlsx';
  const is = holds('WordDocument') ? 'doc' : holds('PowerPoint Document') ? 'ppt' : 'oldOffice';
  throw new BackendError('unsupported_document', { kind: 'noDocument', file: name, is });
}
