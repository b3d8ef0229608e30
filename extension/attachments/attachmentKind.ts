import path from 'node:path';

/** As many bytes of a file as attachmentKind wants to see. */
export const headBytes = 1024;

export const imageExtensions = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'bmp', 'tif', 'tiff', 'avif', 'svg'] as const;

/**
 * Whether a file is an image or a document: by its first bytes, else by its name. What is neither is called a document,
 * and the backend says why it cannot be read.
 */
export function attachmentKind(name: string, head: Uint8Array): 'image' | 'document' {
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, headBytes)).toString('latin1');
  if (documentStarts.some((pattern) => pattern.test(start))) return 'document';
  if (imageStarts.some((pattern) => pattern.test(start))) return 'image';
  return hasImageExtension(name) ? 'image' : 'document';
}

export function hasImageExtension(name: string): boolean {
  const extension = path.extname(name).slice(1).toLowerCase();
  return imageExtensions.some((one) => one === extension);
}

/** The extension of an image type such as "image/png"; "bin" for a type that is not known here. */
export function extensionOf(mime: string): string {
  return extensionByMime.get(mime.toLowerCase().split(';')[0]?.trim() ?? '') ?? 'bin';
}

// PDF readers look for the mark in the first kilobyte; "PK" begins every ZIP archive, and a docx is one.
const documentStarts = [/%PDF-/, /^PK/];

const imageStarts = [
  /^\x89PNG\r\n/,
  /^\xff\xd8\xff/,
  /^GIF8/,
  /^RIFF....WEBP/s,
  /^(?:II\*\0|MM\0\*)/,
  /^BM....\0\0\0\0/s,
  /^....ftyp(?:avif|avis|hei[cxms]|hev[cx]|mif1)/s,
  /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^]*?\?>\s*)?(?:<!--[^]*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]/i,
];

const extensionByMime = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
  ['image/bmp', 'bmp'],
  ['image/tiff', 'tiff'],
  ['image/avif', 'avif'],
  ['image/svg+xml', 'svg'],
  ['application/pdf', 'pdf'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['text/markdown', 'md'],
  ['text/plain', 'txt'],
]);
