/** Diagram tools write labels as HTML inside an SVG, which only browsers draw. */
export function labelsNotDrawn(bytes: Buffer): number {
  const labels = textOf(bytes).match(/<(?:\w+:)?foreignObject\b[^>]*>[^]*?<\/(?:\w+:)?foreignObject>/gi) ?? [];
  return labels.filter((label) => label.replace(/<[^>]*>/g, '').trim() !== '').length;
}

/** Pictures and symbols that an SVG takes from other files or the network, which are never fetched. */
export function partsElsewhere(bytes: Buffer): number {
  const tags = textOf(bytes).match(/<(?:\w+:)?(?:image|use|feImage)\b[^>]*>/gi) ?? [];
  return tags.filter((tag) => /\bhref\s*=\s*["']\s*(?!#|data:|\s)[^"']/i.test(tag)).length;
}

function textOf(bytes: Buffer): string {
  return bytes.toString(bytes[1] === 0 || bytes[0] === 0xff ? 'utf16le' : 'utf8');
}
