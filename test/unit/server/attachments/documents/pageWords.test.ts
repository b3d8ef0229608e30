import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pictureMark } from '../../../../../backend-native/server/attachments/documents/pictureMarks.js';
import { readNotebook } from '../../../../../backend-native/server/attachments/documents/text/notebook.js';
import { readEmail } from '../../../../../backend-native/server/attachments/documents/web/email.js';
import { readEpub } from '../../../../../backend-native/server/attachments/documents/web/epub.js';
import { htmlContent } from '../../../../../backend-native/server/attachments/documents/web/html.js';
import { documentFormat } from '../../../../../backend-native/server/attachments/formats.js';
import { epub } from '../../../../fixtures/documents/office.js';
import { png, solid } from '../../../../fixtures/images.js';

const square = png(solid(30, 30, [1, 2, 3]));

function html(body: string) {
  const { pages, notes, pictures } = htmlContent('a.html', `<html><body>${body}</body></html>`);
  return { text: pages[0]?.text ?? '', notes, pictures };
}

async function mail(...lines: (string | Buffer)[]): Promise<string> {
  const bytes = Buffer.concat(lines.flatMap((line) => [Buffer.from(line as string), Buffer.from('\r\n')]));
  return (await readEmail('a.eml', bytes)).pages[0]?.text ?? '';
}

function notebook(cells: readonly object[], more: object = { nbformat: 4, metadata: {} }) {
  return readNotebook('a.ipynb', Buffer.from(JSON.stringify({ ...more, cells })));
}

test('tables_that_browsers_mend_are_read_whole', () => {
  const table = '| a | b |\n| --- | --- |\n| 1 | 2 |';
  assert.equal(html('<table><form action=x><tr><td>a<td>b</form><tr><td>1<td>2</table>').text, table);
  assert.equal(html('<table><td>a<td>b<tr><td>1<td>2</table>').text, table);
  assert.equal(html(`<table>said<tr><td>a<td>b<tr><td>1<td>2</table>`).text, `said\n\n${table}`);
});

test('rows_cells_and_items_that_are_hidden_are_left_out_and_said', () => {
  const { text, notes } = html(
    '<table><tr><td>a<td hidden>no<td>b<tr style="display:none"><td>no<tr><td>1<td>2</table>' +
      '<ul><li hidden>no<li>yes</ul>',
  );
  assert.equal(text, '| a | b |\n| --- | --- |\n| 1 | 2 |\n\n- yes');
  assert.deepEqual(notes, [{ kind: 'hiddenElements', count: 3 }]);
});

test('powers_indices_and_readings_are_no_part_of_the_word_before_them', () => {
  const { text } = html(
    '10<sup>6</sup> H<sub>2</sub>O x<sup>n+1</sup> see<sup><a href="#n">[1]</a></sup> ' +
      '<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>',
  );
  assert.equal(text, '10^6 H_2O x^{n+1} see[1] 漢字(かんじ)');
});

test('items_have_the_numbers_that_the_page_gives_them', () => {
  assert.equal(html('<ol><li value=7>a<li>b</ol>').text, '7. a\n8. b');
  assert.equal(html('<ol reversed><li>a<li>b</ol>').text, '2. a\n1. b');
  assert.equal(html('<ul>said<li>a</ul>').text, 'said\n- a');
  assert.equal(html('<ul><li>a</li><ul><li>b</ul></ul>').text, '- a\n  - b');
});

test('words_in_a_drawing_are_read_and_a_drawing_as_data_is_a_picture', () => {
  assert.match(html('<p>x<svg><g><text>Revenue</text><text>42</text></g></svg>').text, /^x \[drawing: Revenue 42\]$/);
  const words = `<text>${'word '.repeat(100)}</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90">${words}</svg>`;
  for (const data of [`;base64,${Buffer.from(svg).toString('base64')}`, `;utf8,${encodeURIComponent(svg)}`]) {
    const { text, pictures } = html(`<img src="data:image/svg+xml${data}">`);
    assert.equal(text, pictureMark(0));
    assert.equal(Buffer.from(pictures[0]?.bytes ?? []).toString(), svg);
  }
});

test('of_a_mail_that_is_text_and_page_the_one_is_read_that_says_more', async () => {
  const both = (text: string, page: string) =>
    mail(
      'From: a@x.test',
      'Content-Type: multipart/alternative; boundary=B',
      '',
      '--B',
      'Content-Type: text/plain',
      '',
      text,
      '--B',
      'Content-Type: text/html',
      '',
      page,
      '--B--',
    );
  const page = '<p>Dear all, the <a href="https://x.test/a">meeting</a> is at <b>ten</b> in room four.</p>';
  assert.match(await both('Please view this in a browser.', page), /meeting.*ten.*room four/);
  assert.match(
    await both('Dear all, the meeting is at ten in room four.', page),
    /\n\nDear all, the meeting is at ten/,
  );
});

test('a_mail_in_an_encoding_that_it_does_not_name_is_read', async () => {
  assert.match(await mail('From: a@x.test', '', Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65])), /\n\nGrüße$/);
});

test('a_page_that_a_browser_saved_in_one_file_is_read', async () => {
  const saved = [
    'From: <Saved by a browser>',
    'Snapshot-Content-Location: https://x.test/',
    'Subject: Prices',
    'MIME-Version: 1.0',
    'Content-Type: multipart/related; type="text/html"; boundary="B"',
    '',
    '--B',
    'Content-Type: text/html',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '<table><tr><td>Milk<td>5=E2=82=AC<tr><td>Tea<td>7</table>',
    '--B--',
  ];
  assert.equal(await documentFormat('a.mht', Buffer.from(saved.join('\r\n'))), 'email');
  assert.match(await mail(...saved), /\| Milk \| 5€ \|/);
});

test('everybody_in_a_group_is_named', async () => {
  const text = await mail('From: a@x.test', 'To: team: b@x.test, c@x.test;', 'Reply-To: r@x.test', '', 'x');
  assert.match(text, /To: team: <?b@x\.test>?, <?c@x\.test>?\nReply-To: <?r@x\.test>?\n/);
});

test('a_book_shows_its_cover_and_says_which_section_is_missing', async () => {
  const cover = '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="../c.png"/></svg>';
  const { pages, pictures } = await readEpub(
    'a.epub',
    epub(
      [cover, '<p>gone</p>', '<p>last</p>'],
      [
        { name: 'OEBPS/c.png', content: square },
        {
          name: 'OEBPS/book.opf',
          content:
            '<package><manifest><item id="a" href="text/c0.xhtml"/><item id="b" href="text/gone.xhtml"/><item id="c" ' +
            'href="text/c2.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/>' +
            '<itemref idref="c"/></spine>' +
            '</package>',
        },
      ],
    ),
    () => undefined,
  );
  assert.deepEqual(
    pages.map(({ text, damaged }) => damaged ?? text),
    [pictureMark(0), true, 'last'],
  );
  assert.deepEqual(Buffer.from(pictures[0]?.bytes ?? []), square);
});

test('drawings_and_data_that_a_notebook_shows_are_read_and_what_is_not_is_said', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"/>';
  const output = (data: object) => ({ output_type: 'display_data', data });
  const { pages, pictures, notes } = notebook([
    {
      cell_type: 'code',
      source: '',
      outputs: [
        output({ 'image/svg+xml': [svg], 'text/plain': '<Figure>' }),
        output({ 'application/json': { a: 1 } }),
        output({ 'application/vnd.plotly.v1+json': {} }),
        output({ 'application/x-widget': {} }),
      ],
    },
  ]);
  assert.equal(pages[0]?.text, `Out:\n${pictureMark(0)}\n\`\`\`json\n{\n "a": 1\n}\n\`\`\``);
  assert.equal(Buffer.from(pictures[0]?.bytes ?? []).toString(), svg);
  assert.deepEqual(notes, [
    { kind: 'objectsNotRead', what: 'charts', count: 1 },
    { kind: 'objectsNotRead', what: 'embedded', count: 1 },
  ]);
});

test('a_notebook_of_version_3_is_read_with_its_headings_and_outputs', () => {
  const cells = [
    { cell_type: 'heading', level: 2, source: 'Head' },
    {
      cell_type: 'code',
      input: 'x',
      prompt_number: 3,
      outputs: [
        { output_type: 'pyout', text: ['42'] },
        { output_type: 'display_data', png: square.toString('base64'), text: '<Figure>' },
        { output_type: 'pyerr', ename: 'E', evalue: 'v', traceback: ['trace'] },
      ],
    },
  ];
  const { pages } = notebook([], { nbformat: 3, metadata: {}, worksheets: [{ cells }] });
  assert.deepEqual(
    pages.map(({ text }) => text),
    ['## Head', `In 3:\n\`\`\`\nx\n\`\`\`\nOut 3:\n\`\`\`\n42\n\`\`\`\n${pictureMark(0)}\n\`\`\`\ntrace\n\`\`\``],
  );
});
