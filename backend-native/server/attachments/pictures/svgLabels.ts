/** Diagram tools write labels as HTML inside an SVG, which only browsers draw. */
export function labelsNotDrawn(bytes: Buffer): number {
  const text = bytes.toString(bytes[1] === 0 || bytes[0] === 0xff ? 'utf16le' : 'utf8');
  const labels = text.match(/<(?:\w+:)?foreignObject\b[^>]*>[^]*?<\/(?:\w+:)?foreignObject>/gi) ?? [];
  return labels.filter((label) => label.replace(/<[^>]*>/g, '').trim() !== '').length;
}
