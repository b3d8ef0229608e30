/** The content of an OpenDocument file as text with Markdown's signs. */
import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import type { DocumentPicture } from '../documentContent.js';
import { pictureMark, withoutSigns } from '../pictureMarks.js';
import { raised } from '../web/markdownOf.js';
import { markdownTable, spreadCells, type SpannedCell } from '../web/markdownTable.js';
import type { Archive } from './archive.js';
import { levelKey, type OdfStyles } from './odfStyles.js';
import { child, childElements, descendants, isElement, parseXml, textIn, type XmlElement } from './xml.js';

/** Deeper than anything that a person writes; what is inside comes as plain text. */
const maxDepth = 200;
/** Of a cell or a row, and of the columns and rows that a cell covers. */
const maxRepeats = 1000;

export class OdfWriter {
  readonly pictures: DocumentPicture[] = [];
  private readonly counts = { comments: 0, inserted: 0, deleted: 0, embedded: 0, hidden: 0 };
  private readonly controls = new Map<string, XmlElement>();
  /** Of the lists that are open, from the outermost. */
  private readonly openLists: { readonly style: string; count: number }[] = [];
  /** By style and level: what a list that goes on counts from. */
  private readonly counted = new Map<string, number>();

  /** @param archive undefined for a file of one piece */
  constructor(
    private readonly name: string,
    private readonly archive: Archive | undefined,
    private readonly styles: OdfStyles,
  ) {}

  async blocks(parent: XmlElement): Promise<string> {
    const text = await this.all(parent, '', 0);
    return text
      .replace(/[^\S\n]+\n/g, '\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  }

  notes(): DocumentNote[] {
    const { comments, inserted, deleted, embedded, hidden } = this.counts;
    const notes: (DocumentNote | false)[] = [
      inserted + deleted > 0 && { kind: 'trackedChanges', inserted, deleted, moved: 0 },
      comments > 0 && { kind: 'comments', count: comments },
      hidden > 0 && { kind: 'hiddenElements', count: hidden },
      embedded > 0 && { kind: 'objectsNotRead', what: 'embedded', count: embedded },
    ];
    return notes.filter((note) => note !== false);
  }

  private async all(parent: XmlElement, indent: string, depth: number): Promise<string> {
    let text = '';
    for (const node of parent.children) text += isElement(node) ? await this.one(node, indent, depth + 1) : '';
    return text;
  }

  private async one(node: XmlElement, indent: string, depth: number): Promise<string> {
    if (depth > maxDepth) return ` ${textIn(node)} `;
    switch (node.name) {
      case 'text:h': {
        const level = Math.min(6, Math.max(1, Number(node.attributes['text:outline-level'] ?? 1) || 1));
        return `\n\n${indent}${'#'.repeat(level)} ${(await this.inline(node, depth)).trim()}\n\n`;
      }
      case 'text:p': {
        if (this.isHidden(node)) return '';
        const inner = await this.inline(node, depth);
        return inner.trim() === '' ? '' : `\n\n${indent}${inner.trim()}\n\n`;
      }
      case 'text:list':
        return `\n${await this.list(node, indent, depth)}\n`;
      case 'table:table':
        return `\n\n${await this.table(node, indent, depth)}\n\n`;
      case 'text:tracked-changes':
        this.countChanges(node);
        return '';
      case 'office:forms':
        this.learnControls(node);
        return '';
      case 'presentation:notes':
      case 'office:scripts':
      case 'text:sequence-decls':
      case 'text:user-field-decls':
        return '';
      case 'text:section':
        if (node.attributes['text:display'] === 'none') {
          this.counts.hidden += 1;
          return '';
        }
        return this.all(node, indent, depth);
      case 'draw:frame':
      case 'draw:image':
      case 'draw:object':
      case 'draw:control':
        return `\n\n${await this.inlineElement(node, depth)}\n\n`;
      default:
        return this.all(node, indent, depth);
    }
  }

  private async inline(parent: XmlElement, depth: number): Promise<string> {
    let text = '';
    for (const node of parent.children)
      text += isElement(node) ? await this.inlineElement(node, depth + 1) : node.replace(/\s+/g, ' ');
    return text;
  }

  private async inlineElement(node: XmlElement, depth: number): Promise<string> {
    if (depth > maxDepth) return textIn(node);
    switch (node.name) {
      case 'text:s':
        return ' '.repeat(Math.min(100, Number(node.attributes['text:c'] ?? 1) || 1));
      case 'text:tab':
        return '\t';
      case 'text:number':
        return `${textIn(node).trim()} `;
      case 'text:ruby-text':
        return `(${textIn(node)})`;
      case 'text:span': {
        if (this.isHidden(node)) return '';
        const sign = this.styles.raised.get(node.attributes['text:style-name'] ?? '');
        const words = await this.inline(node, depth);
        return sign === undefined ? words : raised(words, sign);
      }
      case 'text:line-break':
        return '\n';
      case 'text:note': {
        const body = child(node, 'text:note-body');
        return body ? ` [note: ${(await this.blocks(body)).replace(/\s+/g, ' ')}]` : '';
      }
      case 'office:annotation':
        return this.comment(node);
      case 'text:a': {
        const label = await this.inline(node, depth);
        const href = node.attributes['xlink:href'] ?? '';
        return /^(?:https?|mailto):/.test(href) && href !== label ? `[${label}](${href})` : label;
      }
      case 'draw:frame':
        return this.frame(node, depth);
      case 'draw:control':
        return withoutSigns(this.control(node));
      case 'text:change-start':
      case 'text:change-end':
      case 'text:change':
      case 'text:bookmark':
      case 'text:soft-page-break':
        return '';
      case 'text:hidden-text':
        this.counts.hidden += 1;
        return '';
      case 'text:p':
      case 'text:h':
      case 'text:list':
      case 'table:table':
      case 'draw:custom-shape':
      case 'draw:text-box':
      case 'draw:g':
        return this.all({ name: '', attributes: {}, children: [node] }, '', depth);
      case 'svg:title':
      case 'svg:desc':
        return '';
      default:
        return this.inline(node, depth);
    }
  }

  /** A frame holds one thing in several forms: a picture, a box of text, an object with a picture of it. */
  private async frame(frame: XmlElement, depth: number): Promise<string> {
    const box = child(frame, 'draw:text-box');
    if (box) return `\n\n${await this.all(box, '', depth)}\n\n`;
    const table = child(frame, 'table:table');
    if (table) return `\n\n${await this.table(table, '', depth)}\n\n`;
    const object = child(frame, 'draw:object');
    if (object) {
      const formula = await this.formula(object);
      if (formula !== undefined) return formula;
      const chart = await this.chart(object);
      if (chart !== undefined) return `\n\n${chart}\n\n`;
      this.counts.embedded += 1;
    }
    const alt = textOf(child(frame, 'svg:desc')) || textOf(child(frame, 'svg:title'));
    for (const image of childElements(frame).filter(({ name }) => name === 'draw:image')) {
      const bytes = await this.imageBytes(image);
      if (!bytes) continue;
      this.pictures.push({ name: (image.attributes['xlink:href'] ?? '').split('/').at(-1) ?? '', alt, bytes });
      return pictureMark(this.pictures.length - 1);
    }
    return alt === '' ? '' : `[picture: ${alt}]`;
  }

  private async imageBytes(image: XmlElement): Promise<Buffer | undefined> {
    const data = child(image, 'office:binary-data');
    if (data) return Buffer.from(textIn(data), 'base64');
    return this.archive?.read((image.attributes['xlink:href'] ?? '').replace(/^\.\//, ''));
  }

  /** A formula is a document of its own inside; its StarMath text is nearly what people say aloud. */
  private async formula(object: XmlElement): Promise<string | undefined> {
    const inner = child(object, 'math:math') ?? child(object, 'math');
    const part = `${(object.attributes['xlink:href'] ?? '').replace(/^\.\//, '')}/content.xml`;
    const bytes = inner ? undefined : await this.archive?.read(part);
    const root = inner ?? (bytes && parseXml(this.name, part, bytes));
    if (!root || !/(?:^|:)math$/.test(root.name)) return undefined;
    const [annotation] = descendants(root, new Set(['annotation', 'math:annotation']));
    return `$${(annotation ? textIn(annotation) : textIn(root)).replace(/\s+/g, ' ').trim()}$`;
  }

  /** A chart is a document of its own as well, with the table that it was drawn from. */
  private async chart(object: XmlElement): Promise<string | undefined> {
    const part = `${(object.attributes['xlink:href'] ?? '').replace(/^\.\//, '')}/content.xml`;
    const bytes = await this.archive?.read(part);
    const [chart] = bytes ? descendants(parseXml(this.name, part, bytes), new Set(['chart:chart'])) : [];
    const table = chart && descendants(chart, new Set(['table:table']))[0];
    if (!table) return undefined;
    return `Chart: ${textOf(child(chart, 'chart:title'))}\n\n${await this.table(table, '', 1)}`;
  }

  private isHidden(node: XmlElement): boolean {
    const hidden = this.styles.hidden.has(node.attributes['text:style-name'] ?? '');
    if (hidden) this.counts.hidden += 1;
    return hidden;
  }

  private async comment(node: XmlElement): Promise<string> {
    this.counts.comments += 1;
    const author = textOf(child(node, 'dc:creator'));
    const words: string[] = [];
    for (const one of childElements(node)) if (/^text:/.test(one.name)) words.push(await this.inline(one, 1));
    return ` [comment${author === '' ? '' : ` by ${author}`}: ${words.join(' ').trim()}]`;
  }

  private async list(list: XmlElement, indent: string, depth: number): Promise<string> {
    const lines: string[] = [];
    // A list inside of a list has the style of the outer one, unless it says otherwise.
    const style = list.attributes['text:style-name'] ?? this.openLists.at(-1)?.style ?? '';
    const key = levelKey(style, this.openLists.length + 1);
    const numbered = this.styles.numbers.get(key);
    const goesOn = list.attributes['text:continue-numbering'] === 'true' || 'text:continue-list' in list.attributes;
    const open = { style, count: ((goesOn ? this.counted.get(key) : undefined) ?? numbered?.start ?? 1) - 1 };
    this.openLists.push(open);
    for (const item of childElements(list)) {
      if (item.name !== 'text:list-item' && item.name !== 'text:list-header') continue;
      if (item.name === 'text:list-item') open.count = Number(item.attributes['text:start-value'] ?? open.count + 1);
      const sign =
        numbered && item.name === 'text:list-item' ? `${numbered.before}${open.count}${numbered.after}` : '-';
      const inner = (await this.all(item, indent + ' '.repeat(sign.length + 1), depth + 1))
        .replace(/\n\s*\n/g, '\n')
        .trim();
      if (inner !== '') lines.push(`${indent}${sign} ${inner}`);
    }
    this.openLists.pop();
    this.counted.set(key, open.count + 1);
    return lines.join('\n');
  }

  private async table(table: XmlElement, indent: string, depth: number): Promise<string> {
    const rows: SpannedCell[][] = [];
    for (const row of rowsOf(table)) {
      const cells: SpannedCell[] = [];
      for (const cell of childElements(row)) {
        if (cell.name !== 'table:table-cell') continue;
        const text = await this.all(cell, '', depth + 2);
        const repeats = repeatsOf(cell, 'table:number-columns-repeated');
        const spans = {
          columns: repeatsOf(cell, 'table:number-columns-spanned'),
          rows: repeatsOf(cell, 'table:number-rows-spanned'),
        };
        for (let i = 0; i < repeats; i += 1) cells.push({ text, ...spans });
      }
      const times = cells.some(({ text }) => text.trim() !== '') ? repeatsOf(row, 'table:number-rows-repeated') : 1;
      for (let i = 0; i < times; i += 1) rows.push(cells);
    }
    return markdownTable(spreadCells(rows), indent);
  }

  private countChanges(node: XmlElement): void {
    this.counts.inserted += descendants(node, new Set(['text:insertion'])).length;
    this.counts.deleted += descendants(node, new Set(['text:deletion'])).length;
  }

  private learnControls(forms: XmlElement): void {
    for (const control of descendants(forms, controlNames))
      this.controls.set(control.attributes['form:id'] ?? control.attributes['xml:id'] ?? '', control);
  }

  private control(node: XmlElement): string {
    const control = this.controls.get(node.attributes['draw:control'] ?? '');
    if (!control) return '';
    const { attributes, name } = control;
    if (name === 'form:listbox')
      return childElements(control)
        .filter((option) => option.attributes['form:current-selected'] === 'true')
        .map((option) => option.attributes['form:label'] ?? '')
        .join(', ');
    if (name !== 'form:checkbox' && name !== 'form:radio')
      return attributes['form:current-value'] ?? attributes['form:value'] ?? textOf(control);
    const checked = attributes['form:current-state'] === 'checked' || attributes['form:current-selected'] === 'true';
    return `${checked ? '[x]' : '[ ]'} ${attributes['form:label'] ?? ''}`.trim();
  }
}

const controlNames = new Set(
  'checkbox radio text textarea formatted-text number date time combobox listbox'
    .split(' ')
    .map((name) => `form:${name}`),
);

/** Of the table itself, not of those in its cells. */
function rowsOf(table: XmlElement): XmlElement[] {
  return childElements(table).flatMap((part) => {
    if (part.name === 'table:table-row') return [part];
    return /^table:table-(?:rows|header-rows|row-group)$/.test(part.name) ? rowsOf(part) : [];
  });
}

function repeatsOf(element: XmlElement, attribute: string): number {
  return Math.min(maxRepeats, Number(element.attributes[attribute] ?? 1) || 1);
}

function textOf(element: XmlElement | undefined): string {
  return element ? textIn(element).trim() : '';
}
