import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import type { DocumentPicture } from '../documentContent.js';
import { pictureMark } from '../pictureMarks.js';
import { markdownTable } from '../web/markdownTable.js';
import type { Archive } from './archive.js';
import { chartTables } from './charts.js';
import { hiddenLines, hiddenSheets, showUncalculated, type HiddenLines } from './openDocumentLines.js';
import { relationshipsOf } from './relationships.js';
import { child, descendants, isElement, parseXml, serialize, textIn, type XmlElement } from './xml.js';

/** What of a workbook the library that reads it does not tell. */
export interface SheetParts {
  readonly pictures: readonly DocumentPicture[];
  /** By the name of the sheet: what lies on it besides cells, as blocks of text: pictures, words of shapes, charts. */
  readonly drawnOn: ReadonlyMap<string, readonly string[]>;
  /** By the name of the sheet: cells such as "B7" whose formula nobody has calculated. */
  readonly uncalculated: ReadonlyMap<string, ReadonlySet<string>>;
  /** By the name of the sheet: rows and columns that are hidden, as far as the library does not tell. */
  readonly hidden: ReadonlyMap<string, HiddenLines>;
  readonly notes: readonly DocumentNote[];
  /** The cells of an OpenDocument file alone: the library takes the words of what lies on a cell for the cell's. */
  readonly cells?: string;
}

export const noParts: SheetParts = {
  pictures: [],
  drawnOn: new Map(),
  uncalculated: new Map(),
  hidden: new Map(),
  notes: [],
};

export async function sheetParts(name: string, archive: Archive): Promise<SheetParts> {
  const [excel, openDocument] = ['xl/workbook.xml', 'content.xml'];
  if (archive.has(excel)) return new ExcelParts(name, archive).read(excel);
  const bytes = await archive.read(openDocument);
  // Nothing of this is in most files: then the library reads the file as it is, which takes a third of the time.
  const isPlain = bytes === undefined || !needsParts.test(bytes.toString('latin1'));
  return isPlain ? noParts : openDocumentParts(parseXml(name, openDocument, bytes), archive);
}

/** What lies on a sheet, a sheet, rows and columns that are hidden, a formula that nobody has calculated. */
const needsParts = new RegExp(
  String.raw`<draw:|\btable:display="false"|\btable:visibility="(?:collapse|filter)"|` +
    String.raw`\btable:formula="[^"]*"(?![^<>]{0,2000}\boffice:(?:string-|date-|time-|boolean-)?value=)`,
);

class ExcelParts {
  private readonly pictures: DocumentPicture[] = [];
  private charts = 0;

  constructor(
    private readonly name: string,
    private readonly archive: Archive,
  ) {}

  async read(workbook: string): Promise<SheetParts> {
    const drawnOn = new Map<string, string[]>();
    const uncalculated = new Map<string, ReadonlySet<string>>();
    const root = await this.parsed(workbook);
    const sheets = await relationshipsOf(this.name, this.archive, workbook);
    for (const { attributes } of root ? descendants(root, new Set(['sheet'])) : []) {
      const part = sheets.get(attributes['r:id'] ?? '')?.target ?? '';
      const title = attributes['name'] ?? '';
      const sheet = await this.archive.read(part);
      if (sheet) uncalculated.set(title, formulasWithoutValues(sheet.toString('utf8')));
      for (const { type, target } of (await relationshipsOf(this.name, this.archive, part)).values())
        if (type.endsWith('/drawing'))
          drawnOn.set(title, [...(drawnOn.get(title) ?? []), ...(await this.drawing(target))]);
    }
    const notes: DocumentNote[] =
      this.charts > 0 ? [{ kind: 'objectsNotRead', what: 'charts', count: this.charts }] : [];
    return { pictures: this.pictures, drawnOn, uncalculated, hidden: new Map(), notes };
  }

  private async drawing(part: string): Promise<string[]> {
    const root = await this.parsed(part);
    const blocks = root ? descendants(root, new Set(['xdr:txBody'])).map(wordsOf) : [];
    const ids = root ? descendants(root, new Set(['c:chart'])).map(({ attributes }) => attributes['r:id'] ?? '') : [];
    for (const chart of await chartTables(this.name, this.archive, part, ids)) {
      if (chart) blocks.push(`Chart: ${chart.title}\n\n${markdownTable(chart.rows)}`);
      else this.charts += 1;
    }
    for (const { type, target } of (await relationshipsOf(this.name, this.archive, part)).values()) {
      const bytes = type.endsWith('/image') ? await this.archive.read(target) : undefined;
      if (bytes) blocks.push(pictureMark(this.pictures.push({ name: fileOf(target), alt: '', bytes }) - 1));
    }
    return blocks.filter((block) => block !== '');
  }

  private async parsed(part: string): Promise<XmlElement | undefined> {
    const bytes = await this.archive.read(part);
    return bytes && parseXml(this.name, part, bytes);
  }
}

/** @param archive undefined for a file of one piece, whose pictures are in it */
export async function openDocumentParts(root: XmlElement, archive: Archive | undefined): Promise<SheetParts> {
  const pictures: DocumentPicture[] = [];
  const drawnOn = new Map<string, string[]>();
  const hidden = new Map<string, HiddenLines>();
  let embedded = 0;
  for (const table of descendants(root, new Set(['table:table']))) {
    const blocks: string[] = [];
    for (const drawn of descendants(table, drawnNames)) {
      if (drawn.name === 'draw:object') embedded += 1;
      else if (drawn.name === 'draw:image') {
        const target = (drawn.attributes['xlink:href'] ?? '').replace(/^\.\//, '');
        const data = child(drawn, 'office:binary-data');
        const picture = data ? Buffer.from(textIn(data), 'base64') : await archive?.read(target);
        if (picture) blocks.push(pictureMark(pictures.push({ name: fileOf(target), alt: '', bytes: picture }) - 1));
      } else blocks.push(wordsOf(drawn));
    }
    const title = table.attributes['table:name'] ?? '';
    hidden.set(title, hiddenLines(table));
    drawnOn.set(
      title,
      blocks.filter((block) => block !== ''),
    );
  }
  const notes: DocumentNote[] = embedded > 0 ? [{ kind: 'objectsNotRead', what: 'embedded', count: embedded }] : [];
  for (const holder of descendants(root, new Set(['table:table', 'table:table-cell'])))
    holder.children = holder.children.filter((node) => isElement(node) && !/^(?:draw:|table:shapes$)/.test(node.name));
  const names = hiddenSheets(root);
  if (names.length > 0) notes.push({ kind: 'hiddenParts', what: 'sheets', names });
  const uncalculated = showUncalculated(root);
  if (uncalculated > 0) notes.push({ kind: 'formulasWithoutValues', count: uncalculated });
  const cells = serialize({ ...root, name: 'office:document' });
  return { pictures, drawnOn, uncalculated: new Map(), hidden, notes, cells };
}

const drawnNames = new Set(['draw:image', 'draw:object', 'draw:text-box', 'draw:custom-shape']);

/** The paragraphs of a shape. */
function wordsOf(shape: XmlElement): string {
  return descendants(shape, new Set(['a:p', 'text:p']))
    .map((one) =>
      (one.name === 'a:p'
        ? descendants(one, new Set(['a:t']))
            .map(textIn)
            .join('')
        : textIn(one)
      ).trim(),
    )
    .filter((words) => words !== '')
    .join('\n');
}

function fileOf(target: string): string {
  return target.split('/').at(-1) ?? '';
}

/** As programs write them that do not calculate: <c r="A1"><f>SUM(B1:B9)</f><v/></c>. */
function formulasWithoutValues(xml: string): ReadonlySet<string> {
  return new Set(Array.from(xml.matchAll(uncalculatedCell), ([, , cell]) => cell ?? ''));
}

const uncalculatedCell = new RegExp(
  String.raw`<(\w+:)?c\b[^>]*\br="([A-Z]{1,3}\d{1,7})"[^>]*>` +
    String.raw`<\1?f\b[^>]*(?:/>|>[^<]*</\1?f>)\s*(?:<\1?v\s*/>|<\1?v></\1?v>)?\s*</\1?c>`,
  'g',
);
