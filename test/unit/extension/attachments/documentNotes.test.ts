import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentNote, DocumentUnit } from '../../../../backend-native/protocol/documentNotes.js';
import { documentNoteText } from '../../../../extension/attachments/documentNotes.js';

test('what_was_left_out_is_called_what_the_document_calls_it', () => {
  const left = (unit: DocumentUnit, pages: string) =>
    documentNoteText({ kind: 'pagesLeftOut', pages, count: 2, reason: 'budget', budget: 4096 }, unit);
  assert.equal(left('page', '5-10'), 'Left out: pages 5-10 (no room in the 4,096 tokens for documents).');
  assert.equal(left('sheet', '3'), 'Left out: sheet 3 (no room in the 4,096 tokens for documents).');
  assert.equal(left('slide', '3,7-8'), 'Left out: slides 3, 7-8 (no room in the 4,096 tokens for documents).');
  assert.equal(left('whole', ''), 'It was left out: no room in the 4,096 tokens for documents.');
});

test('what_was_chosen_keeps_its_order_and_puts_neighbours_together', () => {
  const note = { kind: 'pagesChosen', chosen: [17, 230, 231, 232, 4], of: 500, unit: 'page' } as const;
  assert.equal(
    documentNoteText({ ...note, why: 'question' }, 'page'),
    'Chosen for your question: pages 17, 230-232, 4 of 500.',
  );
  assert.match(documentNoteText({ ...note, why: 'user', chosen: [2], unit: 'cell' }, 'page'), /by you: cell 2 of 500/);
});

test('a_cut_document_says_how_much_of_it_was_read', () => {
  const cut = { kind: 'cut', characters: 1200, of: 4800, budget: 512 } as const;
  assert.equal(
    documentNoteText({ ...cut, page: 0 }, 'whole'),
    'Only the first 1,200 of 4,800 characters (25 %) fit into the 512 tokens for documents.',
  );
  assert.match(documentNoteText({ ...cut, page: 3 }, 'sheet'), /^Of sheet 3 only the first 1,200 of 4,800/);
});

test('every_kind_has_a_sentence_of_its_own', () => {
  const notes: DocumentNote[] = [
    { kind: 'readInParts', parts: 3 },
    { kind: 'picturesLeftOut', count: 2, reason: 'remote' },
    { kind: 'picturesLeftOut', count: 2, reason: 'master' },
    { kind: 'picturesLinked', names: ['a.png', 'b.png'] },
    { kind: 'encodingGuessed', encoding: 'windows-1252' },
    { kind: 'noPagesToDraw' },
    { kind: 'trackedChanges', inserted: 1, deleted: 2, moved: 0 },
    { kind: 'comments', count: 2 },
    { kind: 'headersDiffer', count: 2 },
    { kind: 'hiddenText', pages: '1-2', characters: 20, how: ['invisible', 'clipped', 'tiny'] },
    { kind: 'hiddenElements', count: 4 },
    { kind: 'framesNotRead', names: ['https://a.example/map'] },
    { kind: 'hiddenCells', rows: 1, columns: 2, sheets: ['a'] },
    { kind: 'hiddenParts', what: 'sheets', names: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
    { kind: 'hiddenParts', what: 'slides', names: ['a'] },
    { kind: 'recognisedText', pages: '1' },
    { kind: 'scannedPages', pages: '1' },
    { kind: 'garbledText', pages: '1' },
    { kind: 'dynamicForm' },
    { kind: 'attachedFiles', names: ['a.txt'] },
    { kind: 'embeddedData', count: 1, characters: 5000 },
    { kind: 'rowsLeftOut', sheet: 'Budget', rows: 10, of: 20 },
    { kind: 'formulasWithoutValues', count: 1 },
    ...(['charts', 'diagrams', 'embedded', 'media'] as const).map((what) => ({
      kind: 'objectsNotRead' as const,
      what,
      count: 2,
    })),
  ];
  const sentences = notes.map((note) => documentNoteText(note, 'page'));
  for (const sentence of sentences) assert.match(sentence, /^[A-Z].*\.$/, sentence);
  assert.equal(new Set(sentences).size, notes.length);
  assert.match(sentences.join('\n'), /Hidden sheets .*: a, b, c, d, e and 2 more\./);
});
