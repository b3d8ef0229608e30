/** Puts what mammoth leaves out of a docx into paragraphs, runs and tables that it reads. */
import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import type { ChartTable } from './charts.js';
import type { DocxNumbers } from './docxNumbers.js';
import { latexOf } from './latexOf.js';
import { numberMark } from '../web/markdownOf.js';
import { child, childElements, descendants, isElement, textIn, type XmlElement, type XmlNode } from './xml.js';

/** Deeper tables come as paragraphs: nobody reads a table inside of a table inside of a table. */
const maxTableDepth = 5;
const chartPlace = 'look-once-chart';
const namespaces = {
  'xmlns:a': 'http://schemas.openxmlformats.org/drawingml/2006/main',
  'xmlns:pic': 'http://schemas.openxmlformats.org/drawingml/2006/picture',
  'xmlns:r': 'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
  'xmlns:wp': 'http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing',
} as const;

export class DocxSimplifier {
  /** Relationships of the charts and diagrams that were met, in their order. */
  readonly charts: string[] = [];
  private readonly comments: ReadonlyMap<string, string>;
  private readonly counts = {
    inserted: 0,
    deleted: 0,
    moved: 0,
    comments: 0,
    hidden: 0,
    embedded: 0,
    charts: 0,
    linked: 0,
  };
  private readonly places: XmlElement[] = [];
  private tableDepth = 0;
  /** What stands in boxes of the paragraph that is being read; it comes after it. */
  private boxes: XmlNode[] = [];
  /** Of the fields of the paragraph that is being read, whether their results have begun. */
  private fields: { shows: boolean }[] = [];

  constructor(
    comments: XmlElement | undefined,
    private readonly numbers?: DocxNumbers,
  ) {
    this.comments = new Map(
      (comments ? childElements(comments) : []).map((comment) => {
        const author = comment.attributes['w:author'] ?? '';
        const words = paragraphsIn(comment).join(' ');
        return [comment.attributes['w:id'] ?? '', `[comment${author === '' ? '' : ` by ${author}`}: ${words}]`];
      }),
    );
  }

  /** Changes the tree in place. */
  simplify(root: XmlElement): void {
    root.children = this.all(root.children);
    // What is put in uses these prefixes, which a file may declare farther inside.
    root.attributes = { ...namespaces, ...root.attributes };
  }

  placeCharts(tables: readonly (ChartTable | undefined)[]): void {
    for (const [i, place] of this.places.entries()) {
      const table = tables[i];
      if (table) Object.assign(place, { name: 'w:sdt', children: [element('w:sdtContent', chartBlocks(table))] });
      else {
        this.counts.charts += 1;
        Object.assign(place, paragraph(''));
      }
    }
  }

  notes(): DocumentNote[] {
    const { inserted, deleted, moved, comments, hidden, embedded, charts, linked } = this.counts;
    // Charts of headers and notes have no place to stand in.
    const unplaced = this.places.filter(({ name }) => name === chartPlace).length;
    const notes: (DocumentNote | false)[] = [
      inserted + deleted + moved > 0 && { kind: 'trackedChanges', inserted, deleted, moved },
      comments > 0 && { kind: 'comments', count: comments },
      hidden > 0 && { kind: 'hiddenElements', count: hidden },
      embedded > 0 && { kind: 'objectsNotRead', what: 'embedded', count: embedded },
      charts + unplaced > 0 && { kind: 'objectsNotRead', what: 'charts', count: charts + unplaced },
      linked > 0 && { kind: 'picturesLeftOut', count: linked, reason: 'remote' },
      ...this.headerNotes,
    ];
    return notes.filter((note) => note !== false);
  }

  /** Of headers and footers, by whoever puts them into the body. */
  readonly headerNotes: DocumentNote[] = [];

  private all(nodes: readonly XmlNode[]): XmlNode[] {
    return nodes.flatMap((node) => (isElement(node) ? this.one(node) : [node]));
  }

  private one(node: XmlElement): XmlNode[] {
    switch (node.name) {
      case 'w:del':
        this.counts.deleted += 1;
        return [];
      case 'w:moveFrom':
        this.counts.moved += 1;
        return [];
      case 'w:ins':
        this.counts.inserted += 1;
        return this.all(node.children);
      case 'w:moveTo':
      case 'w:fldSimple':
      case 'w:smartTag':
      case 'w:customXml':
      case 'w:bdo':
      case 'w:dir':
        return this.all(node.children);
      case 'w:sdt':
        return this.control(node);
      case 'm:oMath':
        return [run(`$${latexOf(node)}$`)];
      case 'm:oMathPara':
        return [run(`$$${latexOf(node)}$$`)];
      case 'mc:AlternateContent':
        return this.alternative(node);
      case 'w:p':
        return this.paragraph(node);
      case 'w:r':
        return this.run(node);
      case 'w:tbl':
        return this.table(node);
      case 'w:altChunk':
        this.counts.embedded += 1;
        return [];
      default:
        if (!node.name.endsWith('Pr')) node.children = this.all(node.children);
        return [node];
    }
  }

  private paragraph(node: XmlElement): XmlNode[] {
    const [outerBoxes, outerFields] = [this.boxes, this.fields];
    [this.boxes, this.fields] = [[], []];
    const number = this.numbers?.of(node);
    node.children = this.all(node.children);
    if (number !== undefined) node.children.splice(afterProperties(node), 0, run(numberMark(number)));
    const after = this.boxes;
    [this.boxes, this.fields] = [outerBoxes, outerFields];
    return [node, ...after];
  }

  private run(node: XmlElement): XmlNode[] {
    const properties = child(node, 'w:rPr');
    if (isOn(child(properties, 'w:vanish'))) {
      this.counts.hidden += 1;
      return [];
    }
    node.children = node.children.flatMap((part) => (isElement(part) ? this.runPart(part) : [part]));
    return [node];
  }

  private runPart(part: XmlElement): XmlNode[] {
    switch (part.name) {
      case 'mc:AlternateContent':
        return this.alternative(part, (inner) => this.runPart(inner));
      case 'w:drawing':
      case 'w:pict':
        return this.drawing(part);
      case 'w:object':
        this.counts.embedded += 1;
        return [part];
      case 'w:commentReference': {
        const words = this.comments.get(part.attributes['w:id'] ?? '');
        if (words === undefined) return [];
        this.counts.comments += 1;
        return [text(` ${words}`)];
      }
      case 'm:oMath':
        return [text(`$${latexOf(part)}$`)];
      case 'w:t':
        return this.isInInstruction() ? [] : [part];
      case 'w:fldChar':
        return this.fieldCharacter(part);
      case 'w:cr':
        return [element('w:br', [])];
      case 'w:ptab':
        return [element('w:tab', [])];
      case 'w:sym': {
        const code = parseInt(part.attributes['w:char'] ?? '', 16);
        // Codes for private use are those of the font; mammoth knows the usual fonts.
        return code > 0x1f && code < 0xd800 ? [text(String.fromCharCode(code))] : [part];
      }
      case 'w:ruby':
        return [text(rubyText(part))];
      default:
        return [part];
    }
  }

  /** What a field inside of another's instruction stands for is a step of a calculation, and shown nowhere. */
  private isInInstruction(): boolean {
    return this.fields.slice(0, -1).some(({ shows }) => !shows);
  }

  private fieldCharacter(part: XmlElement): XmlNode[] {
    const type = part.attributes['w:fldCharType'];
    const field = this.fields.at(-1);
    if (type === 'begin') this.fields.push({ shows: false });
    else if (type === 'end') this.fields.pop();
    else if (field) field.shows = true;
    const list = type === 'begin' ? descendants(part, new Set(['w:ddList']))[0] : undefined;
    return list ? [text(chosenOf(list)), part] : [part];
  }

  /** Pictures stay where they are, what stands in boxes comes after the paragraph, charts become tables. */
  private drawing(part: XmlElement): XmlNode[] {
    for (const box of outermost(part, 'w:txbxContent')) {
      this.boxes.push(...this.all(box.children));
      box.children = [];
    }
    for (const { attributes } of descendants(part, new Set(['v:textpath'])))
      this.boxes.push(paragraph(attributes['string'] ?? ''));
    for (const found of descendants(part, new Set(['c:chart', 'dgm:relIds']))) {
      const place = element(chartPlace, []);
      this.charts.push(found.attributes['r:id'] ?? found.attributes['r:dm'] ?? '');
      this.places.push(place);
      this.boxes.push(place);
    }
    if (part.name === 'w:pict') return [part];
    const named = descendants(part, new Set(['wp:docPr']))[0];
    const blips = descendants(part, new Set(['a:blip']));
    const stored = blips.filter(({ attributes }) => attributes['r:embed'] !== undefined);
    this.counts.linked += blips.length - stored.length;
    return stored.map((blip) => pictureOf(blip, named));
  }

  private alternative(node: XmlElement, read = (inner: XmlElement) => this.one(inner)): XmlNode[] {
    const choices = childElements(node);
    const meant = choices.find((choice) => choice.name === 'mc:Choice' && choice.children.length > 0) ?? choices.at(-1);
    return meant ? meant.children.flatMap((inner) => (isElement(inner) ? read(inner) : [inner])) : [];
  }

  private control(node: XmlElement): XmlNode[] {
    const box = child(child(node, 'w:sdtPr'), 'w14:checkbox');
    if (!box) return this.all(child(node, 'w:sdtContent')?.children ?? []);
    const content = child(node, 'w:sdtContent');
    const mark = run(isOn(child(box, 'w14:checked')) ? '[x]' : '[ ]');
    const paragraphs = content ? childElements(content).filter(({ name }) => name === 'w:p') : [];
    return paragraphs.length === 0 ? [mark] : [element('w:p', [mark])];
  }

  private table(node: XmlElement): XmlNode[] {
    if (this.tableDepth >= maxTableDepth) return paragraphsIn(node).map(paragraph);
    this.tableDepth += 1;
    node.children = node.children.filter((row) => !isElement(row) || !this.isDeletedRow(row));
    for (const row of childElements(node)) if (row.name === 'w:tr') padRow(row);
    node.children = this.all(node.children);
    this.tableDepth -= 1;
    return [node];
  }

  private isDeletedRow(row: XmlElement): boolean {
    const deleted = child(child(row, 'w:trPr'), 'w:del') !== undefined;
    if (deleted) this.counts.deleted += 1;
    return deleted;
  }
}

export function paragraph(words: string): XmlElement {
  return element('w:p', words === '' ? [] : [run(words)]);
}

/** The text of every paragraph inside, deleted words left out. */
export function paragraphsIn(node: XmlElement): string[] {
  return descendants(node, new Set(['w:p']))
    .map((one) =>
      descendants(one, new Set(['w:t', 'w:tab', 'w:br', 'm:oMath']))
        .map((part) => (part.name === 'w:t' ? textIn(part) : part.name === 'm:oMath' ? `$${latexOf(part)}$` : ' '))
        .join(''),
    )
    .filter((words) => words.trim() !== '');
}

/** Cells that a row leaves out at its beginning, so that its values stay in their columns. */
function padRow(row: XmlElement): void {
  const before = Number(child(child(row, 'w:trPr'), 'w:gridBefore')?.attributes['w:val'] ?? 0);
  if (!(before > 0 && before <= 100)) return;
  const first = row.children.findIndex((node) => isElement(node) && node.name === 'w:tc');
  if (first === -1) return;
  const properties = element('w:tcPr', [{ name: 'w:gridSpan', attributes: { 'w:val': String(before) }, children: [] }]);
  row.children.splice(first, 0, element('w:tc', [properties, paragraph('')]));
}

function chartBlocks({ title, rows }: ChartTable): XmlElement[] {
  const cells = (row: readonly string[]) => row.map((cell) => element('w:tc', [paragraph(cell)]));
  const table = element(
    'w:tbl',
    rows.map((row) => element('w:tr', cells(row))),
  );
  return [paragraph(title === '' ? 'Chart:' : `Chart: ${title}`), table];
}

/** Base text with its reading behind it, as in HTML's ruby. */
function rubyText(ruby: XmlElement): string {
  const words = (name: string) =>
    descendants(child(ruby, name) ?? element('', []), new Set(['w:t']))
      .map(textIn)
      .join('');
  return `${words('w:rubyBase')}(${words('w:rt')})`;
}

/** What is chosen in a drop-down list of an old form. */
function chosenOf(list: XmlElement): string {
  const entries = childElements(list).filter(({ name }) => name === 'w:listEntry');
  const chosen = child(list, 'w:result') ?? child(list, 'w:default');
  return entries[Number(chosen?.attributes['w:val'] ?? 0)]?.attributes['w:val'] ?? '';
}

function afterProperties(node: XmlElement): number {
  return node.children.findIndex((one) => isElement(one) && one.name === 'w:pPr') + 1;
}

function pictureOf(blip: XmlElement, named: XmlElement | undefined): XmlElement {
  const picture = element('pic:pic', [element('pic:blipFill', [{ ...blip, children: [] }])]);
  const graphic = element('a:graphic', [element('a:graphicData', [picture])]);
  const properties = named ? [{ ...named, children: [] }] : [];
  return element('w:drawing', [element('wp:inline', [...properties, graphic])]);
}

/** Elements of this name that are in no other of it. */
function outermost(node: XmlElement, name: string): XmlElement[] {
  if (node.name === name) return [node];
  return childElements(node).flatMap((one) => outermost(one, name));
}

/** A switch is on when it is there and does not say otherwise. */
function isOn(node: XmlElement | undefined): boolean {
  const value = node?.attributes['w14:val'] ?? node?.attributes['w:val'];
  return node !== undefined && value !== '0' && value !== 'false' && value !== 'off';
}

function run(words: string): XmlElement {
  return element('w:r', [text(words)]);
}

function text(words: string): XmlElement {
  return { name: 'w:t', attributes: { 'xml:space': 'preserve' }, children: [words] };
}

function element(name: string, children: XmlNode[]): XmlElement {
  return { name, attributes: {}, children };
}
