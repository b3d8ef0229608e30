import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackendError } from '../../../../../backend-native/protocol/errors.js';
import { openDocument } from '../../../../../backend-native/server/attachments/documents/openDocument.js';
import { docx, paragraph } from '../../../../fixtures/documents/docx.js';
import { epub, odf, odfStyles, pptx, relationships, row, shape, xlsx } from '../../../../fixtures/documents/office.js';

const never = new AbortController().signal;
/** Far above what reading takes, far below what would be noticed as hanging: the machine may be busy. */
const mostMs = 240_000;
const mostBytes = 1200 * 2 ** 20;

/** @returns the code of the refusal, or how many characters were read */
async function outcome(name: string, bytes: Buffer): Promise<string | number> {
  const [rss, start] = [process.memoryUsage.rss(), performance.now()];
  const result = await openDocument({ name, base64: bytes.toString('base64') }, { signal: never }).then(
    (document) => document?.pages.reduce((sum, { text }) => sum + text.length, 0) ?? 0,
    (error: unknown) => {
      assert.ok(error instanceof BackendError, String(error));
      return error.code;
    },
  );
  assert.ok(performance.now() - start < mostMs, 'slow');
  assert.ok(process.memoryUsage.rss() - rss < mostBytes, 'hungry');
  return result;
}

const bomb = Buffer.alloc(90 * 2 ** 20, ' ');

test('zip_bombs_are_refused_in_every_zipped_format', async () => {
  const bombs: Readonly<Record<string, Buffer>> = {
    'a.docx': docx(paragraph('x'), [{ name: 'word/footnotes.xml', content: bomb }]),
    'a.xlsx': xlsx({ S: { rows: row(1, ['x']) } }, [
      { name: 'xl/sharedStrings.xml', content: bomb },
      { name: 'xl/other.xml', content: bomb },
    ]),
    'a.pptx': pptx(
      [{ shapes: shape('x') }],
      [
        relationships('ppt/slides/slide1.xml', { rId1: ['notesSlide', '../notesSlides/n.xml'] }),
        { name: 'ppt/notesSlides/n.xml', content: bomb },
      ],
    ),
    'a.odt': odf('text', '<text:p>x</text:p>', [{ name: 'styles.xml', content: bomb }]),
    'a.ods': odf('spreadsheet', '', [
      odfStyles(''),
      { name: 'big.xml', content: bomb },
      { name: 'bigger.xml', content: bomb },
    ]),
    'a.epub': epub(['<p>x</p>'], [{ name: 'META-INF/encryption.xml', content: bomb }]),
  };
  for (const [name, bytes] of Object.entries(bombs)) {
    assert.ok(bytes.length < 2 ** 20, `${name} is small`);
    assert.equal(await outcome(name, bytes), 'document_too_large', name);
  }
});

test('a_bomb_that_lies_about_its_size_is_refused_by_what_comes_out', async () => {
  const bytes = pptx(
    [{ shapes: shape('x') }],
    [
      relationships('ppt/slides/slide1.xml', { rId1: ['notesSlide', '../notesSlides/n.xml'] }),
      { name: 'ppt/notesSlides/n.xml', content: bomb, claimedSize: 10 },
    ],
  );
  assert.equal(await outcome('a.pptx', bytes), 'corrupt_document');
});

test('a_sheet_of_ten_million_declared_cells_is_read_for_what_it_has', async () => {
  const bytes = xlsx({
    S: { rows: row(1, ['first']) + '<row r="1000000"><c r="J1000000"><v>7</v></c></row>', dimension: 'A1:J1000000' },
  });
  const characters = await outcome('a.xlsx', bytes);
  assert.ok(typeof characters === 'number' && characters > 0 && characters < 1000);
});

test('tables_in_tables_a_thousand_deep_are_read_or_refused', async () => {
  const deep =
    '<w:tbl><w:tr><w:tc>'.repeat(1000) + paragraph('innermost') + '<w:p/></w:tc></w:tr></w:tbl>'.repeat(1000);
  const characters = await outcome('a.docx', docx(deep));
  assert.ok(typeof characters === 'number' && characters >= 'innermost'.length);
  assert.equal(
    typeof (await outcome('a.html', Buffer.from(`<html>${'<table><tr><td>'.repeat(1000)}innermost`))),
    'number',
  );
  assert.equal(
    typeof (await outcome(
      'a.odt',
      odf('text', `${'<text:section>'.repeat(1000)}<text:p>innermost</text:p>${'</text:section>'.repeat(1000)}`),
    )),
    'number',
  );
});

test('elements_in_elements_a_million_deep_are_read_or_refused', async () => {
  const depth = 1_000_000;
  const html = await outcome('a.html', Buffer.from(`<html>${'<div>'.repeat(depth)}x`));
  assert.ok(html === 'corrupt_document' || html === 'document_too_large' || html === 1, String(html));
  const word = await outcome('a.docx', docx('<w:sdt>'.repeat(100_000) + '</w:sdt>'.repeat(100_000)));
  assert.ok(['corrupt_document', 'document_too_large', 'file_empty'].includes(String(word)), String(word));
});

test('a_slide_with_a_hundred_thousand_shapes_is_read_or_refused', async () => {
  const result = await outcome('a.pptx', pptx([{ shapes: shape('word').repeat(100_000) }]));
  assert.ok(result === 'document_too_large' || Number(result) >= 400_000, String(result));
});

test('a_page_with_a_million_tags_is_read_or_refused', async () => {
  const result = await outcome('a.html', Buffer.from(`<html><body>${'<b>a</b> '.repeat(500_000)}`));
  assert.ok(result === 'document_too_large' || Number(result) >= 1_000_000, String(result));
});

test('tables_that_claim_to_repeat_end_within_bounds', async () => {
  const cell = (attributes: string, text = 'x') =>
    `<table:table-cell ${attributes} office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
  const row = (attributes: string, cells: string) => `<table:table-row ${attributes}>${cells}</table:table-row>`;
  const repeated = row(
    'table:number-rows-repeated="1000"',
    cell('table:number-columns-repeated="1000"', 'x'.repeat(999)),
  );
  const refusals = ['document_too_large', 'corrupt_document'];
  const many = await outcome('a.odt', odf('text', `<table:table>${repeated}</table:table>`.repeat(20)));
  assert.ok(refusals.includes(String(many)), String(many));
  const covering = cell('table:number-columns-spanned="1000000" table:number-rows-spanned="1000000"');
  const covered = await outcome('a.odt', odf('text', `<table:table>${row('', covering).repeat(50)}</table:table>`));
  assert.ok(typeof covered === 'number' || refusals.includes(covered), String(covered));
});
