import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepUnchanged } from '../../../../webview/host/stableState.js';

test('what_did_not_change_stays_the_same_object', () => {
  const before = {
    turns: [
      { id: 'a', answers: [{ text: 'x' }] },
      { id: 'b', answers: [{ text: 'y' }] },
    ],
    other: { n: 1 },
  };
  const after = keepUnchanged(before, {
    turns: [
      { id: 'a', answers: [{ text: 'x' }] },
      { id: 'b', answers: [{ text: 'z' }] },
    ],
    other: { n: 1 },
  });
  assert.equal(after.turns[0], before.turns[0]);
  assert.equal(after.other, before.other);
  assert.notEqual(after.turns[1], before.turns[1]);
  assert.equal(after.turns[1]?.answers[0]?.text, 'z');
});

test('the_same_snapshot_is_the_same_object', () => {
  const before = { a: [1, { b: null }] };
  assert.equal(keepUnchanged(before, structuredClone(before)), before);
});

test('added_and_removed_parts_are_changes', () => {
  const before = { list: [1, 2], a: 1 };
  assert.deepEqual(keepUnchanged<unknown>(before, { list: [1] }), { list: [1] });
  assert.deepEqual(keepUnchanged<unknown>({ a: 1 }, { a: 1, b: undefined }), { a: 1, b: undefined });
  assert.deepEqual(keepUnchanged<unknown>([], {}), {});
});
