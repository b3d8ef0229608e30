import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastReports } from '../../../backend-native/protocol/answerNotes.js';
import type { DocumentReport } from '../../../backend-native/protocol/ask.js';

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
