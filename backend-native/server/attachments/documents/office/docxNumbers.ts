/** The numbers of numbered paragraphs as Word shows them: a docx holds how to count, not what was counted. */
import { child, childElements, type XmlElement } from './xml.js';

interface Level {
  readonly start: number;
  readonly format: string;
  /** Such as "%1.%2)": the numbers of this level and those above it. */
  readonly label: string;
  /** The style whose paragraphs are of this level. */
  readonly style: string | undefined;
  readonly restarts: boolean;
  readonly onlyDigits: boolean;
}

interface List {
  /** Lists of the same definition go on counting. */
  readonly definition: string;
  readonly levels: ReadonlyMap<number, Level>;
  /** By level: where this list begins anew. */
  readonly starts: ReadonlyMap<number, number>;
}

interface Style {
  readonly basedOn: string | undefined;
  readonly list: string | undefined;
  readonly level: number | undefined;
}

/** Styles that are based on styles: as many as anybody makes. */
const maxStyles = 30;
const maxLevels = 9;
const maxLabel = 100;

export class DocxNumbers {
  private readonly lists = new Map<string, List>();
  private readonly styles: ReadonlyMap<string, Style>;
  private readonly counts = new Map<string, (number | undefined)[]>();
  private readonly begun = new Set<string>();

  constructor(numbering: XmlElement | undefined, styles: XmlElement | undefined) {
    this.styles = new Map(
      childrenOf(styles, 'w:style').map((style) => [style.attributes['w:styleId'] ?? '', of(style)]),
    );
    const definitions = new Map(
      childrenOf(numbering, 'w:abstractNum').map((one) => [one.attributes['w:abstractNumId'] ?? '', one]),
    );
    const numbers = new Map(childrenOf(numbering, 'w:num').map((one) => [one.attributes['w:numId'] ?? '', one]));
    for (const [id, number] of numbers) {
      let definition = valueOf(number, 'w:abstractNumId') ?? '';
      const linked = this.styles.get(valueOf(definitions.get(definition), 'w:numStyleLink') ?? '')?.list;
      if (linked !== undefined) definition = valueOf(numbers.get(linked), 'w:abstractNumId') ?? definition;
      this.lists.set(id, listOf(definition, definitions.get(definition), number));
    }
  }

  /** Counts a paragraph; in the order of the text. @returns such as "2.1"; undefined for one without a number */
  of(paragraph: XmlElement): string | undefined {
    const properties = child(paragraph, 'w:pPr');
    const given = child(properties, 'w:numPr');
    const style = valueOf(properties, 'w:pStyle') ?? '';
    const inherited = this.inherited(style);
    const id = valueOf(given, 'w:numId') ?? inherited?.list;
    const list = id === undefined ? undefined : this.lists.get(id);
    if (id === undefined || !list) return undefined;
    const ofStyle = [...list.levels].find(([, level]) => level.style === style && style !== '')?.[0];
    const index = Number(valueOf(given, 'w:ilvl') ?? inherited?.level ?? ofStyle ?? 0);
    const level = list.levels.get(index);
    return level && this.next(id, list, index, level);
  }

  private next(id: string, list: List, index: number, level: Level): string | undefined {
    const counts = this.counts.get(list.definition) ?? [];
    this.counts.set(list.definition, counts);
    const anew = this.begun.has(`${id} ${index}`) ? undefined : list.starts.get(index);
    this.begun.add(`${id} ${index}`);
    counts[index] = anew ?? (counts[index] === undefined ? level.start : counts[index] + 1);
    for (let below = index + 1; below < maxLevels; below += 1)
      if (list.levels.get(below)?.restarts !== false) counts[below] = undefined;
    if (level.format === 'bullet') return undefined;
    const label = level.label.replace(/%([1-9])/g, (_, digit: string) => {
      const above = list.levels.get(Number(digit) - 1);
      const count = counts[Number(digit) - 1] ?? above?.start ?? 1;
      return written(count, level.onlyDigits ? 'decimal' : (above?.format ?? 'decimal'));
    });
    return label.trim() === '' ? undefined : label.trim();
  }

  private inherited(style: string): Style | undefined {
    let found = this.styles.get(style);
    for (let i = 0; i < maxStyles && found && found.list === undefined; i += 1)
      found = this.styles.get(found.basedOn ?? '');
    return found;
  }
}

function listOf(definition: string, abstract: XmlElement | undefined, number: XmlElement): List {
  const levels = new Map(childrenOf(abstract, 'w:lvl').map(levelOf));
  const starts = new Map<number, number>();
  for (const override of childrenOf(number, 'w:lvlOverride')) {
    const index = Number(override.attributes['w:ilvl'] ?? 0);
    const start = valueOf(override, 'w:startOverride');
    if (start !== undefined) starts.set(index, whole(start, 1));
    const level = child(override, 'w:lvl');
    if (level) levels.set(index, levelOf(level)[1]);
  }
  return { definition, levels, starts };
}

function levelOf(level: XmlElement): [number, Level] {
  const index = Number(level.attributes['w:ilvl'] ?? 0);
  return [
    index,
    {
      start: whole(valueOf(level, 'w:start'), 1),
      format: valueOf(level, 'w:numFmt') ?? 'decimal',
      label: valueOf(level, 'w:lvlText')?.slice(0, maxLabel) ?? `%${index + 1}.`,
      style: valueOf(level, 'w:pStyle'),
      restarts: valueOf(level, 'w:lvlRestart') !== '0',
      onlyDigits: child(level, 'w:isLgl') !== undefined,
    },
  ];
}

function of(style: XmlElement): Style {
  const numbering = child(child(style, 'w:pPr'), 'w:numPr');
  const level = valueOf(numbering, 'w:ilvl');
  return {
    basedOn: valueOf(style, 'w:basedOn'),
    list: valueOf(numbering, 'w:numId'),
    level: level === undefined ? undefined : Number(level),
  };
}

function written(count: number, format: string): string {
  const letters = () => String.fromCharCode(97 + ((count - 1) % 26)).repeat(Math.min(20, Math.ceil(count / 26)));
  switch (format) {
    case 'none':
      return '';
    case 'lowerLetter':
      return count < 1 ? String(count) : letters();
    case 'upperLetter':
      return count < 1 ? String(count) : letters().toUpperCase();
    case 'lowerRoman':
      return roman(count).toLowerCase();
    case 'upperRoman':
      return roman(count);
    case 'decimalZero':
      return String(count).padStart(2, '0');
    default:
      return String(count);
  }
}

function roman(count: number): string {
  if (count < 1 || count > 3999) return String(count);
  const signs = 'M CM D CD C XC L XL X IX V IV I'.split(' ');
  const values = [1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1];
  let [left, text] = [count, ''];
  for (const [i, value] of values.entries()) {
    text += (signs[i] ?? '').repeat(Math.floor(left / value));
    left %= value;
  }
  return text;
}

function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element ? childElements(element).filter((one) => one.name === name) : [];
}

function valueOf(element: XmlElement | undefined, name: string): string | undefined {
  return child(element, name)?.attributes['w:val'];
}

function whole(text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise);
  return Number.isInteger(number) ? number : otherwise;
}
