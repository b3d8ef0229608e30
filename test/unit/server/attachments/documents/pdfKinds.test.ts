import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentContent } from '../../../../../backend-native/server/attachments/documents/documentContent.js';
import { readPdf } from '../../../../../backend-native/server/attachments/documents/pdf/pdfTasks.js';
import { failsWith } from '../../../../failsWith.js';
import { literal, pdf, pdfOfObjects, stream, type PdfPageSpec } from '../../../../fixtures/documents/pdf.js';
import { solid } from '../../../../fixtures/images.js';

function read(bytes: Buffer, password?: string): Promise<DocumentContent> {
  const task = { kind: 'readPdf', name: 'a.pdf', bytes } as const;
  return readPdf(password === undefined ? task : { ...task, password }, () => undefined);
}

async function textOf(page: PdfPageSpec): Promise<string> {
  return (await read(pdf([page]))).pages[0]?.text ?? '';
}

/** @param more operators before the text: "3 Tr" paints nothing */
function show(text: string, x: number, y: number, size = 11, more = ''): string {
  return ` BT ${more} /F1 ${size} Tf ${x} ${y} Td ${literal(text)} Tj ET `;
}

const prose = [
  'The harbour was quiet when the',
  'first boats came in that day',
  'and nobody was there to see',
  'them but an old dog asleep',
];
const other = [
  'Meanwhile in the town the bell',
  'rang twice for the market and',
  'people came out of doors to',
  'buy what had been brought in',
];

test('columns_written_line_by_line_are_read_one_after_the_other', async () => {
  const lines = prose.map((line, i) => show(line, 60, 700 - 14 * i) + show(other[i] ?? '', 320, 700 - 14 * i));
  assert.equal(await textOf({ operators: lines.join('') }), `${prose.join('\n')}\n\n${other.join('\n')}`);
});

test('a_line_across_both_columns_divides_the_page', async () => {
  const block = (y: number) =>
    prose.map((line, i) => show(line, 60, y - 14 * i) + show(other[i] ?? '', 320, y - 14 * i)).join('');
  const title = 'A title that runs over the whole width of the page and of both columns in it, to the end';
  const operators = show(title, 60, 760) + block(720) + show(title.toUpperCase(), 60, 600, 8) + block(560);
  const columns = `${prose.join('\n')}\n\n${other.join('\n')}`;
  assert.equal(await textOf({ operators }), `${title}\n\n${columns}\n\n${title.toUpperCase()}\n\n${columns}`);
});

test('a_table_is_rows_and_an_empty_cell_stays_empty', async () => {
  const rows = [
    ['Name', 'Port', 'Where'],
    ['alpha', '8080', 'Berlin'],
    ['beta', '', 'Paris'],
    ['gamma', '443', 'London'],
    ['delta', '22', 'Rome'],
  ];
  const table = rows.map((row, y) =>
    row.map((cell, x) => (cell === '' ? '' : show(cell, 60 + 120 * x, 660 - 16 * y))).join(''),
  );
  const text = await textOf({
    operators: show('The servers are these, and where they are to be found in the world.', 60, 700) + table.join(''),
  });
  assert.equal(
    text,
    'The servers are these, and where they are to be found in the world.\n\nName | Port | Where\nalpha | 8080 ' +
      '| Berlin\nbeta |  | Paris\ngamma | 443 | London\ndelta | 22 | Rome',
  );
});

test('text_that_nobody_sees_is_left_out_and_said', async () => {
  const { pages, notes } = await read(
    pdf([
      {
        operators:
          show('Total 485', 60, 700) +
          show('invisible', 60, 680, 11, '3 Tr') +
          `0 Tr 1 g ${show('white', 60, 660)} 0 g ` +
          show('outside', 900, 640) +
          show('microscopic', 60, 620, 0.5) +
          (` 0 0 0.5 rg 50 590 200 20 re f 1 g ${show('white on blue', 60, 595)} 0.9 g 50 560 200 20 re f ` +
            show('grey on grey', 60, 565)),
      },
    ]),
  );
  assert.equal(pages[0]?.text, 'Total 485\nwhite on blue');
  assert.equal(notes.length, 1);
  const [note] = notes;
  assert.ok(note?.kind === 'hiddenText');
  assert.deepEqual([note.pages, [...note.how].sort()], ['1', ['invisible', 'offPage', 'sameColour', 'tiny']]);
  assert.ok(note.characters > 30);
});

test('text_outside_of_its_frame_or_of_the_cropped_page_is_left_out_and_said', async () => {
  const form = show('shown in a form', 10, 10) + show('lost in a form', 10, 80);
  const content =
    `${show('plain', 50, 600)} ${show('cropped', 50, 750)} q 50 500 100 20 re W n ${show('inside', 60, 505)} ` +
    `${show('outside', 300, 505)} Q q 1 0 0 1 100 100 cm 2 0 0 2 0 0 cm 0 0 200 100 re W n 0 0 50 50 re W n ` +
    `${show('of both', 60, 30)} Q q 1 0 0 1 100 300 cm /Fm Do Q`;
  const { pages, notes } = await read(
    pdfOfObjects(
      [
        '<< /Type /Catalog /Pages 2 0 R >>',
        '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /CropBox [0 0 600 700] /Contents 4 0 R /Resources ' +
          '<< /Font << /F1 6 0 R >> /XObject << /Fm 5 0 R >> >> >>',
        stream(content),
        stream(form, '/Type /XObject /Subtype /Form /BBox [0 0 200 40] /Resources << /Font << /F1 6 0 R >> >>'),
        '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      ],
      1,
    ),
  );
  assert.equal(pages[0]?.text.replace(/\s*\n\s*/g, '\n'), 'plain\ninside\nshown in a form');
  assert.equal(notes.length, 1);
  const [note] = notes;
  assert.ok(note?.kind === 'hiddenText');
  assert.deepEqual([[...note.how].sort(), note.characters], [['clipped', 'offPage'], 31]);
});

test('the_text_that_was_recognised_over_a_scan_is_kept', async () => {
  const { pages, notes } = await read(
    pdf(
      [{ picture: solid(4, 4, [250, 250, 250]), operators: show('what the scan says', 60, 700, 11, '3 Tr') }].map(
        scanFirst,
      ),
    ),
  );
  assert.equal(pages[0]?.text, 'what the scan says');
  assert.deepEqual(notes, [{ kind: 'recognisedText', pages: '1' }]);
  assert.equal(pages[0].drawBecause, undefined);
});

/** The fixture draws the picture last; a recogniser's text comes after it. */
function scanFirst({ picture, operators }: { picture: ReturnType<typeof solid>; operators: string }): PdfPageSpec {
  return { picture, operators: `q 595 0 0 842 0 0 cm /Im1 Do Q ${operators}` };
}

test('a_scan_with_a_page_number_is_a_picture', async () => {
  const page = { picture: solid(4, 4, [250, 250, 250]), operators: '' };
  const withNumber = { ...scanFirst(page), picture: page.picture };
  const bytes = pdf([{ ...withNumber, lines: ['(Page 1)'] }, { lines: ['a page of text'] }]);
  const { pages, notes } = await read(bytes);
  assert.deepEqual(
    pages.map(({ drawBecause }) => drawBecause),
    ['scanned', undefined],
  );
  assert.deepEqual(notes, [{ kind: 'scannedPages', pages: '1' }]);
});

test('a_letterhead_does_not_make_a_scan_of_a_page_full_of_text', async () => {
  const lines = Array.from(
    { length: 45 },
    () => 'A line of a letter that fills most of its page with what it has to say.',
  );
  const { pages } = await read(pdf([{ picture: solid(4, 4, [250, 250, 250]), lines }]));
  assert.equal(pages[0]?.drawBecause, undefined);
});

test('a_text_without_a_usable_encoding_is_noticed', async () => {
  const { pages, notes } = await read(
    pdfOfObjects(
      [
        '<< /Type /Catalog /Pages 2 0 R >>',
        '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600] /Contents 4 0 R /Resources << /Font << /F1 5 0 R ' +
          '>> >> >>',
        stream('BT /F1 12 Tf 60 500 Td <002400570048005200550056004C0051> Tj ET'),
        '<< /Type /Font /Subtype /Type0 /BaseFont /Unknown /Encoding /Identity-H /DescendantFonts [6 0 R] >>',
        '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Unknown /CIDSystemInfo << /Registry (Adobe) ' +
          '/Ordering (Identity) /Supplement 0 >> /DW 600 /FontDescriptor 7 0 R >>',
        '<< /Type /FontDescriptor /FontName /Unknown /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent ' +
          '800 /Descent -200 /CapHeight 700 /StemV 80 >>',
      ],
      1,
    ),
  );
  assert.equal(pages[0]?.drawBecause, 'garbled');
  assert.deepEqual(notes, [{ kind: 'garbledText', pages: '1' }]);
});

test('hebrew_that_is_stored_as_it_looks_is_read_in_its_order', async () => {
  // Letters a-h of the font are Hebrew; the line is stored from left to right as it is seen.
  const map = Array.from(
    'אבגדהוזח',
    (letter, i) => `<${(97 + i).toString(16)}> <0${letter.charCodeAt(0).toString(16)}>`,
  );
  const cmap =
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def 1 ' +
    `begincodespacerange <00> <FF> endcodespacerange ${map.length} beginbfchar ${map.join(' ')} endbfchar ` +
    'endcmap end end';
  const { pages } = await read(
    pdfOfObjects(
      [
        '<< /Type /Catalog /Pages 2 0 R >>',
        '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600] /Contents 4 0 R /Resources << /Font << /F1 5 0 R ' +
          '>> >> >>',
        stream('BT /F1 12 Tf 60 500 Td (dcba hgfe) Tj ET'),
        '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>',
        stream(cmap),
      ],
      1,
    ),
  );
  assert.equal(pages[0]?.text, 'הוזח אבגד');
});

test('text_of_a_page_that_lies_on_its_side_is_read_in_order', async () => {
  const lines = ['first line of it', 'second line of it', 'third line of it'];
  const turned = lines.map((line, i) => `BT /F1 11 Tf 0 1 -1 0 ${100 + 14 * i} 100 Tm ${literal(line)} Tj ET `);
  assert.equal(await textOf({ operators: turned.join('') }), lines.join('\n'));
});

test('a_password_opens_a_file_and_a_wrong_one_is_said', async () => {
  const bytes = pdf([{ lines: ['x'] }], { password: 'secret' });
  await assert.rejects(read(bytes), failsWith('password_required', /is protected by a password/));
  await assert.rejects(read(bytes, 'wrong'), failsWith('password_required', /does not open a\.pdf/));
  assert.equal((await read(bytes, 'secret')).count, 1);
  assert.equal((await read(pdf([{ lines: ['open'] }]), 'needless')).pages[0]?.text, 'open');
});

test('a_small_table_with_empty_cells_keeps_every_value_in_its_column', async () => {
  const rows = [
    ['Item', 'Qty', 'Price'],
    ['Milk', '', '1.20'],
    ['Bread', '2', ''],
  ];
  const cells = rows.map((row, y) =>
    row.map((cell, x) => (cell === '' ? '' : show(cell, 72 + 120 * x, 700 - 16 * y))).join(''),
  );
  assert.equal(await textOf({ operators: cells.join('') }), 'Item | Qty | Price\nMilk |  | 1.20\nBread | 2 |');
});

test('words_from_corner_to_corner_are_read_as_words', async () => {
  const mark = ' BT 0.7 0.7 -0.7 0.7 200 300 Tm /F1 60 Tf (TOP SECRET) Tj ET ';
  assert.equal(await textOf({ operators: show('The page itself', 72, 700) + mark }), 'The page itself\n\nTOP SECRET');
});

test('powers_and_indices_are_no_digits_of_the_number_before_them', async () => {
  const rise = (text: string, by: number, size = 7) => `/F1 ${size} Tf ${by} Ts ${literal(text)} Tj 0 Ts /F1 11 Tf `;
  const line = `BT /F1 11 Tf 72 700 Td (10) Tj ${rise('12', 4)} ( cells, H) Tj ${rise('2', -2)} (O) Tj ET`;
  assert.equal(await textOf({ operators: line }), '10^12 cells, H_2O');
  const apart = show('10', 72, 700) + show('6', 85, 705, 7) + show('cells', 92, 700);
  assert.equal(await textOf({ operators: apart }), '10^6 cells');
  // Smaller words on the same line, and a smaller line below, are words.
  assert.equal(await textOf({ operators: show('Big', 72, 700, 16) + show('small', 100, 700, 10) }), 'Big small');
  assert.match(
    await textOf({ operators: show('Head', 72, 700, 16) + show('line below', 72, 688, 9) }),
    /^Head\s+line below$/,
  );
});

test('text_that_is_covered_or_on_a_layer_that_is_off_is_left_out_and_said', async () => {
  const box = (colour: string) => ` ${colour} rg 60 690 300 30 re f 0 g `;
  for (const colour of ['0 0 0', '1 1 1']) {
    const { pages, notes } = await read(
      pdf([{ operators: show('black', 72, 700) + box(colour) + show('seen', 72, 600) }]),
    );
    assert.equal(pages[0]?.text, 'seen');
    assert.deepEqual(notes, [{ kind: 'hiddenText', pages: '1', characters: 5, how: ['covered'] }]);
  }
  // A frame around a page covers nothing, whatever its bounds are.
  const frame = ' 0 0 1 rg 10 10 575 822 re 20 20 555 802 re f* 0 g ';
  assert.equal(await textOf({ operators: show('seen', 72, 700) + frame }), 'seen');
  const layer = (name: string, text: string) => `/OC /${name} BDC ${text} EMC `;
  const layers = pdfOfObjects(
    [
      '<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [6 0 R 7 0 R] /D << /OFF [6 0 R] >> >> >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate 90 /Contents 4 0 R /Resources << /Font ' +
        '<< /F1 5 0 R >> /Properties << /Off 6 0 R /On 7 0 R >> >> >>',
      stream(layer('Off', show('unseen', 72, 700)) + layer('On', show('seen', 72, 600))),
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
      '<< /Type /OCG /Name (a) >>',
      '<< /Type /OCG /Name (b) >>',
    ],
    1,
  );
  const { pages, notes } = await read(layers);
  assert.equal(pages[0]?.text, 'seen');
  assert.deepEqual(notes, [{ kind: 'hiddenText', pages: '1', characters: 6, how: ['covered'] }]);
});

test('what_readers_wrote_upon_a_page_is_read_as_comments', async () => {
  const annotation = (kind: string, words: string, more = '') =>
    `<< /Type /Annot /Subtype /${kind} /Rect [72 600 172 620] /T (Ada) /Contents ${literal(words)} ${more} >>`;
  const drawn = stream('BT /F1 11 Tf 2 5 Td (typed) Tj ET', '/Type /XObject /Subtype /Form /BBox [0 0 100 20]');
  const bytes = pdfOfObjects(
    [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> ' +
        '/Annots [6 0 R 7 0 R 8 0 R 9 0 R 10 0 R] >>',
      stream('BT /F1 11 Tf 72 700 Td (The page itself) Tj ET'),
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
      annotation('Text', 'Is this right?'),
      annotation('Highlight', 'too long', '/QuadPoints [72 620 172 620 72 600 172 600]'),
      annotation('Link', 'a tip'),
      annotation('Text', 'hidden', '/F 2'),
      annotation('FreeText', 'typed', '/F 4 /AP << /N 11 0 R >>'),
      drawn,
    ],
    1,
  );
  const { pages, notes } = await read(bytes);
  const text = pages[0]?.text ?? '';
  assert.match(text, /^The page itself[^]*\[comment by Ada: Is this right\?\]\n\n\[comment by Ada: too long\]$/);
  assert.ok(!/a tip|hidden/.test(text) && !/comment by Ada: typed/.test(text), text);
  assert.deepEqual(notes, [{ kind: 'comments', count: 2 }]);
});

test('boxes_of_a_form_are_ticked_or_not', async () => {
  const box = (name: string, state: string, y: number) =>
    `<< /Type /Annot /Subtype /Widget /FT /Btn /T (${name}) /V /${state} /AS /${state} /Rect [60 ${y} 74 ` +
    `${y + 14}] /F 4 /AP << /N << /Yes 6 0 R /Off 7 0 R >> >> >>`;
  const form = '/Type /XObject /Subtype /Form /BBox [0 0 14 14]';
  const { pages } = await read(
    pdfOfObjects(
      [
        '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R 9 0 R] >> >>',
        '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600] /Contents 4 0 R /Annots [8 0 R 9 0 R] /Resources ' +
          '<< /Font << /F1 5 0 R >> >> >>',
        stream(show('I agree', 90, 503) + show('Send mail', 90, 473)),
        '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
        stream('2 2 10 10 re f', form),
        stream('2 2 10 10 re S', form),
        box('agree', 'Yes', 500),
        box('mail', 'Off', 470),
      ],
      1,
    ),
  );
  assert.equal(pages[0]?.text, '[x] I agree\n[ ] Send mail');
});
