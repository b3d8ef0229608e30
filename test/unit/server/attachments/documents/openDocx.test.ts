import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveLimits } from '../../../../../backend-native/server/attachments/documents/office/archive.js';
import { pictureMark } from '../../../../../backend-native/server/attachments/documents/pictureMarks.js';
import { openDocument } from '../../../../../backend-native/server/attachments/documents/openDocument.js';
import { failsWith } from '../../../../failsWith.js';
import {
  docx,
  documentRelationships,
  documentXml,
  heading,
  listItem,
  officeType,
  paragraph,
  picture,
  run,
  table,
} from '../../../../fixtures/documents/docx.js';
import { zip } from '../../../../fixtures/documents/zip.js';
import { png, solid } from '../../../../fixtures/images.js';

async function open(bytes: Buffer, name = 'a.docx') {
  const document = await openDocument(
    { name, base64: bytes.toString('base64') },
    { signal: new AbortController().signal },
  );
  assert.ok(document);
  return document;
}

async function textOf(body: string, ...more: Parameters<typeof docx>[1] & object): Promise<string> {
  return (await open(docx(body, more))).pages[0]?.text ?? '';
}

test('headings_and_paragraphs_keep_their_structure', async () => {
  const styles = {
    name: 'word/styles.xml',
    content:
      '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style ' +
      'w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style><w:style ' +
      'w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style></w:styles>',
  };
  const relationships = documentRelationships(
    `<Relationship Id="rId1" Type="${officeType}/styles" Target="styles.xml"/>`,
  );
  const text = await textOf(
    heading(1, 'Title') + paragraph('First &lt;b&gt; &amp; second.') + heading(2, 'Part') + paragraph('Third.'),
    styles,
    relationships,
  );
  assert.equal(text, '# Title\n\nFirst <b> & second.\n\n## Part\n\nThird.');
});

test('tables_are_rows_between_bars', async () => {
  assert.equal(
    await textOf(
      table([
        ['Part', 'Price'],
        ['A|B', '5'],
      ]),
    ),
    '| Part | Price |\n| --- | --- |\n| A\\|B | 5 |',
  );
});

test('lists_are_indented_as_deep_as_they_are', async () => {
  const numbering = {
    name: 'word/numbering.xml',
    content:
      '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum ' +
      'w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt ' +
      'w:val="bullet"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId ' +
      'w:val="0"/></w:num></w:numbering>',
  };
  const relationships = documentRelationships(
    `<Relationship Id="rId1" Type="${officeType}/numbering" Target="numbering.xml"/>`,
  );
  const text = await textOf(
    listItem('one') + listItem('inner', 1) + listItem('two') + paragraph('after'),
    numbering,
    relationships,
  );
  assert.equal(text, '1. one\n   - inner\n2. two\n\nafter');
});

test('emphasis_breaks_and_links_are_kept', async () => {
  const relationships = documentRelationships(
    `<Relationship Id="rId1" Type="${officeType}/hyperlink" Target="https://example.org/" TargetMode="External"/>`,
  );
  const link = `<w:hyperlink r:id="rId1">${run('here')}</w:hyperlink>`;
  const text = await textOf(
    `<w:p>${run('very ')}${run('bold ', '<w:b/>')}${run('or not', '<w:i/>')}<w:r><w:br/></w:r>` +
      `${run('see ')}${link}</w:p>`,
    relationships,
  );
  assert.equal(text, 'very **bold** *or not*\nsee [here](https://example.org/)');
});

test('pictures_stand_at_their_place', async () => {
  const parts = [
    { name: 'word/media/image1.png', content: png(solid(1, 1, [0, 0, 0])) },
    documentRelationships(`<Relationship Id="rId1" Type="${officeType}/image" Target="media/image1.png"/>`),
  ];
  const document = await open(docx(paragraph('before') + picture('rId1') + paragraph('after'), parts));
  assert.equal(document.pages[0]?.text, `before\n\n${pictureMark(0)}\n\nafter`);
  assert.deepEqual(
    document.pictures.map(({ name, size }) => [name, size]),
    [['picture 1.png', { width: 1, height: 1 }]],
  );
});

test('pictures_outside_of_the_file_are_not_fetched', async () => {
  const relationships = documentRelationships(
    `<Relationship Id="rId1" Type="${officeType}/image" Target="file:///etc/hostname" TargetMode="External"/>`,
  );
  const document = await open(docx(paragraph('text') + picture('rId1', 'r:link'), [relationships]));
  assert.equal(document.pages[0]?.text, 'text');
  assert.deepEqual(document.notes, [{ kind: 'picturesLeftOut', count: 1, reason: 'remote' }]);
});

test('a_zip_bomb_is_refused_by_what_it_says', async () => {
  const bomb = docx(
    paragraph('x'),
    [1, 2, 3].map((n) => ({ name: `word/bomb${n}.xml`, content: Buffer.alloc(48 * 2 ** 20, ' ') })),
  );
  assert.ok(bomb.length < 2 ** 20);
  await assertBounded(() =>
    assert.rejects(open(bomb, 'bomb.docx'), failsWith('document_too_large', /bomb\.docx unpacks to more than 128 MB/)),
  );
});

test('a_zip_bomb_that_lies_about_its_size_is_refused_by_what_comes_out', async () => {
  const bomb = docx(paragraph('x'), [
    { name: 'word/styles.xml', content: Buffer.alloc(80 * 2 ** 20, ' '), claimedSize: 100 },
    documentRelationships(`<Relationship Id="rId1" Type="${officeType}/styles" Target="styles.xml"/>`),
  ]);
  await assertBounded(() => assert.rejects(open(bomb), failsWith('corrupt_document')));
});

test('what_is_not_needed_is_not_unpacked', async () => {
  const text = await textOf(paragraph('x'), { name: 'word/media/bomb.png', content: Buffer.alloc(140 * 2 ** 20) });
  assert.equal(text, 'x');
});

test('too_many_files_are_refused', async () => {
  const many = Array.from({ length: archiveLimits.entries + 1 }, (_, i) => ({ name: `word/${i}.xml`, content: '' }));
  await assert.rejects(open(docx(paragraph('x'), many)), failsWith('document_too_large', /10004 files/));
});

test('entities_that_grow_or_name_files_are_refused', async () => {
  const doctypes = [
    '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
  ];
  for (const doctype of doctypes) {
    const file = zip([
      { name: '[Content_Types].xml', content: '<Types/>' },
      { name: 'word/document.xml', content: documentXml(paragraph('&b;'), doctype) },
    ]);
    await assert.rejects(open(file), failsWith('corrupt_document', /declares entities/));
  }
});

test('xml_that_is_nested_without_end_is_corrupt', async () => {
  await assert.rejects(open(docx('<w:p>'.repeat(200_000))), failsWith('corrupt_document'));
});

test('damaged_files_are_corrupt', async () => {
  const whole = docx(paragraph('x'.repeat(10_000)));
  for (const share of [0.3, 0.9])
    await assert.rejects(
      open(whole.subarray(0, Math.floor(share * whole.length))),
      failsWith('corrupt_document', /damaged or incomplete office file/),
    );
  const damaged = Buffer.from(whole);
  damaged.fill(0x55, damaged.indexOf('word/document.xml') + 40, damaged.indexOf('word/document.xml') + 80);
  await assert.rejects(open(damaged), failsWith('corrupt_document'));
  await assert.rejects(open(docx('no <w:p')), failsWith('corrupt_document'));
});

test('passwords_are_said', async () => {
  const ole = (stream: string) =>
    Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(1024),
      Buffer.from(stream, 'utf16le'),
      Buffer.alloc(1024),
    ]);
  await assert.rejects(open(ole('EncryptedPackage')), failsWith('encrypted_document', /a\.docx is protected/));
  await assert.rejects(
    open(docx('', [{ name: 'word/styles.xml', content: 'x', encrypted: true }])),
    failsWith('encrypted_document'),
  );
  await assert.rejects(open(ole('WordDocument'), 'old.doc'), failsWith('unsupported_document', /Word 97-2003/));
  await assert.rejects(
    open(ole('Workbook'), 'old.xls'),
    failsWith('corrupt_document', /damaged or incomplete workbook$/),
  );
});

test('other_archives_are_said_by_what_they_are', async () => {
  const archive = (...names: string[]) => zip(names.map((name) => ({ name, content: 'x' })));
  await assert.rejects(open(archive('readme.txt')), failsWith('unsupported_document', /ZIP archive/));
  await assert.rejects(
    open(archive('mimetype', 'content.xml', 'META-INF/manifest.xml')),
    failsWith('unsupported_document', /OpenDocument/),
  );
});

async function assertBounded(work: () => Promise<void>): Promise<void> {
  const before = process.memoryUsage.rss();
  await work();
  assert.ok(process.memoryUsage.rss() - before < 400 * 2 ** 20, 'hungry');
}
