/** Formats that are recognised by their first bytes; a name's extension is never trusted. */
export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp' | 'bmp' | 'tiff' | 'avif' | 'svg';

/** What can be told about bytes that are no readable image, for the message. */
export type OtherFormat = 'heic' | 'pdf' | 'zip' | 'gguf' | 'text' | 'unknown';

export function imageFormat(bytes: Buffer): ImageFormat | { other: OtherFormat } {
  const ascii = (start: number, end: number) => bytes.toString('latin1', start, end);
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (ascii(0, 3) === '\xff\xd8\xff') return 'jpeg';
  if (ascii(0, 4) === 'GIF8') return 'gif';
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'webp';
  if (ascii(0, 4) === 'II*\0' || ascii(0, 4) === 'MM\0*') return 'tiff';
  if (ascii(0, 2) === 'BM' && bytes.length >= 26) return 'bmp';
  if (ascii(4, 8) === 'ftyp') {
    const brands = ascii(8, Math.min(64, bytes.length >= 4 ? bytes.readUInt32BE(0) : 0));
    if (/avif|avis/.test(brands)) return 'avif';
    if (/hei[cxms]|hev[cx]|mif1/.test(brands)) return { other: 'heic' };
    return { other: 'unknown' };
  }
  if (ascii(0, 5) === '%PDF-') return { other: 'pdf' };
  if (ascii(0, 4) === 'PK\x03\x04') return { other: 'zip' };
  if (ascii(0, 4) === 'GGUF') return { other: 'gguf' };
  const start = ascii(0, 1024);
  if (/^\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^]*?)?(?:<!--[^]*?-->|<!DOCTYPE[^>]*>|\s)*<svg[\s>]/i.test(start))
    return 'svg';
  // eslint-disable-next-line no-control-regex -- bytes that no text holds
  return { other: /[\0-\x08\x0e-\x1a]/.test(start) ? 'unknown' : 'text' };
}
