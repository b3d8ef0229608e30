import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageGroups } from '../../../../webview/conversation/ageGroups.js';

const now = new Date(2026, 10, 20, 15, 0).getTime();
const at = (id: string, ...date: [number, number, number, number]) => ({
  id,
  title: id,
  turns: 1,
  about: [],
  changed: new Date(...date).getTime(),
});

test('conversations_are_grouped_by_day_in_their_order', () => {
  const groups = ageGroups(
    [
      at('a', 2026, 10, 20, 14),
      at('b', 2026, 10, 20, 0),
      at('c', 2026, 10, 19, 23),
      at('d', 2026, 10, 14, 9),
      at('e', 2025, 1, 1, 1),
    ],
    now,
  );
  assert.deepEqual(
    groups.map(({ label, conversations }) => [label, conversations.map(({ id }) => id)]),
    [
      ['Today', ['a', 'b']],
      ['Yesterday', ['c']],
      ['Last 7 days', ['d']],
      ['Older', ['e']],
    ],
  );
});

test('a_clock_that_went_back_loses_no_conversation', () => {
  assert.deepEqual(
    ageGroups([at('future', 2026, 11, 24, 0)], now).map(({ label }) => label),
    ['Today'],
  );
});
