/** Tells an SVG by its beginning, whatever stands before its first tag and however its characters are stored. */

/** Bytes as characters, one each. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 4096)
    text += String.fromCharCode(...bytes.subarray(start, start + 4096));
  return text;
}

/**
 * Whether the first tag is <svg>, with or without a prefix, after an XML declaration, comments and a DOCTYPE.
 * @param head the beginning of the file, one character a byte; an SVG whose first tag is not in it is not recognised
 */
export function isSvg(head: string): boolean {
  // In UTF-16 every other byte of these signs is zero; a byte order mark is no sign.
  const text = head.replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '').replaceAll('\0', '');
  for (let at = 0; ;) {
    while (/\s/.test(text.charAt(at))) at += 1;
    if (text.startsWith('<!--', at)) at = after(text, '-->', at + 4);
    else if (text.startsWith('<?', at)) at = after(text, '?>', at + 2);
    else if (/^<!doctype\b/i.test(text.slice(at, at + 10))) at = afterDoctype(text, at);
    else return /^<(?:[A-Za-z_][\w.-]{0,40}:)?svg[\s/>]/i.test(text.slice(at, at + 60));
  }
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found + mark.length;
}

/** A DOCTYPE may hold declarations in square brackets, with ">" in them. */
function afterDoctype(text: string, from: number): number {
  const bracket = text.indexOf('[', from);
  const end = text.indexOf('>', from);
  if (bracket === -1 || (end !== -1 && end < bracket)) return end === -1 ? text.length : end + 1;
  return after(text, '>', after(text, ']', bracket));
}
