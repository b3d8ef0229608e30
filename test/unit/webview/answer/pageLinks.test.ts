import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageNumbers } from '../../../../backend-native/protocol/pageNumbers.js';
import { pageTarget, readDocuments, type ReadDocument } from '../../../../webview/answer/pageLinks.js';
import type { AnswerView, AttachmentView } from '../../../../webview/protocol/state.js';

const numbers = (text: string) => pageNumbers(text).map(({ page }) => page);

test('numbers_of_pages_are_found_as_people_and_models_write_them', () => {
  assert.deepEqual(numbers('See page 17.'), [17]);
  assert.deepEqual(numbers('Pages 17, 230-231 of 500, chosen for your question.'), [17, 230, 231]);
  assert.deepEqual(numbers('on pages 3 and 5, and on slide 2'), [3, 5, 2]);
  assert.deepEqual(numbers('[page 4] (p. 12; pp. 8–9)'), [4, 12, 8, 9]);
  assert.deepEqual(numbers('auf Seite 7, Seiten 3 bis 4, S. 9'), [7, 3, 4, 9]);
  assert.deepEqual(numbers('Gewählt: Tabellenblätter 2, 4 von 9'), [2, 4]);
  const text = 'Port 7443 is on page 12.';
  const [found] = pageNumbers(text);
  assert.equal(text.slice(found?.start, found?.end), '12');
});

test('other_numbers_are_no_pages', () => {
  for (const text of ['Port 7443', 'webpage 3', 'homepages 4', 'page', 'the 17 pages', 'page17x of it', 'PR 5'])
    assert.deepEqual(
      numbers(text).filter((page) => page !== 17),
      [],
      text,
    );
});

const attached = (id: string, pages: number | null, read = ''): ReadDocument => ({
  attachment: { id, name: `${id}.pdf`, detail: `/home/ada/${id}.pdf` } as AttachmentView,
  report: { name: `${id}.pdf`, pages, pagesAsText: read, pagesAsImages: '' },
});
const idOf = (page: number, own: readonly ReadDocument[], earlier: readonly ReadDocument[] = []) =>
  pageTarget(page, own, earlier)?.attachmentId;

test('a_page_is_that_of_the_document_of_which_it_was_read', () => {
  const documents = [attached('a', 500, '1-3'), attached('b', 40, '17,20-22')];
  assert.deepEqual(
    [2, 17, 21, 300].map((page) => idOf(page, documents)),
    ['a', 'b', 'b', 'a'],
  );
  assert.deepEqual(
    [0, 501, 30].map((page) => idOf(page, documents)),
    [undefined, undefined, undefined],
    'not there, or in doubt',
  );
  assert.equal(idOf(1, [attached('a', null)]), undefined);
});

test('a_follow_up_names_pages_of_what_was_attached_before', () => {
  const [a, b] = [attached('a', 500, '17'), attached('b', 40, '3')];
  assert.deepEqual([idOf(17, [], [a]), idOf(3, [], [a, b]), idOf(400, [], [a, b])], ['a', 'b', 'a']);
  assert.equal(idOf(30, [], [a, b]), undefined, 'either may be meant');
  assert.equal(idOf(17, [b], [a]), 'a', 'that was read comes before one that only has such a page');
  assert.equal(idOf(3, [b], [attached('c', 9, '3')]), 'b', "the turn's own comes first");
});

test('a_file_that_was_attached_twice_is_one_document', () => {
  const again = attached('a', 500, '18');
  const first = attached('a', 500, '17');
  const twice = [{ ...first, attachment: { ...first.attachment, id: 'first' } }, again];
  assert.equal(idOf(300, [], twice), 'a');
});

test('documents_of_a_turn_are_those_that_have_pages', () => {
  const image = { id: 'i', kind: 'image' } as AttachmentView;
  const notes = { id: 'n', kind: 'document' } as AttachmentView;
  const book = { id: 'b', kind: 'document' } as AttachmentView;
  const documents = [
    { name: 'n.txt', pages: null },
    { name: 'b.pdf', pages: 9 },
  ];
  const answers = [{ result: { documents } }] as unknown as readonly AnswerView[];
  const read = readDocuments({ attachments: [image, notes, book], answers });
  assert.deepEqual(
    read.map(({ attachment, report }) => [attachment.id, report.name]),
    [['b', 'b.pdf']],
  );
  assert.deepEqual(readDocuments({ attachments: [book], answers: [] }), []);
});

test('pages_that_a_follow_up_read_are_those_of_the_document_that_was_attached_before', () => {
  const [a, b] = [attached('a', 500, '17'), attached('b', 500, '9')];
  const more = { name: a.attachment.name, pages: 500, pagesAsText: '212', pagesAsImages: '', ofEarlierTurn: true };
  const answers = [{ result: { documents: [more] } }] as unknown as readonly AnswerView[];
  const own = readDocuments({ attachments: [], answers }, [a, b]);
  assert.equal(idOf(212, own, [a, b]), 'a');
  assert.equal(idOf(212, [], [a, b]), undefined, 'before it was read it could have been of either');
});
