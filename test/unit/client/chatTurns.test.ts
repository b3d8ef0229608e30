import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turnsOf, type ChatMessage, type ChatPart } from '../../../backend-native/client/chatTurns.js';
import { failsWith } from '../../failsWith.js';

const user = (...texts: string[]): ChatMessage => ({ role: 'user', parts: texts.map((text) => ({ text })) });
const assistant = (text: string): ChatMessage => ({ role: 'assistant', parts: [{ text }] });
const picture = { mime: 'image/png', base64: 'AQID' };

test('a_chat_is_a_history_and_a_question', () => {
  const { question, system, conversation } = turnsOf([
    { role: 'system', parts: [{ text: 'Be brief.' }] },
    user('What is ', 'shown?'),
    assistant('A dialog.'),
    user('Which one?'),
  ]);
  assert.equal(question, 'Which one?');
  assert.equal(system, 'Be brief.');
  assert.deepEqual(conversation.history, [
    { question: 'What is shown?', answer: 'A dialog.', images: [], documents: [] },
  ]);
});

test('messages_of_the_user_that_follow_each_other_are_one_turn', () => {
  const { question, images } = turnsOf([
    user('Here is context.'),
    { role: 'user', parts: [picture, { text: 'What is it?' }] },
  ]);
  assert.equal(question, 'Here is context.\n\nWhat is it?');
  assert.deepEqual(images, [{ name: 'picture-1.png', base64: 'AQID' }]);
});

test('pictures_of_earlier_turns_stay_with_them', () => {
  const { images, conversation } = turnsOf([
    { role: 'user', parts: [{ text: 'This?' }, picture] },
    assistant('A cat.'),
    user('And now?'),
  ]);
  assert.deepEqual(images, []);
  assert.equal(conversation.history[0]?.images?.length, 1);
});

test('a_chat_may_begin_with_an_answer', () => {
  const { question, conversation } = turnsOf([assistant('How can I help?'), user('What is shown?')]);
  assert.equal(question, 'What is shown?');
  assert.deepEqual(
    conversation.history.map((turn) => [turn.question, turn.answer]),
    [['', 'How can I help?']],
  );
});

test('documents_are_asked_about_in_their_turn', () => {
  const document = { name: 'notes.txt', text: 'alpha' };
  const { documents, conversation } = turnsOf([
    { role: 'user', parts: [{ document }, { text: 'Which server?' }] },
    assistant('alpha'),
    { role: 'user', parts: [{ text: 'And here?' }, { document: { name: 'b.txt', text: 'beta' } }] },
  ]);
  assert.deepEqual(documents, [{ name: 'b.txt', text: 'beta' }]);
  assert.deepEqual(conversation.history[0]?.documents, [document]);
});

test('a_chat_that_goes_on_keeps_its_name_and_another_has_another', () => {
  const id = (...messages: ChatMessage[]) => turnsOf(messages).conversation.id;
  assert.equal(id(user('One?')), id(user('One?'), assistant('1'), user('Two?')));
  assert.notEqual(id(user('One?')), id(user('Other?')));
});

test('what_no_model_takes_is_refused_by_name', () => {
  for (const [messages, pattern] of [
    [[], /ends with a question/],
    [[user('One?'), assistant('1')], /ends with a question/],
    [[user('  ')], /ends with a question/],
    [[{ role: 'user', parts: [{ other: 'LanguageModelToolResultPart' }] }], /received LanguageModelToolResultPart/],
    [[{ role: 'user', parts: [{ text: 'What?' }, { mime: 'audio/wav', base64: '' }] }], /received audio\/wav/],
  ] as const)
    assert.throws(() => turnsOf(messages), failsWith('invalid_argument', pattern));
});

const call = { id: 'a', name: 'look', arguments: '{}' };
const called: ChatMessage = { role: 'assistant', parts: [{ text: 'I look.' }, { toolCall: call }] };
const result = (...parts: ChatPart[]): ChatPart => ({ toolResult: { id: 'a', parts } });

test('results_of_tools_are_what_is_asked_next', () => {
  const { question, toolResults, conversation } = turnsOf([
    user('What is shown?'),
    called,
    { role: 'user', parts: [result({ text: 'A dialog.' })] },
  ]);
  assert.equal(question, '');
  assert.deepEqual(toolResults, [{ id: 'a', name: 'look', content: 'A dialog.' }]);
  assert.deepEqual(conversation.history, [
    { question: 'What is shown?', answer: 'I look.', images: [], documents: [], toolCalls: [call] },
  ]);
});

test('a_question_may_come_with_the_results_and_answers_with_calls_stay_history', () => {
  const { question, conversation } = turnsOf([
    user('What is shown?'),
    called,
    { role: 'user', parts: [result({ text: 'A dialog.' })] },
    user('And is it red?'),
    assistant('Yes.'),
    user('Why?'),
  ]);
  assert.equal(question, 'Why?');
  const { toolResults, question: asked, answer } = conversation.history[1] ?? {};
  assert.deepEqual([toolResults?.length, asked, answer], [1, 'And is it red?', 'Yes.']);
});

test('a_picture_that_a_tool_gave_is_seen', () => {
  const { images, toolResults } = turnsOf([
    user('What is shown?'),
    called,
    { role: 'user', parts: [result({ text: 'Here:' }, picture)] },
  ]);
  assert.deepEqual(images, [{ name: 'picture-1.png', base64: 'AQID' }]);
  assert.equal(toolResults[0]?.content, 'Here:');
});

test('a_result_without_a_call_is_refused', () => {
  const alone: ChatMessage = { role: 'user', parts: [result({ text: '1' })] };
  assert.throws(() => turnsOf([alone]), failsWith('invalid_argument', /received one of a/));
  assert.throws(() => turnsOf([user('What?'), assistant('That.'), alone]), failsWith('invalid_argument', /one of a/));
  const odd: ChatMessage = { role: 'user', parts: [result({ other: 'sound' })] };
  assert.throws(() => turnsOf([user('What?'), called, odd]), failsWith('invalid_argument', /received sound/));
});
