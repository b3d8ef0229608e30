import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryTurn } from '../../../../backend-native/protocol/ask.js';
import { HeldConversation, conversationFrom } from '../../../../backend-native/server/conversation/conversation.js';
import { failsWith } from '../../../failsWith.js';

const image = { path: '/a.png' };
const turn: HistoryTurn = {
  question: 'q',
  answer: 'a',
  images: [image],
  documents: [{ path: '/d.pdf', pages: '1-3', readAs: 'text' }],
};

test('exactly_the_same_turns_are_recognised_whatever_the_order_of_their_keys', () => {
  const held = new HeldConversation('one', 'be brief', [turn]);
  const same: HistoryTurn = {
    documents: [{ readAs: 'text', pages: '1-3', path: '/d.pdf' }],
    images: [image],
    answer: 'a',
    question: 'q',
  };
  assert.ok(held.holds({ id: 'one', history: [same] }, 'be brief'));
  held.add({ question: 'more', answer: 'yes' });
  assert.ok(
    held.holds(
      { id: 'one', history: [turn, { question: 'more', answer: 'yes', images: [], documents: [] }] },
      'be brief',
    ),
  );
});

test('anything_else_is_another_conversation', () => {
  const held = new HeldConversation('one', undefined, [turn]);
  const others: HistoryTurn[][] = [
    [],
    [turn, turn],
    [{ ...turn, answer: 'b' }],
    [{ ...turn, question: 'r' }],
    [{ ...turn, images: [] }],
    [{ ...turn, images: [{ path: '/b.png' }] }],
    [{ ...turn, documents: [{ path: '/d.pdf', pages: '1-4', readAs: 'text' }] }],
  ];
  for (const history of others) assert.equal(held.holds({ id: 'one', history }, undefined), false);
  assert.equal(held.holds({ id: 'two', history: [turn] }, undefined), false);
  assert.equal(held.holds({ id: 'one', history: [turn] }, 'be brief'), false);
  assert.ok(held.holds({ id: 'one', history: [turn] }, ''));
});

test('a_conversation_without_a_name_is_never_recognised', () => {
  assert.equal(
    new HeldConversation(undefined, undefined, [turn]).holds({ id: 'undefined', history: [turn] }, undefined),
    false,
  );
});

test('a_conversation_is_checked_where_it_enters', () => {
  const from = (conversation: unknown) => conversationFrom({ question: 'q', conversation: conversation as never });
  assert.equal(conversationFrom({ question: 'q' }), undefined);
  assert.deepEqual(from({ id: 'one', history: [turn] }), { id: 'one', history: [turn] });
  assert.throws(() => from(null), failsWith('invalid_argument', /a name for the conversation/));
  assert.throws(() => from({ id: '', history: [] }), failsWith('invalid_argument', /a name/));
  assert.throws(() => from({ id: 'one' }), failsWith('invalid_argument', /a list of turns/));
  assert.throws(
    () => from({ id: 'one', history: [turn, { question: 'q' }] }),
    failsWith('invalid_argument', /an answer in turn 2/),
  );
  assert.throws(() => from({ id: 'one', history: [null] }), failsWith('invalid_argument', /a question in turn 1/));
});
