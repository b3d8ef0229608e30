import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageNumbers, pageTarget } from '../../../../webview/answer/pageLinks.js';
import type { AttachmentView } from '../../../../webview/protocol/state.js';

const numbers = (text: string) => pageNumbers(text).map(({ page }) => page);

test('numbers_of_pages_are_found_as_people_and_models_write_them', () => {
  assert.deepEqual(numbers('See page 17.'), [17]);
  assert.deepEqual(numbers('Pages 17, 230-231 of 500, chosen for your question.'), [17, 230, 231]);
  assert.deepEqual(numbers('on pages 3 and 5, and on slide 2'), [3, 5, 2]);
  assert.deepEqual(numbers('[page 4] (p. 12; pp. 8–9)'), [4, 12, 8, 9]);
  assert.deepEqual(numbers('auf Seite 7, Seiten 3 bis 4, S. 9'), [7, 3, 4, 9]);
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

const document = (id: string) => ({ id, name: `${id}.pdf` }) as AttachmentView;
const report = (name: string, pages: number | null, pagesAsText = '', pagesAsImages = '') => ({
  name,
  pages,
  pagesAsText,
  pagesAsImages,
});

test('a_page_is_that_of_the_document_of_which_it_was_read', () => {
  const documents = [document('a'), document('b')];
  const reports = [report('a.pdf', 500, '1-3'), report('b.pdf', 40, '', '17,20-22')];
  const nameOf = (page: number) => pageTarget(page, reports, documents)?.attachmentId;
  assert.deepEqual([2, 17, 21, 300].map(nameOf), ['a', 'b', 'b', 'a']);
  assert.deepEqual([0, 501, 30].map(nameOf), [undefined, undefined, undefined], 'not there, or in doubt');
  assert.equal(pageTarget(1, [report('a.txt', null)], [document('a')]), undefined);
});
