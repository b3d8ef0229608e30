import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocx } from '../../../../../backend-native/server/attachments/documents/office/docx.js';
import { pictureMark } from '../../../../../backend-native/server/attachments/documents/pictureMarks.js';
import { docx, documentRelationships, officeType, paragraph, run } from '../../../../fixtures/documents/docx.js';
import type { ZipEntry } from '../../../../fixtures/documents/zip.js';
import { png, solid } from '../../../../fixtures/images.js';

const w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

async function read(body: string, parts: readonly ZipEntry[] = []) {
  const { pages, notes, pictures } = await readDocx('a.docx', docx(body, parts));
  return { text: pages[0]?.text ?? '', notes, pictures };
}

function field(character: 'begin' | 'separate' | 'end', data = ''): string {
  return `<w:r><w:fldChar w:fldCharType="${character}">${data}</w:fldChar></w:r>`;
}

function instruction(words: string): string {
  return `<w:r><w:instrText>${words}</w:instrText></w:r>`;
}

test('powers_and_indices_are_no_digits_of_the_number_before_them', async () => {
  const { text } = await read(
    `<w:p>${run('10')}${run('6', '<w:vertAlign w:val="superscript"/>')}${run(' H')}` +
      `${run('2', '<w:vertAlign w:val="subscript"/>')}${run('O')}</w:p>`,
  );
  assert.equal(text, '10^6 H_2O');
});

test('text_with_a_direction_of_its_own_is_read', async () => {
  const { text } = await read(
    `<w:p>${run('a ')}<w:bdo w:val="rtl">${run('b')}</w:bdo><w:dir w:val="rtl">${run(' c')}</w:dir></w:p>`,
  );
  assert.equal(text, 'a b c');
});

test('words_with_their_reading_above_them_are_read_with_it', async () => {
  const ruby = `<w:r><w:ruby><w:rt>${run('かんじ')}</w:rt><w:rubyBase>${run('漢字')}</w:rubyBase></w:ruby></w:r>`;
  assert.equal((await read(`<w:p>${ruby}${run('です')}</w:p>`)).text, '漢字(かんじ)です');
});

test('symbols_are_read_and_those_of_an_unknown_font_are_said', async () => {
  const symbol = (font: string, code: string) => `<w:r><w:sym w:font="${font}" w:char="${code}"/></w:r>`;
  const { text, notes } = await read(
    `<w:p>${run('5 ')}${symbol('Calibri', '20AC')}${symbol('Wingdings', 'F0FC')}${symbol('House', 'F041')}</w:p>`,
  );
  assert.equal(text, '5 €✓');
  assert.deepEqual(notes, [{ kind: 'objectsNotRead', what: 'symbols', count: 1 }]);
});

test('what_is_chosen_in_a_list_of_an_old_form_is_read', async () => {
  const list =
    '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="red"/><w:listEntry w:val="green"/></w:ddList>' +
    '</w:ffData>';
  const { text } = await read(
    `<w:p>${run('Colour: ')}${field('begin', list)}${instruction('FORMDROPDOWN')}${field('end')}</w:p>`,
  );
  assert.equal(text, 'Colour: green');
});

test('a_field_in_the_instruction_of_another_shows_nothing', async () => {
  const inner = field('begin') + instruction('MERGEFIELD n') + field('separate') + run('5') + field('end');
  const outer = field('begin') + instruction('IF ') + inner + instruction(' = 5 "yes"') + field('separate');
  const { text } = await read(`<w:p>${run('Paid: ')}${outer}${run('yes')}${field('end')}</w:p>${paragraph('after')}`);
  assert.equal(text, 'Paid: yes\n\nafter');
});

test('a_field_that_never_ends_hides_nothing_after_its_paragraph', async () => {
  const whole = field('begin') + instruction('PAGE') + field('separate') + run('7') + field('end');
  const { text } = await read(`<w:p>${field('begin')}${instruction('X')}</w:p><w:p>${whole}${run(' pages')}</w:p>`);
  assert.equal(text, '7 pages');
});

test('a_picture_in_a_box_is_read_once', async () => {
  const graphic = (inner: string) =>
    `<w:drawing><wp:inline><a:graphic><a:graphicData>${inner}</a:graphicData></a:graphic></wp:inline></w:drawing>`;
  const pic = graphic('<pic:pic><pic:blipFill><a:blip r:embed="rId1"/></pic:blipFill></pic:pic>');
  const box = graphic(
    '<wps:wsp xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:txbx><w:txbxContent>' +
      `<w:p>${run('seen')}<w:r>${pic}</w:r></w:p></w:txbxContent></wps:txbx></wps:wsp>`,
  );
  const { text, pictures } = await read(`<w:p><w:r>${box}</w:r></w:p>`, [
    { name: 'word/media/1.png', content: png(solid(30, 30, [0, 0, 0])) },
    documentRelationships(`<Relationship Id="rId1" Type="${officeType}/image" Target="media/1.png"/>`),
  ]);
  assert.equal(text, `seen${pictureMark(0)}`);
  assert.equal(pictures.length, 1);
});

test('drawn_words_such_as_a_watermark_are_read_and_a_chart_in_a_header_is_said', async () => {
  const drawn =
    '<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="DRAFT"/></v:shape></w:pict>';
  const chart =
    '<w:drawing xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:r="r"><c:chart r:id="x"/>' +
    '</w:drawing>';
  const { text, notes } = await read(
    `${paragraph('body')}<w:sectPr><w:headerReference w:type="default" r:id="h"/></w:sectPr>`,
    [
      { name: 'word/header1.xml', content: `<w:hdr ${w}><w:p><w:r>${drawn}${chart}</w:r></w:p></w:hdr>` },
      documentRelationships(`<Relationship Id="h" Type="${officeType}/header" Target="header1.xml"/>`),
    ],
  );
  assert.equal(text, 'Header: DRAFT\n\nbody');
  assert.deepEqual(notes, [{ kind: 'objectsNotRead', what: 'charts', count: 1 }]);
});

test('what_namespaces_are_called_in_a_file_does_not_matter', async () => {
  const content =
    `<ns0:document xmlns:ns0="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ` +
    'xmlns:ns1="http://purl.oclc.org/ooxml/officeDocument/math"><ns0:body><ns0:p>' +
    '<ns0:fldSimple><ns0:r><ns0:t>by name ' +
    '</ns0:t></ns0:r></ns0:fldSimple><ns1:oMath><ns1:r><ns1:t>x</ns1:t></ns1:r></ns1:oMath>' +
    '</ns0:p></ns0:body></ns0:document>';
  assert.equal((await read('', [{ name: 'word/document.xml', content }])).text, 'by name $x$');
});
