import { documentTable, headBytes, imageFormatOf, isHeic, type ImageFormat } from '../../../protocol/formats.js';

/** What can be told about bytes that are no readable image, for the message. */
export type OtherFormat = 'heic' | 'pdf' | 'zip' | 'gguf' | 'text' | 'unknown';

/** More than any comment before the first tag of an SVG. */
const svgHeadBytes = 2 ** 20;

/** By the first bytes; a name's extension is never trusted. */
export function imageFormat(bytes: Buffer): ImageFormat | { other: OtherFormat } {
  const head = bytes.toString('latin1', 0, headBytes);
  const format = imageFormatOf(head);
  if (format !== undefined) return format;
  if (isHeic(head)) return { other: 'heic' };
  if (documentTable.pdf.starts(head)) return { other: 'pdf' };
  if (head.startsWith('PK\x03\x04')) return { other: 'zip' };
  if (head.startsWith('GGUF')) return { other: 'gguf' };
  // eslint-disable-next-line no-control-regex -- bytes that no text holds, but for UTF-16
  if (/[\x01-\x08\x0e-\x1a]/.test(head.slice(0, 1024))) return { other: 'unknown' };
  if (imageFormatOf(bytes.toString('latin1', 0, svgHeadBytes)) === 'svg') return 'svg';
  const isUtf16 = /^(?:\xff\xfe|\xfe\xff)/.test(head);
  return { other: head.slice(0, 1024).includes('\0') && !isUtf16 ? 'unknown' : 'text' };
}
