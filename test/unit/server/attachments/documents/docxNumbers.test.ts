import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocx } from '../../../../../backend-native/server/attachments/documents/office/docx.js';
import {
  docx,
  documentRelationships,
  listItem,
  officeType,
  paragraph,
  run,
} from '../../../../fixtures/documents/docx.js';

const w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

function level(index: number, format: string, label: string, more = ''): string {
  return `<w:lvl w:ilvl="${index}"><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${label}"/></w:lvl>`;
}

const contract = level(0, 'decimal', '%1.') + level(1, 'lowerLetter', '%1.%2)') + level(2, 'lowerRoman', '(%3)');

async function read(body: string, levels = contract, numbers = '', styles = ''): Promise<string> {
  const numbering =
    `<w:numbering ${w}><w:abstractNum w:abstractNumId="0">${levels}</w:abstractNum>` +
    `<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>${numbers}</w:numbering>`;
  const parts = [
    { name: 'word/numbering.xml', content: numbering },
    { name: 'word/styles.xml', content: `<w:styles ${w}>${styles}</w:styles>` },
    documentRelationships(
      `<Relationship Id="n" Type="${officeType}/numbering" Target="numbering.xml"/>` +
        `<Relationship Id="s" Type="${officeType}/styles" Target="styles.xml"/>`,
    ),
  ];
  return (await readDocx('a.docx', docx(body, parts))).pages[0]?.text ?? '';
}

function inList(text: string, list: number, at = 0): string {
  return paragraph(text, `<w:numPr><w:ilvl w:val="${at}"/><w:numId w:val="${list}"/></w:numPr>`);
}

test('a_list_goes_on_behind_what_interrupts_it', async () => {
  const text = await read(listItem('one') + listItem('two') + paragraph('between') + listItem('three'));
  assert.equal(text, '1. one\n2. two\n\nbetween\n\n3. three');
});

test('inner_items_have_the_numbers_that_a_contract_is_cited_by', async () => {
  const text = await read(
    ['one', 'two'].map((word) => listItem(word) + listItem('a', 1) + listItem('b', 1) + listItem('deep', 2)).join(''),
  );
  assert.match(text, /^1\. one\n +1\.a\) a\n +1\.b\) b\n +\(i\) deep\n2\. two\n +2\.a\) a\n/);
});

test('a_heading_has_the_number_of_its_style', async () => {
  const styles =
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId ' +
    'w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="Heading2"><w:name ' +
    'w:val="heading 2"/><w:basedOn w:val="Heading1"/><w:pPr><w:numPr><w:ilvl w:val="1"/>' +
    '<w:numId w:val="1"/></w:numPr>' +
    '</w:pPr></w:style>';
  const levels = level(0, 'decimal', '%1') + level(1, 'decimal', '%1.%2');
  const heading = (depth: number, text: string) => paragraph(text, `<w:pStyle w:val="Heading${depth}"/>`);
  const text = await read(
    heading(1, 'Scope') + heading(2, 'Terms') + heading(1, 'Price') + heading(2, 'Due'),
    levels,
    '',
    styles,
  );
  assert.equal(text, '# 1 Scope\n\n## 1.1 Terms\n\n# 2 Price\n\n## 2.1 Due');
});

test('a_list_that_begins_anew_begins_anew_and_one_that_does_not_goes_on', async () => {
  const again =
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>' +
    '</w:lvlOverride></w:num><w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num>';
  const text = await read(
    inList('a', 1) + paragraph('x') + inList('b', 2) + inList('c', 2) + paragraph('y') + inList('d', 3),
    contract,
    again,
  );
  assert.equal(text, '1. a\n\nx\n\n5. b\n6. c\n\ny\n\n7. d');
});

test('rows_that_are_counted_by_an_empty_paragraph_have_their_number', async () => {
  const row = (text: string) => `<w:tr><w:tc>${listItem('')}</w:tc><w:tc>${paragraph(text)}</w:tc></w:tr>`;
  assert.equal(await read(`<w:tbl>${row('a')}${row('b')}</w:tbl>`), '| 1. | a |\n| --- | --- |\n| 2. | b |');
});

test('numbers_are_written_as_the_file_says', async () => {
  const forms: readonly (readonly [format: string, label: string, second: string])[] = [
    ['upperRoman', 'Article %1', 'Article II'],
    ['upperLetter', '(%1)', '(B)'],
    ['decimalZero', '%1', '02'],
  ];
  for (const [format, label, second] of forms)
    assert.match(await read(listItem('x') + listItem('y'), level(0, format, label)), RegExp(`\n${escaped(second)} y$`));
  assert.equal(await read(listItem('x'), level(0, 'bullet', '•')), '- x');
  assert.equal(await read(listItem('x') + `<w:p>${run('plain')}</w:p>`, level(0, 'none', '')), '1. x\n\nplain');
});

function escaped(text: string): string {
  return text.replace(/[()]/g, '\\$&');
}
