import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentNoteText } from '../../../../../backend-native/protocol/documentNotes.js';
import { readDocx } from '../../../../../backend-native/server/attachments/documents/office/docx.js';
import { pictureMark } from '../../../../../backend-native/server/attachments/documents/pictureMarks.js';
import { failsWith } from '../../../../failsWith.js';
import { docx, documentRelationships, officeType, paragraph, run } from '../../../../fixtures/documents/docx.js';
import type { ZipEntry } from '../../../../fixtures/documents/zip.js';
import { png, solid } from '../../../../fixtures/images.js';

const w14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"';
const m = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"';
const wps = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"';
const mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"';
const w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

async function read(body: string, parts: readonly ZipEntry[] = []) {
  const { pages, notes, pictures } = await readDocx('a.docx', docx(body, parts));
  return { text: pages[0]?.text ?? '', notes, pictures };
}

function cell(text: string, properties = ''): string {
  return `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(text)}</w:tc>`;
}

function textBox(text: string): string {
  return (
    '<w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp ' +
    `${wps}><wps:txbx><w:txbxContent>${paragraph(text)}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>`
  );
}

test('boxes_are_ticked_or_not', async () => {
  const box = (checked: string, glyph: string) =>
    `<w:sdt ${w14}><w:sdtPr><w14:checkbox><w14:checked ` +
    `w14:val="${checked}"/></w14:checkbox></w:sdtPr><w:sdtContent>${run(glyph)}</w:sdtContent></w:sdt>`;
  const legacy = (checked: string) =>
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked ' +
    `w:val="${checked}"/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX ` +
    '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>';
  const { text } = await read(
    `<w:p>${box('1', '☒')}${run(' yes')}</w:p><w:p>${box('0', '☐')}${run(' no')}</w:p><w:p>${legacy('1')}${run(' old')}</w:p><w:p>${legacy('0')}${run(' older')}</w:p>`,
  );
  assert.equal(text, '[x] yes\n\n[ ] no\n\n[x] old\n\n[ ] older');
});

test('equations_are_latex', async () => {
  const r = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;
  const math = [
    `<m:f><m:num>${r('a')}</m:num><m:den>${r('b+1')}</m:den></m:f>`,
    `<m:sSup><m:e>${r('x')}</m:e><m:sup>${r('2')}</m:sup></m:sSup>`,
    `<m:rad><m:deg/><m:e>${r('y')}</m:e></m:rad>`,
    '<m:nary><m:naryPr><m:chr ' +
      `m:val="∑"/></m:naryPr><m:sub>${r('i=1')}</m:sub><m:sup>${r('n')}</m:sup><m:e>${r('i')}</m:e></m:nary>`,
  ];
  const { text } = await read(
    `<w:p ${m}>${run('So ')}<m:oMath>${math.join(r('='))}</m:oMath></w:p><w:p ` +
      `${m}><m:oMathPara><m:oMath>${r('E=mc')}</m:oMath></m:oMathPara></w:p>`,
  );
  assert.equal(text, 'So $\\frac{a}{b+1}=x^{2}=\\sqrt{y}=\\sum_{i=1}^{n} i$\n\n$$E=mc$$');
});

test('the_value_of_a_field_is_read', async () => {
  const { text } = await read(`<w:p>${run('On ')}<w:fldSimple w:instr=" DATE ">${run('12 May')}</w:fldSimple></w:p>`);
  assert.equal(text, 'On 12 May');
});

test('text_in_boxes_follows_its_paragraph_once', async () => {
  const both =
    `<mc:AlternateContent ${mc}><mc:Choice ` +
    `Requires="wps">${textBox('in the box')}</mc:Choice><mc:Fallback><w:pict><v:shape ` +
    `xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>${paragraph('in the box')}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent>`;
  const { text } = await read(`<w:p>${run('before')}<w:r>${both}</w:r></w:p>${paragraph('after')}`);
  assert.equal(text, 'before\n\nin the box\n\nafter');
});

test('headers_and_footers_are_named_once', async () => {
  const parts = [
    { name: 'word/header1.xml', content: `<w:hdr ${w}>${paragraph('Secret')}</w:hdr>` },
    { name: 'word/header2.xml', content: `<w:hdr ${w}>${paragraph('Annex')}</w:hdr>` },
    { name: 'word/footer1.xml', content: `<w:ftr ${w}>${paragraph('Page 1')}</w:ftr>` },
    documentRelationships(
      ['header1', 'header2', 'footer1']
        .map((name) => `<Relationship Id="${name}" Type="${officeType}/header" Target="${name}.xml"/>`)
        .join(''),
    ),
  ];
  const section = (header: string) =>
    `<w:sectPr><w:headerReference w:type="default" r:id="${header}"/><w:footerReference w:type="default" ` +
    'r:id="footer1"/></w:sectPr>';
  const divided = await read(
    `<w:p><w:pPr>${section('header1')}</w:pPr>${run('one')}</w:p>${paragraph('two')}${section('header2')}`,
    parts,
  );
  assert.equal(divided.text, 'Header: Secret\n\nHeader: Annex\n\none\n\ntwo\n\nFooter: Page 1');
  assert.deepEqual(divided.notes, [{ kind: 'headersDiffer', count: 3 }]);
  const same = await read(`<w:p><w:pPr>${section('header1')}</w:pPr>${run('one')}</w:p>${section('header1')}`, parts);
  assert.equal(same.text, 'Header: Secret\n\none\n\nFooter: Page 1');
  assert.deepEqual(same.notes, []);
});

test('every_value_of_a_table_stays_in_its_column', async () => {
  const { text } = await read(
    `<w:tbl><w:tr>${cell('A1', '<w:vMerge w:val="restart"/>')}${cell('B1')}${cell('C1')}</w:tr>` +
      `<w:tr>${cell('', '<w:vMerge/>')}${cell('B2')}${cell('C2')}</w:tr>` +
      `<w:tr>${cell('wide', '<w:gridSpan w:val="2"/>')}${cell('C3')}</w:tr>` +
      `<w:tr><w:trPr><w:gridBefore w:val="2"/></w:trPr>${cell('C4')}</w:tr></w:tbl>`,
  );
  assert.equal(text, '| A1 | B1 | C1 |\n| --- | --- | --- |\n|  | B2 | C2 |\n| wide |  | C3 |\n|  |  | C4 |');
});

test('tracked_changes_are_read_as_accepted_and_said', async () => {
  const { text, notes } = await read(
    `<w:p>${run('It is ')}<w:del><w:r><w:delText>twelve</w:delText></w:r></w:del><w:ins>${run('twenty')}</w:ins></w:p>` +
      `<w:p><w:moveFrom>${run('Moved.')}</w:moveFrom></w:p><w:p><w:moveTo>${run('Moved.')}</w:moveTo></w:p>` +
      `<w:tbl><w:tr>${cell('kept')}</w:tr><w:tr><w:trPr><w:del/></w:trPr>${cell('gone')}</w:tr></w:tbl>`,
  );
  assert.equal(text, 'It is twenty\n\nMoved.\n\nkept');
  assert.deepEqual(notes, [{ kind: 'trackedChanges', inserted: 1, deleted: 2, moved: 1 }]);
  assert.match(documentNoteText(notes[0] ?? { kind: 'noPagesToDraw' }), /1 insertion, 2 deletions, 1 move.*accepted/);
});

test('comments_stand_where_they_were_made', async () => {
  const comments = {
    name: 'word/comments.xml',
    content: `<w:comments ${w}><w:comment w:id="7" w:author="Ada">${paragraph('too long')}</w:comment></w:comments>`,
  };
  const { text, notes } = await read(
    `<w:p>${run('A text')}<w:r><w:commentReference w:id="7"/></w:r>${run(' goes on')}</w:p>`,
    [comments],
  );
  assert.equal(text, 'A text [comment by Ada: too long] goes on');
  assert.deepEqual(notes, [{ kind: 'comments', count: 1 }]);
});

test('hidden_text_is_left_out_and_said', async () => {
  const { text, notes } = await read(
    `<w:p>${run('seen')}${run(' unseen', '<w:vanish/>')}${run(' too', '<w:vanish w:val="0"/>')}</w:p>`,
  );
  assert.equal(text, 'seen too');
  assert.deepEqual(notes, [{ kind: 'hiddenElements', count: 1 }]);
});

test('pictures_in_a_group_are_read_too', async () => {
  const pic = (id: string) => `<pic:pic><pic:blipFill><a:blip r:embed="${id}"/></pic:blipFill></pic:pic>`;
  const group =
    '<w:p><w:r><w:drawing><wp:anchor><wp:docPr id="1" name="x" descr="two ' +
    'squares"/><a:graphic><a:graphicData><wpg:wgp ' +
    `xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup">${pic('rId1')}${pic('rId2')}</wpg:wgp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>`;
  const { text, pictures } = await read(group, [
    { name: 'word/media/1.png', content: png(solid(30, 30, [0, 0, 0])) },
    { name: 'word/media/2.png', content: png(solid(30, 30, [9, 0, 0])) },
    documentRelationships(
      [1, 2].map((n) => `<Relationship Id="rId${n}" Type="${officeType}/image" Target="media/${n}.png"/>`).join(''),
    ),
  ]);
  assert.equal(text, pictureMark(0) + pictureMark(1));
  assert.deepEqual(
    pictures.map(({ alt }) => alt),
    ['two squares', 'two squares'],
  );
});

test('a_chart_is_the_table_that_it_was_drawn_from', async () => {
  const c = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"';
  const points = (values: readonly string[]) =>
    `<c:cache>${values.map((value, i) => `<c:pt idx="${i}"><c:v>${value}</c:v></c:pt>`).join('')}</c:cache>`;
  const chart =
    `<c:chartSpace ${c} ` +
    `xmlns:a="x"><c:chart><c:title><a:t>Sales</a:t></c:title><c:ser><c:tx>${points(['2025'])}</c:tx><c:cat>${points(['Q1', 'Q2'])}</c:cat><c:val>${points(['5', '7'])}</c:val></c:ser></c:chart></c:chartSpace>`;
  const { text } = await read(
    `<w:p>${run('See')}<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><c:chart ${c} ` +
      'r:id="rId1"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>',
    [
      { name: 'word/charts/chart1.xml', content: chart },
      documentRelationships(`<Relationship Id="rId1" Type="${officeType}/chart" Target="charts/chart1.xml"/>`),
    ],
  );
  assert.equal(text, 'See\n\nChart: Sales\n\n|  | 2025 |\n| --- | --- |\n| Q1 | 5 |\n| Q2 | 7 |');
});

test('tables_in_tables_a_thousand_deep_end_in_their_text', async () => {
  const depth = 1000;
  const open = '<w:tbl><w:tr><w:tc>'.repeat(depth);
  const close = '<w:p/></w:tc></w:tr></w:tbl>'.repeat(depth);
  const { text } = await read(`${open}${paragraph('innermost')}${close}`);
  assert.match(text, /innermost/);
  assert.ok(text.length < 10_000);
});

test('a_file_without_its_body_is_corrupt', async () => {
  const { zip } = await import('../../../../fixtures/documents/zip.js');
  await assert.rejects(
    readDocx('a.docx', zip([{ name: '[Content_Types].xml', content: '<Types/>' }])),
    failsWith('corrupt_document', /no word\/document\.xml/),
  );
});

test('parts_of_another_format_are_read_where_they_stand_and_those_that_are_not_are_said', async () => {
  const data = png(solid(30, 30, [1, 2, 3]))
    .toString('base64')
    .repeat(9);
  const chunk = (id: string) => `<w:altChunk r:id="${id}"/>`;
  const files = {
    page: ['page.html', `<h2>Inner</h2><p>from a page</p><img src="data:image/png;base64,${data}">`],
    note: ['note.txt', 'a | b\n\nc'],
    rich: ['rich.rtf', '{\\rtf1 lost}'],
    broken: ['broken.docx', 'PK no archive'],
    inner: ['inner.docx', docx(paragraph('from a document'))],
    gone: ['gone.html', undefined],
  } as const;
  const written = Object.entries(files).map(
    ([id, [target]]) => `<Relationship Id="${id}" Type="${officeType}/aFChunk" Target="${target}"/>`,
  );
  const { pages, notes, pictures } = await readDocx(
    'a.docx',
    docx(
      paragraph('before') +
        chunk('page') +
        chunk('rich') +
        chunk('broken') +
        chunk('inner') +
        `<w:tbl><w:tr><w:tc>${paragraph('k')}</w:tc><w:tc>${chunk('note')}</w:tc></w:tr></w:tbl>` +
        chunk('gone') +
        paragraph('after'),
      [
        documentRelationships(written.join('')),
        ...Object.values(files).flatMap(([target, content]) =>
          content === undefined ? [] : [{ name: `word/${target}`, content }],
        ),
      ],
    ),
  );
  assert.equal(
    pages[0]?.text,
    `before\n\n## Inner\n\nfrom a page\n\n${pictureMark(0)}\n\nfrom a document\n\n| k | a / b c |\n| --- | --- |\n\nafter`,
  );
  assert.deepEqual(notes, [{ kind: 'objectsNotRead', what: 'embedded', count: 3 }]);
  assert.equal(pictures.length, 1);
});
