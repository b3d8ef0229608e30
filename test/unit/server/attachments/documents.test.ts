import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { documentBounds } from '../../../../backend-native/server/attachments/documents/documentBounds.js';
import {
  readDocuments,
  type ReadDocuments,
  type ReadDocumentsOptions,
} from '../../../../backend-native/server/attachments/documents.js';
import { defaultDocumentLimits, type DocumentSource } from '../../../../backend-native/protocol/ask.js';
import { failsWith } from '../../../failsWith.js';
import { docx, paragraph } from '../../../fixtures/documents/docx.js';
import { pdf, type PdfPageSpec } from '../../../fixtures/documents/pdf.js';
import { png, solid } from '../../../fixtures/images.js';
import { scratchFolder, writeFile } from '../../../scratch.js';

/** A token for every word; an image takes a hundred. */
const counter = {
  countTokens: (text: string) => text.split(/\s+/).filter((word) => word !== '').length,
  countImageTokens: () => 100,
};
const blind = { countTokens: counter.countTokens };

function read(sources: readonly DocumentSource[], options: Partial<ReadDocumentsOptions> = {}): Promise<ReadDocuments> {
  return readDocuments(sources, {
    limits: defaultDocumentLimits,
    budgetTokens: 100_000,
    counter,
    imagesBefore: 0,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
  });
}

function pdfSource(
  pages: readonly PdfPageSpec[],
  reading: { pages?: string; readAs?: 'auto' | 'text' | 'images' } = {},
) {
  return { name: 'a.pdf', base64: pdf(pages).toString('base64'), ...reading };
}

const scan: PdfPageSpec = { picture: solid(4, 4, [200, 0, 0]) };

test('a_document_is_known_by_its_file_name', async (t) => {
  const file = writeFile(scratchFolder(t), 'notes.md', '# Notes');
  const { documents, reports, pageImages } = await read([{ path: file }]);
  assert.deepEqual(documents, [{ name: 'notes.md', text: '# Notes' }]);
  assert.deepEqual(pageImages, []);
  assert.deepEqual(reports, [
    {
      name: 'notes.md',
      format: 'markdown',
      unit: 'whole',
      pages: null,
      pagesAsText: '',
      pagesAsImages: '',
      picturesRead: 0,
      characters: 7,
      charactersRead: 7,
      tokens: 2,
      complete: true,
      notes: [],
      note: '',
    },
  ]);
});

test('every_format_is_read_for_what_it_is_and_not_for_its_name', async () => {
  const source = (name: string, bytes: Buffer) => ({ name, base64: bytes.toString('base64') });
  const { documents, reports } = await read([
    source('really.pdf', docx(paragraph('a docx'))),
    source('really.docx', pdf([{ lines: ['a pdf'] }])),
    source('really.png', Buffer.from('a text')),
    { name: 'selection', text: 'a selection\r\nof code' },
    source('drawn.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
  ]);
  assert.deepEqual(
    documents.map(({ text }) => text),
    ['a docx', 'a pdf', 'a text', 'a selection\nof code', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  );
  assert.deepEqual(
    reports.map(({ format }) => format),
    ['docx', 'pdf', 'text', 'text', 'text'],
  );
});

test('what_is_no_document_is_said_by_what_it_is', async () => {
  const refused: [Buffer, RegExp][] = [
    [png(solid(2, 2, [0, 0, 0])), /is an image/],
    [Buffer.from('GGUF\x03\0\0\0'), /model file/],
    [Buffer.from('{\\rtf1 hello}'), /RTF/],
    [Buffer.from([0, 1, 2, 3]), /binary/],
  ];
  for (const [bytes, message] of refused)
    await assert.rejects(
      read([{ name: 'x', base64: bytes.toString('base64') }]),
      failsWith('unsupported_document', message),
    );
});

test('paths_and_sizes_are_checked', async (t) => {
  const folder = scratchFolder(t);
  await assert.rejects(read([{ path: path.join(folder, 'none') }]), failsWith('file_not_found'));
  await assert.rejects(read([{ path: folder }]), failsWith('not_a_file'));
  await assert.rejects(read([{ path: writeFile(folder, 'empty', '') }]), failsWith('file_empty'));
  await assert.rejects(read([{ name: 'pasted', text: ' \n' }]), failsWith('file_empty'));
  await assert.rejects(read([{ name: 'dropped', base64: '' }]), failsWith('file_empty'));
  const huge = writeFile(folder, 'huge', 'text');
  fs.truncateSync(huge, documentBounds.fileBytes + 1);
  await assert.rejects(read([{ path: huge }]), failsWith('document_too_large', /128 MB/));
  await assert.rejects(
    read([{ name: 'long', text: 'x'.repeat(documentBounds.textBytes + 1) }]),
    failsWith('document_too_large', /16 MB/),
  );
  await assert.rejects(
    read(Array.from({ length: 257 }, () => ({ name: 'a', text: 'a' }))),
    failsWith('invalid_argument', /256 documents/),
  );
});

test('how_a_document_is_read_is_checked', async () => {
  const text = { name: 'a.txt', base64: Buffer.from('text').toString('base64') };
  await assert.rejects(read([{ ...text, pages: '1' }]), failsWith('page_range_invalid', /a\.txt has no pages/));
  await assert.rejects(
    read([{ ...text, readAs: 'pictures' as 'images' }]),
    failsWith('invalid_argument', /auto, text, images.*pictures/),
  );
  const {
    reports: [report],
  } = await read([{ ...text, readAs: 'images' }]);
  assert.match(report?.note ?? '', /no pages to draw and was read as text/);
});

test('an_encoding_that_was_guessed_is_said', async () => {
  const { documents, reports } = await read([
    { name: 'a', base64: Buffer.from('Gr\xfc\xdfe', 'latin1').toString('base64') },
  ]);
  assert.deepEqual(
    [documents[0]?.text, reports[0]?.note, reports[0]?.complete],
    ['Grüße', 'Its encoding was taken for windows-1252.', true],
  );
});

test('pages_are_named_in_the_text', async () => {
  const { documents, reports } = await read([
    pdfSource([{ lines: ['one'] }, { lines: ['two'] }, { lines: ['three'] }], { pages: '1,3' }),
  ]);
  assert.equal(documents[0]?.text, '[page 1]\none\n\n[page 3]\nthree');
  assert.deepEqual(reports[0], {
    name: 'a.pdf',
    format: 'pdf',
    unit: 'page',
    pages: 3,
    pagesAsText: '1,3',
    pagesAsImages: '',
    picturesRead: 0,
    characters: 8,
    charactersRead: 8,
    tokens: 6,
    complete: true,
    notes: [],
    note: '',
  });
});

test('pages_without_text_become_images_that_the_text_names', async () => {
  const { documents, pageImages, reports } = await read(
    [{ name: 'n', text: 'note' }, pdfSource([{ lines: ['one'] }, scan, {}, scan])],
    { imagesBefore: 2, pageImagePixels: 10_000 },
  );
  assert.equal(documents[1]?.text, '[page 1]\none\n\n[page 2: Image 3]\n\n[page 3]\n\n\n[page 4: Image 4]');
  assert.deepEqual(
    pageImages.map(({ name, document }) => [name, document]),
    [
      ['a.pdf, page 2', { index: 1, page: 2 }],
      ['a.pdf, page 4', { index: 1, page: 4 }],
    ],
  );
  const [image] = pageImages;
  assert.ok(image && Math.abs(image.width * image.height - 10_000) < 200);
  assert.deepEqual([...image.rgb.subarray(0, 3)], [200, 0, 0]);
  assert.deepEqual(
    [reports[1]?.pagesAsText, reports[1]?.pagesAsImages, reports[1]?.complete, reports[1]?.note],
    ['1,3', '2,4', true, ''],
  );
});

test('pages_are_read_as_it_is_asked', async () => {
  const pages = [{ lines: ['one'] }, scan];
  const images = await read([pdfSource(pages, { readAs: 'images' })]);
  assert.deepEqual([images.reports[0]?.pagesAsImages, images.reports[0]?.pagesAsText], ['1-2', '']);
  const text = await read([pdfSource(pages, { readAs: 'text' })]);
  assert.deepEqual([text.reports[0]?.pagesAsText, text.reports[0]?.complete], ['1', false]);
  assert.match(text.reports[0]?.note ?? '', /^Page 2 was left out: it holds no text/);
  await assert.rejects(read([pdfSource([scan], { readAs: 'text' })]), failsWith('file_empty', /hold no text/));
});

test('a_model_that_reads_no_images_gets_the_text_and_the_rest_is_said', async () => {
  const {
    reports: [report],
    pageImages,
  } = await read([pdfSource([{ lines: ['one'] }, scan, scan])], { counter: blind });
  assert.deepEqual([report?.pagesAsText, report?.complete, pageImages.length], ['1', false, 0]);
  assert.equal(report?.note, 'Pages 2-3 were left out: they hold no text, and the model reads no images.');
  await assert.rejects(
    read([pdfSource([scan])], { counter: blind }),
    failsWith('projector_missing', /a\.pdf has to be read as images/),
  );
  await assert.rejects(
    read([pdfSource([{ lines: ['x'] }], { readAs: 'images' })], { counter: blind }),
    failsWith('projector_missing'),
  );
});

test('no_more_pages_become_images_than_may_of_all_documents_together', async () => {
  const limits = { maxTokens: 0, maxImagePages: 3 };
  const { reports, pageImages } = await read([pdfSource([scan, scan]), pdfSource([scan, scan, { lines: ['text'] }])], {
    limits,
  });
  assert.equal(pageImages.length, 3);
  assert.deepEqual(
    reports.map(({ pagesAsImages, complete }) => [pagesAsImages, complete]),
    [
      ['1-2', true],
      ['1', false],
    ],
  );
  assert.equal(reports[1]?.note, 'Page 2 was left out: no more pages may be read as images.');
  await assert.rejects(
    read([pdfSource([scan])], { limits: { maxTokens: 0, maxImagePages: 0 } }),
    failsWith('invalid_argument', /no more pages/),
  );
});

test('of_a_long_pdf_the_first_whole_pages_are_read_and_the_rest_is_said', async () => {
  const pages = Array.from({ length: 10 }, () => ({ lines: ['one two three four', 'five six seven eight'] }));
  // Each page has ten words with its head, and the frame of the document two.
  const {
    documents,
    reports: [report],
  } = await read([pdfSource(pages)], { budgetTokens: 45 });
  assert.deepEqual([report?.pagesAsText, report?.complete, report?.tokens], ['1-4', false, 40]);
  assert.ok(report && report.charactersRead === 0.4 * report.characters);
  assert.equal(report.note, 'Pages 5-10 were left out: they did not fit into the 45 tokens for documents.');
  assert.ok(counter.countTokens(documents[0]?.text ?? '') <= 43);
});

test('of_a_long_text_the_beginning_is_read_and_how_much_of_it_is_said', async () => {
  const text = 'alpha beta gamma delta\n'.repeat(250);
  const {
    documents,
    reports: [report],
  } = await read([{ name: 'long.txt', text }], { budgetTokens: 502 });
  const given = documents[0]?.text ?? '';
  assert.ok(text.startsWith(given));
  assert.equal(counter.countTokens(given), 500);
  assert.deepEqual(
    [report?.charactersRead, report?.characters, report?.tokens, report?.complete],
    [given.length, text.length, 500, false],
  );
  assert.equal(
    report?.note,
    `Only the first ${given.length} of ${text.length} characters (49 %) fit into the 502 tokens for documents.`,
  );
});

test('the_first_page_is_cut_when_not_even_it_fits', async () => {
  const lines = Array.from({ length: 40 }, () => 'one two three four five');
  const {
    documents,
    reports: [report],
  } = await read([pdfSource([{ lines }, { lines }])], { budgetTokens: 54 });
  assert.ok(documents[0]?.text.startsWith('[page 1]\none two'));
  assert.equal(counter.countTokens(documents[0]?.text ?? ''), 52);
  assert.match(report?.note ?? '', /^Only the first \d+ of \d+ characters of page 1 \(\d+ %\).* Page 2 was left out/);
  assert.deepEqual([report?.pagesAsText, report?.complete], ['1', false]);
});

test('page_images_count_against_the_budget', async () => {
  const {
    reports: [report],
  } = await read([pdfSource([scan, scan, scan])], { budgetTokens: 250 });
  assert.deepEqual([report?.pagesAsImages, report?.complete], ['1-2', false]);
});

test('the_setting_lowers_what_the_context_allows', async () => {
  const text = 'word '.repeat(1000);
  const {
    reports: [report],
  } = await read([{ name: 'a', text }], { limits: { maxTokens: 102, maxImagePages: 16 } });
  assert.equal(report?.tokens, 100);
  assert.match(report.note, /the 102 tokens/);
});

test('documents_share_what_there_is', async () => {
  const long = 'word '.repeat(1000);
  const { reports } = await read(
    [
      { name: 'a', text: long },
      { name: 'b', text: 'short text' },
      { name: 'c', text: long },
    ],
    { budgetTokens: 206 },
  );
  assert.deepEqual(
    reports.map(({ tokens, complete }) => [tokens, complete]),
    [
      [99, false],
      [2, true],
      [99, false],
    ],
  );
});

test('no_room_at_all_is_an_error_with_the_number', async () => {
  for (const budgetTokens of [0, -10, 2])
    await assert.rejects(
      read([{ name: 'a', text: 'some words' }], { budgetTokens }),
      failsWith('context_overflow', /tokens that are left/),
    );
});

test('progress_tells_the_page_of_the_document', async () => {
  const seen: string[] = [];
  await read([{ name: 'n', text: 'note' }, pdfSource([{ lines: ['one'] }, { lines: ['two'] }])], {
    onProgress: ({ index, count, name, done, total }) => seen.push(`${index + 1}/${count} ${name} ${done}/${total}`),
  });
  assert.deepEqual(seen, ['1/2 n 0/1', '2/2 a.pdf 0/1', '2/2 a.pdf 1/2', '2/2 a.pdf 2/2']);
});

test('cancelling_gives_no_documents', async () => {
  const abort = new AbortController();
  const nothing = { documents: [], pageImages: [], reports: [], plans: [] };
  const source = pdfSource([scan, scan]);
  assert.deepEqual(
    await read([source, source], {
      signal: abort.signal,
      onProgress: ({ index }) => {
        if (index === 1) abort.abort();
      },
    }),
    nothing,
  );
  assert.deepEqual(await read([source], { signal: abort.signal }), nothing);
});
