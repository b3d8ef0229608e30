import iconv from 'iconv-lite';

/**
 * libvips takes for an SVG what has "<svg" among its first characters: this comment is for those that say it later.
 */
const mark = '<!-- <svg -->';
const sniffed = 400;

/** An SVG as libvips recognises it: in UTF-8, with its first tag announced. Others are left as they are. */
export function svgSource(bytes: Buffer): Buffer {
  const encoding = encodingOf(bytes);
  if (encoding === 'utf8' && bytes.toString('latin1', 0, sniffed).includes('<svg')) return bytes;
  const text = iconv
    .decode(bytes, encoding)
    .replace(/^\ufeff/, '')
    .trimStart();
  // Its declaration may name the encoding that it had.
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${mark}${text.replace(/^<\?xml[^>]*\?>/, '')}`);
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf16be';
  if (bytes[1] === 0) return 'utf16le';
  if (bytes[0] === 0) return 'utf16be';
  const declared = /^<\?xml[^>]*\bencoding=["']([\w.-]+)["']/.exec(bytes.toString('latin1', 0, 200))?.[1] ?? 'utf8';
  return /^utf-?8$/i.test(declared) || !iconv.encodingExists(declared) ? 'utf8' : declared;
}
