/** A line of a page, in reading order. */
export interface TextLine {
  readonly text: string;
  /** Points above the bottom of the page. */
  readonly baseline: number;
  /** Points; 0 for a line without characters. */
  readonly fontSize: number;
}

/**
 * Lines as a text: words that were hyphenated at a line's end made whole, paragraphs with an empty line between them.
 */
export function joinedLines(lines: readonly TextLine[]): string {
  const written = lines
    .map((line) => ({ ...line, text: line.text.trimEnd() }))
    .filter(({ text }) => text.trim() !== '');
  const gaps = written.slice(1).map((line, i) => (written[i]?.baseline ?? 0) - line.baseline);
  const lineGap = lowerQuartile(gaps.filter((gap) => gap > 0));
  let text = written[0]?.text ?? '';
  for (const [i, line] of written.slice(1).entries()) {
    const gap = gaps[i] ?? 0;
    const fontSize = Math.max(line.fontSize, written[i]?.fontSize ?? 0);
    // Upwards: the next column. Far down: the next paragraph, unless all lines of the page are as far apart.
    const apart = gap < -fontSize || (gap > 1.6 * fontSize && gap > 1.3 * lineGap);
    text += `${apart ? '\n\n' : '\n'}${line.text}`;
  }
  return wholeWords(text);
}

/** PDFium leaves U+FFFE (or U+0002) where a hyphen ends a line: before a small letter the line end put it there. */
export function wholeWords(text: string): string {
  return (
    text
      .replaceAll('\u0002', '\ufffe')
      .replace(/\ufffe\n?(?=\p{Ll})/gu, '')
      .replaceAll('\ufffe', '-')
      // A soft hyphen is a place to break, not a character.
      .replaceAll('\u00ad', '')
      // Shaped letters and ligatures are letters: nobody searches for the glyph.
      .replace(/[\ufb00-\ufdff\ufe70-\ufefc]+/g, (shaped) => shaped.normalize('NFKC'))
      // eslint-disable-next-line no-control-regex -- fonts without a proper encoding give such characters
      .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\uffff]|\p{Surrogate}/gu, '')
  );
}

/** What a quarter of the values does not reach: between lines of one paragraph, even on a page of short ones. */
function lowerQuartile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 4)] ?? 0;
}
