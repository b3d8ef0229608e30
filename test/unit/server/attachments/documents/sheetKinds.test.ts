import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utils, write, type BookType, type WorkSheet } from '@e965/xlsx';
import { readCsv, readSheets } from '../../../../../backend-native/server/attachments/documents/office/sheets.js';
import { pictureMark } from '../../../../../backend-native/server/attachments/documents/pictureMarks.js';
import { documentFormat } from '../../../../../backend-native/server/attachments/formats.js';
import { odf, odfStyles, relationships, row, xlsx } from '../../../../fixtures/documents/office.js';
import { png, solid } from '../../../../fixtures/images.js';

const square = png(solid(30, 30, [1, 2, 3]));

/** The rows of the only table, cell by cell. */
function cellsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.slice(2, -2).split(' | '));
}

function csv(text: string): string[][] {
  return cellsOf(readCsv('a.csv', Buffer.from(text)).pages[0]?.text ?? '');
}

test('numbers_without_a_format_are_whole_and_those_with_one_as_shown', async () => {
  const cells: WorkSheet = {
    '!ref': 'A1:G1',
    'A1': { t: 'n', v: 4006381333931 },
    'B1': { t: 'n', v: 0.1234567890123 },
    'C1': { t: 'n', v: 0.1 + 0.2 },
    'D1': { t: 'n', v: 46024, z: 'm/d/yy' },
    'E1': { t: 'n', v: 46024.5, z: 'dd\\.mm\\.yyyy hh:mm' },
    'F1': { t: 'n', v: 0.125, z: '0.0%' },
    'G1': { t: 'n', v: 1.5, z: '[h]:mm' },
  };
  const book = utils.book_new();
  utils.book_append_sheet(book, cells, 'S');
  for (const bookType of ['xlsx', 'xlsb', 'xls'] satisfies BookType[]) {
    const { pages } = await readSheets(`a.${bookType}`, write(book, { type: 'buffer', bookType }) as Buffer);
    const expected = ['4006381333931', '0.1234567890123', '0.3', '2026-01-02', '02.01.2026 12:00', '12.5%', '36:00'];
    assert.deepEqual(cellsOf(pages[0]?.text ?? ''), [expected], bookType);
  }
});

test('a_workbook_of_one_xml_file_is_read', async () => {
  const book = utils.book_new();
  utils.book_append_sheet(book, { '!ref': 'A1:B1', 'A1': { t: 's', v: 'x' }, 'B1': { t: 'n', v: 7 } }, 'S');
  const bytes = Buffer.from(write(book, { type: 'string', bookType: 'xlml' }) as string);
  assert.equal(await documentFormat('a.xls', bytes), 'xlsx');
  assert.deepEqual(cellsOf((await readSheets('a.xls', bytes)).pages[0]?.text ?? ''), [['x', '7']]);
});

test('a_date_that_is_written_out_is_a_date', async () => {
  const cell = (at: string, date: string) => `<c r="${at}1" t="d"><v>${date}</v></c>`;
  const rows = `<row r="1">${cell('A', '2026-01-02T00:00:00')}${cell('B', '2026-01-02T12:30:00')}</row>`;
  const { pages } = await readSheets('a.xlsx', xlsx({ S: { rows } }));
  assert.deepEqual(cellsOf(pages[0]?.text ?? ''), [['2026-01-02', '2026-01-02 12:30:00']]);
});

test('hidden_rows_and_columns_with_something_in_them_are_read_and_said', async () => {
  const sheet = utils.aoa_to_sheet([
    ['a', 'b', undefined, 'd'],
    ['e', 'f', undefined, 'h'],
    ['i', 'j', undefined, 'l'],
  ]);
  sheet['!rows'] = [{}, { hidden: true }, {}, { hidden: true }];
  sheet['!cols'] = [{}, { hidden: true }, { hidden: true }, { hidden: true }];
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, 'S');
  for (const bookType of ['xlsx', 'xlsb'] satisfies BookType[]) {
    const bytes = write(book, { type: 'buffer', bookType }) as Buffer;
    const { pages, notes } = await readSheets(`a.${bookType}`, bytes);
    assert.deepEqual(cellsOf(pages[0]?.text ?? '')[1], ['e', 'f', 'h'], bookType);
    assert.deepEqual(notes, [{ kind: 'hiddenCells', rows: 1, columns: 2, sheets: ['S'] }], bookType);
  }
});

test('hidden_rows_and_columns_of_an_open_document_are_read_and_said', async () => {
  const cell = (text: string) =>
    `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
  const line = (cells: string, more = '') => `<table:table-row${more}>${cells}</table:table-row>`;
  const hidden = ' table:visibility="collapse"';
  const body =
    '<table:table table:name="S"><table:table-header-columns><table:table-column/></table:table-header-columns>' +
    `<table:table-column table:number-columns-repeated="2"${hidden}/>` +
    `<table:table-header-rows>${line(cell('a') + cell('b'))}</table:table-header-rows>` +
    `<table:table-row-group>${line(cell('c') + cell('d'), hidden)}</table:table-row-group>` +
    line(cell('e'), ' table:visibility="filter"') +
    `${line('<table:table-cell/>', `${hidden} table:number-rows-repeated="1048000"`)}</table:table>`;
  const { pages, notes } = await readSheets('a.ods', odf('spreadsheet', body, [odfStyles('')]));
  assert.deepEqual(cellsOf(pages[0]?.text ?? ''), [
    ['a', 'b'],
    ['c', 'd'],
    ['e', ''],
  ]);
  assert.deepEqual(notes, [{ kind: 'hiddenCells', rows: 2, columns: 1, sheets: ['S'] }]);
});

test('a_hidden_sheet_of_an_open_document_is_read_and_said', async () => {
  const style = '<style:style style:name="t2" style:family="table"><style:table-properties table:display="false"/>';
  const sheet = (name: string, look: string) =>
    `<table:table table:name="${name}" table:style-name="${look}"><table:table-row><table:table-cell ` +
    `office:value-type="string"><text:p>in ${name}</text:p></table:table-cell></table:table-row></table:table>`;
  const open = odf('spreadsheet', `${style}</style:style>${sheet('Shown', 't1')}${sheet('Secret', 't2')}`, [
    odfStyles(''),
  ]);
  const { pages, notes } = await readSheets('a.ods', open);
  assert.deepEqual(cellsOf(pages[1]?.text ?? ''), [['in Secret']]);
  assert.deepEqual(notes, [{ kind: 'hiddenParts', what: 'sheets', names: ['Secret'] }]);
});

test('formulas_of_an_open_document_that_nobody_has_calculated_are_read_as_they_are', async () => {
  const cell = (formula: string, value = '', words = '') =>
    `<table:table-cell table:formula="${formula}" ${value}>${words}</table:table-cell>`;
  const cells =
    cell('of:=SUM([.A2:.B9];[$Other.C1])') +
    cell('of:=[.A1]&gt;2', 'office:value-type="float"') +
    cell('of:=2*2', 'office:value-type="float" office:value="4"', '<text:p>4</text:p>') +
    cell('of:=&quot;x&quot;', 'office:value-type="string"', '<text:p>x</text:p>');
  const body = `<table:table table:name="S"><table:table-row>${cells}</table:table-row></table:table>`;
  const { pages, notes } = await readSheets('a.ods', odf('spreadsheet', body, [odfStyles('')]));
  assert.deepEqual(cellsOf(pages[0]?.text ?? ''), [['=SUM(A2:B9;$Other.C1)', '=A1>2', '4', 'x']]);
  assert.deepEqual(notes, [{ kind: 'formulasWithoutValues', count: 2 }]);
});

test('words_and_charts_that_lie_on_a_sheet_are_read', async () => {
  const c = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"';
  const { pages } = await readSheets(
    'a.xlsx',
    xlsx({ S: { rows: row(1, ['x']) } }, [
      relationships('xl/worksheets/sheet1.xml', { d: ['drawing', '../drawings/drawing1.xml'] }),
      relationships('xl/drawings/drawing1.xml', { c: ['chart', '../charts/chart1.xml'] }),
      {
        name: 'xl/drawings/drawing1.xml',
        content:
          `<xdr:wsDr xmlns:xdr="xdr" xmlns:a="a" xmlns:r="r" ${c}><xdr:sp><xdr:txBody><a:p><a:r><a:t>Check this</a:t>` +
          '</a:r></a:p></xdr:txBody></xdr:sp><c:chart r:id="c"/></xdr:wsDr>',
      },
      {
        name: 'xl/charts/chart1.xml',
        content:
          `<c:chartSpace ${c} xmlns:a="a"><c:title><a:t>Sales</a:t></c:title><c:ser><c:val><c:pt idx="0"><c:v>5</c:v>` +
          '</c:pt></c:val></c:ser></c:chartSpace>',
      },
    ]),
  );
  assert.equal(pages[0]?.text, '| x |\n| --- |\n\nCheck this\n\nChart: Sales\n\n|  |  |\n| --- | --- |\n| 1 | 5 |');
});

test('what_lies_on_a_cell_of_opendocument_is_read_and_takes_no_words_from_it', async () => {
  const frame = '<draw:frame><draw:image xlink:href="Pictures/a.png"/></draw:frame>';
  const shape = '<draw:custom-shape><text:p>a shape</text:p></draw:custom-shape>';
  const body =
    `<table:table table:name="S"><table:shapes>${shape}</table:shapes><table:table-row><table:table-cell ` +
    `office:value-type="string"><text:p>first</text:p>${frame}</table:table-cell><table:table-cell ` +
    'office:value-type="percentage" office:value="0.125"><text:p>12.5%</text:p></table:table-cell></table:table-row>' +
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024">\n' +
    '</table:table-cell></table:table-row></table:table>';
  const { pages, pictures } = await readSheets(
    'a.ods',
    odf('spreadsheet', body, [odfStyles(''), { name: 'Pictures/a.png', content: square }]),
  );
  assert.equal(pages[0]?.text, `| first | 12.5% |\n| --- | --- |\n\na shape\n\n${pictureMark(0)}`);
  assert.equal(pictures.length, 1);
});

test('a_table_is_no_other_format_by_how_it_begins', () => {
  for (const first of ['TABLE', '<b>x</b>', 'ID', '{"a":1}', 'PK', 'sep'])
    assert.deepEqual(
      csv(`${first},b\n1,2\n`),
      [
        [first, 'b'],
        ['1', '2'],
      ],
      first,
    );
});

test('values_are_separated_by_what_all_lines_have_in_common', () => {
  assert.deepEqual(csv('name;price\n"Milk";1,20\nA, B and C, all;3,1\n'), [
    ['name', 'price'],
    ['Milk', '1,20'],
    ['A, B and C, all', '3,1'],
  ]);
  assert.deepEqual(csv('1,5;2,5\n3,5;4,5\n')[0], ['1,5', '2,5']);
  assert.deepEqual(csv('a\tb\nx, y, z\t1\n')[1], ['x, y, z', '1']);
  assert.deepEqual(csv('id,text\n1,"a; b; c"\n2,x;y\n')[1], ['1', 'a; b; c']);
  assert.deepEqual(csv('a^b\n1^2\n')[1], ['1', '2']);
  assert.deepEqual(csv('sep=;\na;b\n1;2\n'), [
    ['a', 'b'],
    ['1', '2'],
  ]);
});

test('lines_of_a_table_that_were_left_out_are_said', () => {
  const { notes } = readCsv('a.csv', Buffer.from(`a,b\n${'1,"2\n3"\n'.repeat(200_010)}`));
  assert.deepEqual(notes, [{ kind: 'rowsLeftOut', sheet: 'Sheet1', rows: 200_000, of: 200_011 }]);
});
