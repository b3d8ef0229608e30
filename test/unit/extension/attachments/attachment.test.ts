import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSame, sourcesOf, viewOf, withPart, withReport } from '../../../../extension/attachments/attachment.js';
import { attachmentFromJson } from '../../../../extension/attachments/attachmentJson.js';
import { documentFile, imageFile, pasted, selection } from './sampleAttachments.js';

test('sources_keep_the_order_of_images_and_of_documents', () => {
  const { images, documents } = sourcesOf([
    imageFile('/a.png'),
    documentFile('/b.pdf', { pages: '1-3,7', readAs: 'images' }),
    pasted('f00'),
    selection('let x;', 4, 4),
    documentFile('/c.md', { pages: '', readAs: 'auto' }),
  ]);
  assert.deepEqual(images, [{ path: '/a.png' }, { path: '/storage/f00/Pasted.png' }]);
  assert.deepEqual(documents, [
    { path: '/b.pdf', pages: '1-3,7', readAs: 'images' },
    { name: 'app.ts:4-4', text: 'let x;' },
    { path: '/c.md', readAs: 'auto' },
  ]);
});

test('a_report_becomes_what_the_chip_shows', () => {
  const { attachment, state } = withReport(imageFile('/a.png'), {
    kind: 'image',
    name: 'a.png',
    format: 'png',
    sizeBytes: 10,
    width: 640,
    height: 480,
    frames: 1,
    tokens: 256,
    thumbnail: 'iVBO',
  });
  const view = viewOf(attachment, state);
  assert.deepEqual(
    [view.state, view.width, view.height, view.tokens, view.hasThumbnail],
    ['ready', 640, 480, 256, true],
  );
});

test('a_chip_knows_what_the_parts_of_its_document_are_called', () => {
  const { attachment, state } = withReport(documentFile('/budget.xlsx'), {
    kind: 'document',
    name: 'budget.xlsx',
    format: 'xlsx',
    sizeBytes: 10,
    unit: 'sheet',
    pages: 3,
    chosenPages: '1-3',
    pagesWithoutText: '',
    characters: 100,
    tokens: 40,
    notes: [],
  });
  const { pages, unit } = viewOf(attachment, state);
  assert.deepEqual([pages, unit], [3, 'sheet']);
  assert.deepEqual(attachmentFromJson(JSON.parse(JSON.stringify(attachment))), attachment);
});

test('pages_stay_known_when_a_page_range_is_refused', () => {
  const pdf = documentFile('/b.pdf', { pages: '99', look: { pages: 12, tokens: 3000, hasThumbnail: true } });
  const error = {
    code: 'page_range_invalid',
    message: 'b.pdf has 12 pages',
    nextStep: 'Give pages such as 1-3,7.',
  } as const;
  const { attachment, state } = withReport(pdf, { kind: 'failed', name: 'b.pdf', error });
  const view = viewOf(attachment, state);
  assert.deepEqual(
    [view.state, view.pages, view.chosenPages, view.tokens, view.error],
    ['failed', 12, '99', null, error],
  );
});

test('tokens_are_unknown_while_an_attachment_is_read_again', () => {
  const image = imageFile('/a.png', { look: { width: 1, height: 1, tokens: 256, hasThumbnail: true } });
  assert.equal(viewOf(image, { name: 'reading' }).tokens, null);
});

test('the_same_thing_is_known_by_path_bytes_or_lines', () => {
  assert.ok(isSame(imageFile('/shots/a.png', { id: 'one' }), imageFile('/shots/./a.png', { id: 'two' })));
  assert.ok(!isSame(imageFile('/shots/a.png'), imageFile('/other/a.png')));
  assert.ok(isSame(pasted('f00', { id: 'one' }), pasted('f00', { id: 'two' })));
  assert.ok(!isSame(pasted('f00'), pasted('ba5')));
  assert.ok(isSame(selection('x', 1, 2), selection('x', 1, 2)));
  assert.ok(!isSame(selection('x', 1, 2), selection('x', 5, 6)), 'equal lines at another place');
  assert.ok(!isSame(selection('x', 1, 2), imageFile('/src/app.ts')));
});

test('a_part_of_an_image_is_what_the_backend_reads_and_the_chip_shows', () => {
  const look = { width: 640, height: 480, tokens: 256, hasThumbnail: true, words: 3 };
  const part = { x: 10, y: 20, width: 100, height: 50 };
  const cropped = withPart(imageFile('/a.png', { look }), part);
  assert.ok(cropped);
  assert.deepEqual(sourcesOf([cropped]).images, [{ path: '/a.png', part }]);
  const view = viewOf(cropped);
  assert.deepEqual([view.width, view.height, view.tokens, view.words], [100, 50, null, undefined]);
  assert.deepEqual(view.part, { ...part, wholeWidth: 640, wholeHeight: 480 });
  assert.ok(!isSame(cropped, imageFile('/a.png')));
  const again = withPart(cropped, null);
  assert.deepEqual(again && [viewOf(again).width, viewOf(again).part], [640, undefined]);
});

test('a_part_beyond_the_image_or_of_no_image_is_refused', () => {
  const look = { width: 64, height: 48, tokens: null, hasThumbnail: true };
  const part = { x: 60, y: 0, width: 5, height: 5 };
  assert.equal(withPart(imageFile('/a.png', { look }), part), undefined);
  assert.equal(withPart(imageFile('/a.png'), { ...part, x: 0 }), undefined);
  assert.equal(withPart(documentFile('/a.pdf', { look }), { ...part, x: 0 }), undefined);
});
