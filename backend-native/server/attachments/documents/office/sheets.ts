import { read as readWorkbook, utils, type CellObject, type WorkBook, type WorkSheet } from '@e965/xlsx';
import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import type { DocumentContent, DocumentPage } from '../documentContent.js';
import { withoutSigns } from '../pictureMarks.js';
import { decodeText } from '../text/decodeText.js';
import { markdownTable } from '../web/markdownTable.js';
import { Archive } from './archive.js';
import { countIn, type HiddenLines } from './openDocumentLines.js';
import { linesOf, separatorOf } from './separatedValues.js';
import { noParts, openDocumentParts, sheetParts, type SheetParts } from './sheetParts.js';
import { parseXml } from './xml.js';
import { damagedFile } from '../../damagedFile.js';

/** Rows of one sheet; Excel itself has room for a million. */
const maxRows = 200_000;
/** Tables with fewer values than this share of their places are lists of cells. */
const leastFilled = 0.05;

/** A workbook of Excel (xlsx, xlsb, xls) or OpenDocument, sheet by sheet as tables of what the cells show. */
export async function readSheets(name: string, bytes: Buffer): Promise<DocumentContent> {
  let parts = noParts;
  if (bytes.toString('latin1', 0, 2) === 'PK') {
    const archive = await Archive.open(name, bytes);
    // The library unpacks by itself, without limits.
    await archive.check();
    parts = await sheetParts(name, archive);
  } else if (isFlat(bytes)) parts = await openDocumentParts(parseXml(name, name, bytes), undefined);
  return contentOf(
    name,
    parsed(name, () =>
      parts.cells === undefined
        ? readWorkbook(bytes, { ...options, type: 'buffer' })
        : readWorkbook(parts.cells, { ...options, type: 'string' }),
    ),
    parts,
  );
}

/** OpenDocument in one piece. */
function isFlat(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 2000).includes('<office:document');
}

/**
 * Values separated by commas, semicolons or tabs, as one table. Nothing is taken for a number or a date: "007" stays.
 */
export function readCsv(name: string, bytes: Buffer): DocumentContent {
  const { text, encoding, guessed } = decodeText(name, bytes);
  const { separator, rows } = separatorOf(text);
  // Said in words of its own, so that no text is taken for another format by how it begins.
  const marked = `sep=${separator}\n${withoutSigns(rows)}`;
  const book = parsed(name, () => readWorkbook(marked, { ...options, type: 'string', raw: true }));
  const { pages, notes } = contentOf(name, book, noParts);
  return {
    unit: 'whole',
    count: 1,
    pages: [{ page: 0, text: pages[0]?.text ?? '' }],
    notes: [
      ...(guessed ? [{ kind: 'encodingGuessed' as const, encoding }] : []),
      ...notes,
      ...linesLeftOut(book, rows),
    ],
    pictures: [],
    encoding,
  };
}

const options = {
  dense: true,
  sheetRows: maxRows,
  cellHTML: false,
  cellFormula: true,
  // A formula that nobody has calculated yet has no value.
  sheetStubs: true,
  // Dates as everybody reads them, not as an American does.
  dateNF: 'yyyy-mm-dd',
  UTC: true,
  cellDates: true,
  // Whether a number has a format.
  cellNF: true,
  // Whether a row or column is hidden.
  cellStyles: true,
} as const;

function parsed(name: string, work: () => WorkBook): WorkBook {
  try {
    return work();
  } catch (error) {
    // SheetJS throws plain errors: its words are all that tells this one from damage.
    const reason = error instanceof Error ? error.message : String(error);
    if (/\bpassword[- ]protected|encrypted file/i.test(reason))
      throw new BackendError('encrypted_document', { kind: 'password', file: name });
    throw damagedFile('corrupt_document', name, 'workbook', error);
  }
}

function contentOf(name: string, book: WorkBook, parts: SheetParts): DocumentContent {
  const isOpenDocument = book.bookType === 'ods' || book.bookType === 'fods';
  const counts: Counts = { formulas: 0, comments: 0, rows: 0, columns: 0, hiddenOn: [], isOpenDocument };
  const cut: DocumentNote[] = [];
  const pages = book.SheetNames.map((title, i): DocumentPage => {
    const sheet = book.Sheets[title];
    const drawn = parts.drawnOn.get(title) ?? [];
    const table = sheet ? tableOf(title, sheet, parts, counts) : '';
    if (sheet) cut.push(...rowsLeftOut(title, sheet));
    return { page: i + 1, title, text: [table, ...drawn].filter((part) => part !== '').join('\n\n') };
  });
  if (pages.every(({ text }) => text === '')) throw new BackendError('file_empty', { kind: 'noCells', file: name });
  const hidden = (book.Workbook?.Sheets ?? []).flatMap(({ Hidden, name: title }) => (Hidden ? [title ?? ''] : []));
  const notes: (DocumentNote | false)[] = [
    ...cut,
    hidden.length > 0 && { kind: 'hiddenParts', what: 'sheets', names: hidden },
    counts.hiddenOn.length > 0 && {
      kind: 'hiddenCells',
      rows: counts.rows,
      columns: counts.columns,
      sheets: counts.hiddenOn,
    },
    counts.formulas > 0 && { kind: 'formulasWithoutValues', count: counts.formulas },
    counts.comments > 0 && { kind: 'comments', count: counts.comments },
    ...parts.notes,
  ];
  return {
    unit: 'sheet',
    count: pages.length,
    pages,
    notes: notes.filter((note) => note !== false),
    pictures: parts.pictures,
  };
}

interface Value {
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

interface Counts {
  formulas: number;
  comments: number;
  /** That are hidden, with something in them, and the sheets that they are on. */
  rows: number;
  columns: number;
  readonly hiddenOn: string[];
  readonly isOpenDocument: boolean;
}

function tableOf(title: string, sheet: WorkSheet, parts: SheetParts, counts: Counts): string {
  const values = valuesOf(sheet, parts.uncalculated.get(title), counts);
  const rows = numbered(values.map(({ row }) => row));
  const columns = numbered(values.map(({ column }) => column));
  countHidden(title, sheet, parts.hidden.get(title), { rows: [...rows.keys()], columns: [...columns.keys()] }, counts);
  if (rows.size * columns.size > 10_000 && values.length < leastFilled * rows.size * columns.size)
    return values.map(({ row, column, text }) => `${utils.encode_cell({ r: row, c: column })}: ${text}`).join('\n');
  const grid: string[][] = Array.from({ length: rows.size }, () => []);
  for (const { row, column, text } of values) {
    const line = grid[rows.get(row) ?? 0];
    if (line) line[columns.get(column) ?? 0] = text;
  }
  return markdownTable(grid);
}

/** @param used those with something in them, ascending */
function countHidden(
  title: string,
  sheet: WorkSheet,
  known: HiddenLines | undefined,
  used: { readonly rows: readonly number[]; readonly columns: readonly number[] },
  counts: Counts,
): void {
  const [lines, columns] = [sheet['!rows'] ?? [], sheet['!cols'] ?? []];
  const hidden = {
    rows: known ? countIn(used.rows, known.rows) : used.rows.filter((row) => lines[row]?.hidden).length,
    columns: known ? countIn(used.columns, known.columns) : used.columns.filter((at) => columns[at]?.hidden).length,
  };
  counts.rows += hidden.rows;
  counts.columns += hidden.columns;
  if (hidden.rows + hidden.columns > 0) counts.hiddenOn.push(title);
}

/** What a cell shows. Empty rows and columns are no part of a table. */
function valuesOf(sheet: WorkSheet, uncalculated: ReadonlySet<string> | undefined, counts: Counts): Value[] {
  const values: Value[] = [];
  const lines = (sheet['!data'] ?? []) as readonly (readonly (CellObject | undefined)[] | undefined)[];
  for (const [row, cells] of Object.entries(lines)) {
    for (const [column, cell] of Object.entries(cells ?? [])) {
      if (!cell) continue;
      const place = { r: Number(row), c: Number(column) };
      const missing =
        cell.f !== undefined && (cell.v === undefined || uncalculated?.has(utils.encode_cell(place)) === true);
      if (missing) counts.formulas += 1;
      const text = withoutSigns(textOf(cell, missing, counts));
      if (text !== '') values.push({ row: place.r, column: place.c, text });
    }
  }
  return values;
}

function textOf(cell: CellObject, missing: boolean, counts: Counts): string {
  const value = shown(cell, counts.isOpenDocument).trim();
  const remarks = (cell.c ?? []).map(({ a, t }) => `[comment${a ? ` by ${a}` : ''}: ${t}]`);
  counts.comments += remarks.length;
  return [missing ? `=${cell.f ?? ''}` : value, ...remarks].filter((part) => part !== '').join(' ');
}

/** The library does not say how many lines it left. */
function linesLeftOut(book: WorkBook, text: string): DocumentNote[] {
  const sheet = book.SheetNames[0] ?? '';
  const read = (book.Sheets[sheet]?.['!data'] ?? []).length;
  const of = read < maxRows ? read : linesOf(text);
  return of > read ? [{ kind: 'rowsLeftOut', sheet, rows: read, of }] : [];
}

/**
 * What Excel shows, but for what it shortens: 4006381333931 is 4.00638E+12 where a number has no format of its own.
 * OpenDocument holds what is shown.
 */
function shown({ t, v, w, z }: CellObject, isOpenDocument: boolean): string {
  if (w !== undefined && isOpenDocument) return w;
  const plain = z === undefined || z === 'General';
  if (t === 'n' && typeof v === 'number' && plain) return String(Number(v.toPrecision(15)));
  if (v instanceof Date && plain)
    return v
      .toISOString()
      .replace(/T00:00:00.000Z$|\.000Z$/, '')
      .replace('T', ' ');
  return w ?? (v === undefined ? '' : String(v));
}

function rowsLeftOut(title: string, sheet: WorkSheet): DocumentNote[] {
  const whole = sheet['!fullref'] as string | undefined;
  if (whole === undefined || whole === sheet['!ref']) return [];
  const of = utils.decode_range(whole).e.r + 1;
  return of > maxRows ? [{ kind: 'rowsLeftOut', sheet: title, rows: maxRows, of }] : [];
}

/** Each number once, in order, with its place. */
function numbered(values: readonly number[]): Map<number, number> {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  return new Map(sorted.map((value, place) => [value, place]));
}
