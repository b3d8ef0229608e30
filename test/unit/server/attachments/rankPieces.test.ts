import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Piece } from '../../../../backend-native/server/attachments/pagePieces.js';
import { rankPieces, termsOf } from '../../../../backend-native/server/attachments/rankPieces.js';

function pieces(...texts: string[]): Piece[] {
  return texts.map((text, i) => ({ document: 0, number: i + 1, page: { page: i + 1, text }, text, lead: '' }));
}

function best(question: string, ...texts: string[]): number[] {
  return rankPieces(pieces(...texts), question).map(({ piece }) => piece.number);
}

test('the_piece_with_the_rarer_words_comes_first', () => {
  assert.deepEqual(
    best('What does the valve cost?', 'the pump costs 5', 'the valve costs 7', 'the pump', 'nothing'),
    [2, 1],
  );
});

test('word_forms_are_one_word', () => {
  assert.deepEqual(best('inspections', 'they are inspected daily', 'they are painted daily'), [1]);
});

test('parts_of_identifiers_are_found_and_the_whole_counts_more', () => {
  assert.deepEqual(best('What is max tokens?', 'maxTokensPerTurn = 5', 'nothing of it'), [1]);
  assert.deepEqual(best('error E-4719', 'code E-4718', 'code E-4719'), [2, 1]);
  assert.deepEqual(termsOf('max_tokens'), ['max_tokens', 'max', 'token']);
});

test('scripts_without_spaces_are_searched_too', () => {
  assert.deepEqual(best('電源の交換', '電源を交換します', '窓を開けます'), [1]);
});

test('a_question_without_a_word_of_its_own_ranks_nothing', () => {
  assert.deepEqual(best('What is this about?', 'a text', 'another'), []);
  assert.deepEqual(best('zebra', 'a text'), []);
});

test('the_same_pieces_in_another_order_are_told_apart', () => {
  const [a, b, c, d] = pieces('first', 'the valve', 'the pump', 'last') as [Piece, Piece, Piece, Piece];
  const found = (all: readonly Piece[]) => rankPieces(all, 'valve').map(({ piece }) => piece.text);
  assert.deepEqual(found([a, b, c, d]), ['the valve']);
  assert.deepEqual(found([a, c, b, d]), ['the valve']);
  assert.deepEqual(found([a, b, c, d]), ['the valve']);
});
