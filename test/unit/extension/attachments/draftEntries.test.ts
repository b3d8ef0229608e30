import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttachmentReport } from '../../../../backend-native/protocol/inspect.js';
import {
  added,
  allDue,
  draftView,
  looked,
  moved,
  notLooked,
  removed,
  withPages,
  type DraftEntries,
  type DraftEntry,
} from '../../../../extension/attachments/draftEntries.js';
import { documentFile, imageFile } from './sampleAttachments.js';

const a = imageFile('/a.png', { id: 'a' });
const b = documentFile('/b.pdf', { id: 'b' });
const c = imageFile('/c.png', { id: 'c' });
const three = [a, b, c].reduce<DraftEntries>((entries, attachment) => added(entries, attachment), []);
const report: AttachmentReport = {
  kind: 'image',
  name: 'a.png',
  format: 'png',
  sizeBytes: 1,
  width: 2,
  height: 3,
  frames: 1,
  tokens: 64,
};
const ids = (entries: DraftEntries) => entries.map(({ attachment }) => attachment.id).join('');
const at = (entries: DraftEntries, index: number) => entries[index] as DraftEntry;

test('the_same_file_is_attached_once', () => {
  assert.equal(added(three, imageFile('/a.png', { id: 'again' })), three);
});

test('attachments_move_within_the_ends', () => {
  assert.equal(ids(moved(three, 'a', 1)), 'bac');
  assert.equal(ids(moved(three, 'a', 99)), 'bca');
  assert.equal(ids(moved(three, 'c', -1)), 'cab');
  assert.equal(moved(three, 'x', 0), three);
  assert.equal(ids(removed(three, 'b')), 'ac');
});

test('choosing_pages_reads_a_document_again', () => {
  const entries = withPages(
    looked(three, at(three, 1), {
      ...report,
      kind: 'document',
      format: 'pdf',
      unit: 'page',
      notes: [],
      pages: 9,
      chosenPages: '1-9',
      pagesWithoutText: '',
      characters: 1,
      tokens: 90,
    }),
    'b',
    ' 1-3 ',
    'text',
  );
  const entry = at(entries, 1);
  assert.deepEqual(
    [entry.attachment.pages, entry.attachment.readAs, entry.state.name, entry.due],
    ['1-3', 'text', 'reading', true],
  );
  assert.equal(entry.attachment.look?.pages, 9);
});

test('images_have_no_pages', () => {
  assert.equal(at(withPages(three, 'a', '1', 'auto'), 0), at(three, 0));
});

test('a_report_is_ignored_when_the_entry_changed_meanwhile', () => {
  const begun = at(three, 1);
  const changed = withPages(three, 'b', '2', 'auto');
  assert.equal(at(looked(changed, begun, { ...report, kind: 'image' }), 1).due, true);
});

test('a_report_from_before_the_model_was_loaded_does_not_count', () => {
  const begun = at(three, 0);
  const entries = looked(allDue(three), begun, { ...report, tokens: null });
  assert.equal(at(entries, 0).due, true);
});

test('what_ended_the_backend_is_not_tried_again_by_itself', () => {
  const crashed = notLooked(three, at(three, 0), { code: 'backend_crashed', message: 'gone', nextStep: 'Ask again.' });
  const missing = notLooked(crashed, at(crashed, 1), {
    code: 'native_missing',
    message: 'none',
    nextStep: 'Build it.',
  });
  assert.deepEqual(
    allDue(missing).map(({ due }) => due),
    [false, true, true],
  );
});

test('tokens_are_summed_once_a_model_is_loaded', () => {
  const entries = looked(three, at(three, 0), report);
  const numbers = (contextTokens: number | null) => {
    const view = draftView(entries, contextTokens, 300);
    return [view.tokens, view.contextTokens, view.heldTokens];
  };
  assert.deepEqual(numbers(null), [null, null, 300]);
  assert.deepEqual(numbers(4096), [64, 4096, 300]);
});
