import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rememberingCounter } from '../../../../backend-native/server/attachments/tokenCounter.js';

function counting() {
  const counted: string[] = [];
  const countTokens = (text: string) => {
    if (text === 'bad') throw new Error('not counted');
    counted.push(text);
    return Promise.resolve(text.length);
  };
  return { counted, countTokens };
}

test('a_text_is_counted_once', async () => {
  const { counted, countTokens } = counting();
  const counter = rememberingCounter({ countTokens });
  for (const text of ['one', 'three', 'one', '', 'three', ''])
    assert.equal(await counter.countTokens(text), text.length);
  assert.deepEqual(counted, ['one', 'three', '']);
  assert.equal(counter.countImageTokens, undefined);
  assert.equal(rememberingCounter({ countTokens, countImageTokens: () => 7 }).countImageTokens?.(1, 1), 7);
});

test('what_was_asked_for_longest_ago_is_forgotten', async () => {
  const { counted, countTokens } = counting();
  const counter = rememberingCounter({ countTokens }, 2);
  for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await counter.countTokens(text);
  assert.deepEqual(counted, ['a', 'b', 'c', 'b']);
});

test('a_failure_is_not_remembered', async () => {
  const { countTokens } = counting();
  const counter = rememberingCounter({ countTokens });
  await assert.rejects(async () => counter.countTokens('bad'));
  await assert.rejects(async () => counter.countTokens('bad'));
});
