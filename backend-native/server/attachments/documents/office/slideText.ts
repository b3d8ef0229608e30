/** The words of what lies on a slide. */
import { raised } from '../web/markdownOf.js';
import { markdownTable } from '../web/markdownTable.js';
import { latexOf } from './latexOf.js';
import { child, childElements, descendants, isElement, textIn, type XmlElement } from './xml.js';

/** The paragraphs of a shape, indented as deep as they are. */
export function paragraphs(shape: XmlElement): string {
  /** Of the numbered paragraphs so far, by level. */
  const numbers: (number | undefined)[] = [];
  return descendants(shape, new Set(['a:p']))
    .map((one) => {
      const properties = child(one, 'a:pPr');
      const level = Math.min(8, Number(properties?.attributes['lvl'] ?? 0) || 0);
      const words = wordsOf(one);
      if (words.trim() === '') return '';
      const numbered = child(properties, 'a:buAutoNum');
      numbers.length = Math.min(numbers.length, level + 1);
      numbers[level] = numbered && (numbers[level] ?? Number(numbered.attributes['startAt'] ?? 1) - 1) + 1;
      const sign = numbered ? `${numbers[level]}. ` : level > 0 ? '- ' : '';
      return '  '.repeat(level) + sign + words;
    })
    .filter((line) => line !== '')
    .join('\n');
}

function wordsOf(paragraph: XmlElement): string {
  let text = '';
  for (const part of paragraph.children.filter(isElement)) {
    if (part.name === 'a:br') text += '\n';
    else if (part.name === 'a:r' || part.name === 'a:fld') {
      const words = child(part, 'a:t') ? textIn(child(part, 'a:t') ?? part) : '';
      const height = Number(child(part, 'a:rPr')?.attributes['baseline'] ?? 0);
      text += height === 0 ? words : raised(words, height > 0 ? '^' : '_');
    } else if (part.name === 'mc:AlternateContent' || part.name === 'a14:m')
      text += descendants(part, new Set(['m:oMath']))
        .map((math) => `$${latexOf(math)}$`)
        .join(' ');
  }
  return text;
}

/** Cells that a merged one covers are in the file, and empty. */
export function tableText(table: XmlElement): string {
  const rows = childElements(table).filter(({ name }) => name === 'a:tr');
  return markdownTable(
    rows.map((row) =>
      childElements(row)
        .filter(({ name }) => name === 'a:tc')
        .map(paragraphs),
    ),
  );
}
