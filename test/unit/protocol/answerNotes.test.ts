import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerNotes, lastReports } from '../../../backend-native/protocol/answerNotes.js';
import type { AskResult, DocumentReport } from '../../../backend-native/protocol/ask.js';

const report = (name: string, charactersRead: number, more: Partial<DocumentReport> = {}) =>
  ({ name, characters: 900, charactersRead, ...more }) as DocumentReport;

test('what_a_follow_up_read_of_a_document_stands_in_the_place_of_what_was_said_of_it_before', () => {
  const reports = [
    report('a.pdf', 100),
    report('b.pdf', 200),
    report('a.pdf', 300, { ofEarlierTurn: true }),
    report('a.pdf', 400, { ofEarlierTurn: true }),
  ];
  assert.deepEqual(
    lastReports(reports).map(({ name, charactersRead }) => [name, charactersRead]),
    [
      ['b.pdf', 200],
      ['a.pdf', 400],
    ],
  );
});

test('another_document_of_the_same_name_and_one_that_was_attached_again_keep_their_own', () => {
  const other = [report('a.pdf', 100, { characters: 50 }), report('a.pdf', 300, { ofEarlierTurn: true })];
  assert.equal(lastReports(other).length, 2);
  assert.equal(lastReports([report('a.pdf', 100), report('a.pdf', 100)]).length, 2);
});

test('what_no_text_says_but_the_pixels_show_is_told_with_what_they_show', () => {
  const notes = (answer: string, more: Partial<AskResult> = {}) =>
    answerNotes(
      {
        answer,
        images: [],
        documents: [],
        looks: ['Image 1: Theme: dark', 'Image 1: The theme is dark.', 'Image 2: The background is blue.'],
        whereNone: 'nowhere',
        ...more,
      } as unknown as AskResult,
      {},
    );
  assert.deepEqual(notes('Dark.'), [{ kind: 'pixels', told: 'Image 1: The theme is dark.' }]);
  assert.deepEqual(notes('light'), [{ kind: 'nowhere' }]);
  // Half of an answer is no answer.
  assert.deepEqual(notes('dark green'), [{ kind: 'nowhere' }]);
  // Lines of an earlier turn's document are no pixels.
  assert.deepEqual(notes('dark', { matching: ['The theme is dark.'], looks: [] }), [{ kind: 'nowhere' }]);
  assert.deepEqual(notes('dark', { whereNone: 'noWords' }), []);
});
