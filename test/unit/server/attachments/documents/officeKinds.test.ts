import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  readOdp,
  readOdt,
} from '../../../../../backend-native/server/attachments/documents/office/openDocumentFile.js';
import { readCsv, readSheets } from '../../../../../backend-native/server/attachments/documents/office/sheets.js';
import { readSlides } from '../../../../../backend-native/server/attachments/documents/office/slides.js';
import { pictureMark } from '../../../../../backend-native/server/attachments/documents/pictureMarks.js';
import { readEpub } from '../../../../../backend-native/server/attachments/documents/web/epub.js';
import { documentFormat } from '../../../../../backend-native/server/attachments/formats.js';
import { failsWith } from '../../../../failsWith.js';
import { epub, odf, odfStyles, pptx, relationships, row, shape, xlsx } from '../../../../fixtures/documents/office.js';
import { png, solid } from '../../../../fixtures/images.js';

const nobody = () => undefined;
const square = png(solid(30, 30, [1, 2, 3]));

test('a_workbook_is_a_table_for_every_sheet', async () => {
  const bytes = xlsx({
    Ports: {
      rows: row(2, [undefined, 'Name', 'Port']) + row(3, [undefined, 'a|b', 8123]) + row(5, [undefined, 'last', 1.5]),
    },
    Secret: { rows: row(1, ['x']), hidden: true },
  });
  assert.equal(await documentFormat('a.bin', bytes), 'xlsx');
  const { pages, notes, unit } = await readSheets('a.xlsx', bytes);
  assert.equal(unit, 'sheet');
  assert.deepEqual(
    pages.map(({ page, title, text }) => [page, title, text]),
    [
      [1, 'Ports', '| Name | Port |\n| --- | --- |\n| a\\|b | 8123 |\n| last | 1.5 |'],
      [2, 'Secret', '| x |\n| --- |'],
    ],
  );
  assert.deepEqual(notes, [{ kind: 'hiddenParts', what: 'sheets', names: ['Secret'] }]);
});

test('a_formula_without_a_value_is_shown_and_said', async () => {
  const cells = '<row r="1"><c r="A1"><f>SUM(B1:B9)</f></c><c r="B1"><f>1+1</f><v>2</v></c></row>';
  const { pages, notes } = await readSheets('a.xlsx', xlsx({ S: { rows: cells } }));
  assert.equal(pages[0]?.text, '| =SUM(B1:B9) | 2 |\n| --- | --- |');
  assert.deepEqual(notes, [{ kind: 'formulasWithoutValues', count: 1 }]);
});

test('cells_far_apart_are_a_list_and_not_a_desert', async () => {
  const rows = Array.from(
    { length: 300 },
    (_, i) => `<row r="${i + 1}"><c r="${column(i)}${i + 1}"><v>${i}</v></c></row>`,
  );
  const { pages } = await readSheets('a.xlsx', xlsx({ S: { rows: rows.join('') } }));
  assert.match(pages[0]?.text ?? '', /^A1: 0\nB2: 1\n/);
  assert.ok((pages[0]?.text.length ?? 0) < 10_000);
});

function column(index: number): string {
  return (index >= 26 ? column(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));
}

test('pictures_lie_under_the_table_of_their_sheet', async () => {
  const { pages, pictures } = await readSheets(
    'a.xlsx',
    xlsx({ S: { rows: row(1, ['x']) } }, [
      relationships('xl/worksheets/sheet1.xml', { rId1: ['drawing', '../drawings/drawing1.xml'] }),
      relationships('xl/drawings/drawing1.xml', { rId1: ['image', '../media/image1.png'] }),
      { name: 'xl/drawings/drawing1.xml', content: '<x/>' },
      { name: 'xl/media/image1.png', content: square },
    ]),
  );
  assert.equal(pages[0]?.text, `| x |\n| --- |\n\n${pictureMark(0)}`);
  assert.deepEqual(Buffer.from(pictures[0]?.bytes ?? []), square);
});

test('a_workbook_without_a_value_is_empty', async () => {
  await assert.rejects(async () => readSheets('a.xlsx', xlsx({ S: { rows: '' } })), failsWith('file_empty'));
});

test('csv_is_a_table_and_its_values_are_left_as_they_are', () => {
  const { pages } = readCsv('a.csv', Buffer.from('id;when;note\n007;1/2/2026;"a;b\nc"\n'));
  assert.equal(pages[0]?.text, '| id | when | note |\n| --- | --- | --- |\n| 007 | 1/2/2026 | a;b c |');
});

test('slides_have_titles_texts_tables_notes_and_pictures', async () => {
  const cell = (text: string) => `<a:tc><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`;
  const table = `<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr>${cell('k')}${cell('v')}</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;
  const picture =
    '<p:pic><p:nvPicPr><p:cNvPr id="4" descr="a logo"/></p:nvPicPr><p:blipFill><a:blip ' +
    'r:embed="rId9"/></p:blipFill></p:pic>';
  const bytes = pptx(
    [
      {
        shapes:
          shape('body text') + shape('Status', 'title') + `<p:grpSp>${shape('grouped')}</p:grpSp>` + table + picture,
      },
      { shapes: shape('backup'), hidden: true },
    ],
    [
      relationships('ppt/slides/slide1.xml', {
        rId9: ['image', '../media/logo.png'],
        rId8: ['notesSlide', '../notesSlides/n1.xml'],
      }),
      { name: 'ppt/media/logo.png', content: square },
      {
        name: 'ppt/notesSlides/n1.xml',
        content:
          '<p:notes xmlns:p="p" ' +
          `xmlns:a="a"><p:cSld><p:spTree>${shape('speak slowly', 'body')}</p:spTree></p:cSld></p:notes>`,
      },
    ],
  );
  assert.equal(await documentFormat('a', bytes), 'pptx');
  const { pages, notes, pictures } = await readSlides('a.pptx', bytes, nobody);
  assert.deepEqual(
    pages.map(({ text, title }) => [title, text]),
    [
      [
        'Status',
        `# Status\n\nbody text\n\ngrouped\n\n| k | v |\n| --- | --- |\n\n${pictureMark(0)}\n\nSpeaker notes: ` +
          'speak slowly',
      ],
      [undefined, 'backup'],
    ],
  );
  assert.deepEqual(notes, [{ kind: 'hiddenParts', what: 'slides', names: ['2'] }]);
  assert.equal(pictures[0]?.alt, 'a logo');
});

test('what_slides_show_of_their_masters_is_read_once_and_what_placeholders_ask_for_is_not', async () => {
  const part = (kind: string, shapes: string, more = '') => ({
    name: `ppt/${kind}s/${kind}1.xml`,
    content: `<p:x xmlns:p="p" xmlns:a="a" xmlns:r="r"${more}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:x>`,
  });
  const slides = ['one', 'two'].map((text) => ({ shapes: shape(text) + shape('ACME 2026', 'ftr') }));
  const read = (showMaster = '') =>
    readSlides(
      'a.pptx',
      pptx(slides, [
        ...[1, 2].map((n) =>
          relationships(`ppt/slides/slide${n}.xml`, { l: ['slideLayout', '../slideLayouts/slideLayout1.xml'] }),
        ),
        relationships('ppt/slideLayouts/slideLayout1.xml', { m: ['slideMaster', '../slideMasters/slideMaster1.xml'] }),
        part('slideLayout', shape('Click to add title', 'title') + shape('Draft'), showMaster),
        part(
          'slideMaster',
          `${shape('Footer', 'ftr')}<p:grpSp>${shape('Confidential')}</p:grpSp>${shape('\u2039#\u203a')}` +
            '<p:pic><p:blipFill><a:blip r:embed="x"/></p:blipFill></p:pic>',
        ),
      ]),
      nobody,
    );
  const { pages, notes } = await read();
  assert.deepEqual(
    pages.map(({ text }) => text),
    ['one\n\nACME 2026\n\nSlide master: Draft\n\nSlide master: Confidential', 'two'],
  );
  assert.deepEqual(notes, [{ kind: 'picturesLeftOut', count: 1, reason: 'master' }]);
  const without = await read(' showMasterSp="0"');
  assert.equal(without.pages[0]?.text, 'one\n\nACME 2026\n\nSlide master: Draft');
});

test('an_opendocument_text_loses_nothing', async () => {
  const bytes = odf(
    'text',
    `<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes>
     <office:forms><form:form><form:checkbox form:id="c1" form:current-state="checked" form:label="agreed"/></form:form></office:forms>
     <text:h text:outline-level="2">Part</text:h>
     <text:p>a<text:s text:c="2"/>b<text:note><text:note-body><text:p>small print</text:p></text:note-body></text:note><office:annotation><dc:creator>Ada</dc:creator><text:p>really?</text:p></office:annotation></text:p>
     <text:list><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>inner</text:p></text:list-item></text:list></text:list-item></text:list>
     <table:table><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>wide</text:p></table:table-cell><table:covered-table-cell/><table:table-cell><text:p>C</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell><table:table-cell><text:p>y</text:p></table:table-cell></table:table-row></table:table>
     <text:p><draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame></text:p>
     <text:p><draw:frame><draw:image xlink:href="Pictures/1.png"/><svg:desc>a square</svg:desc></draw:frame></text:p>
     <text:p><draw:control draw:control="c1"/></text:p>`,
    [
      { name: 'Pictures/1.png', content: square },
      odfStyles(
        '<style:header><text:p>Top</text:p></style:header><style:footer><text:p>Bottom</text:p></style:footer>',
      ),
    ],
  );
  assert.equal(await documentFormat('a', bytes), 'odt');
  const { pages, notes, pictures } = await readOdt('a.odt', bytes);
  assert.equal(
    pages[0]?.text,
    'Header: Top\n\n## Part\n\na  b [note: small print] [comment by Ada: really?]\n\n- one\n  - inner\n\n| ' +
      `wide |  | C |\n| --- | --- | --- |\n| x | x | y |\n\nboxed\n\n${pictureMark(0)}\n\n[x] agreed\n\nFooter: ` +
      'Bottom',
  );
  assert.deepEqual(notes, [
    { kind: 'trackedChanges', inserted: 0, deleted: 1, moved: 0 },
    { kind: 'comments', count: 1 },
  ]);
  assert.equal(pictures[0]?.alt, 'a square');
});

test('an_opendocument_presentation_has_slides_with_notes', async () => {
  const frame = (text: string, kind: string) =>
    `<draw:frame presentation:class="${kind}"><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame>`;
  const bytes = odf(
    'presentation',
    `<draw:page>${frame('Hello', 'title')}${frame(
      'world',
      'outline',
    )}<presentation:notes>${frame('softly', 'notes')}</presentation:notes></draw:page>`,
  );
  assert.equal(await documentFormat('a', bytes), 'odp');
  const { pages } = await readOdp('a.odp', bytes);
  assert.deepEqual(pages, [{ page: 1, title: 'Hello', text: 'Hello\n\nworld\n\nSpeaker notes: softly' }]);
});

test('an_opendocument_spreadsheet_is_a_table', async () => {
  const cell = (text: string) =>
    `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
  const bytes = odf(
    'spreadsheet',
    `<table:table table:name="S"><table:table-row>${cell('a')}${cell('b')}</table:table-row></table:table>`,
    [odfStyles('')],
  );
  assert.equal(await documentFormat('a', bytes), 'ods');
  const { pages } = await readSheets('a.ods', bytes);
  assert.deepEqual([pages[0]?.title, pages[0]?.text], ['S', '| a | b |\n| --- | --- |']);
});

test('a_file_of_one_piece_is_told_by_its_root', async () => {
  const flat = Buffer.from(
    '<?xml version="1.0"?>\n<office:document xmlns:office="o" xmlns:text="t" ' +
      'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p>flat</text:p></office:text></office:body></office:document>',
  );
  assert.equal(await documentFormat('a.fodt', flat), 'odt');
  assert.equal((await readOdt('a.fodt', flat)).pages[0]?.text, 'flat');
});

test('a_book_is_read_section_by_section_with_its_pictures', async () => {
  const bytes = epub(
    ['<h1>One</h1><p>first <img src="../img/a.png" alt="map"/></p>', '<h2>Two</h2><p>second</p>'],
    [{ name: 'OEBPS/img/a.png', content: square }],
  );
  assert.equal(await documentFormat('a', bytes), 'epub');
  const { pages, pictures } = await readEpub('a.epub', bytes, nobody);
  assert.deepEqual(pages, [
    { page: 1, title: 'One', text: `# One\n\nfirst ${pictureMark(0)}` },
    { page: 2, title: 'Two', text: '## Two\n\nsecond' },
  ]);
  assert.deepEqual([pictures[0]?.name, pictures[0]?.alt], ['a.png', 'map']);
});
