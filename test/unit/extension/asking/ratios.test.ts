import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askingWorld as world, result } from './askingWorld.js';

test('ratios_are_compared_the_full_cache_first', async (t) => {
  const { asking, asked, conversations } = await world(t);
  await asking.ask({ question: 'What?', attachments: [], compare: true });
  assert.deepEqual(
    asked.map(({ kv }) => kv?.ratio),
    [1, 0.2],
    'auto might keep everything too',
  );
  assert.deepEqual(
    asked.map(({ conversation }) => conversation?.history.length),
    [0, 0],
  );
  assert.deepEqual(
    conversations.open.turns[0]?.answers.map(({ ratio, status }) => [ratio, status]),
    [
      [1, 'done'],
      [0.2, 'done'],
    ],
  );
});

test('the_ratio_of_the_panel_counts_until_it_is_reset', async (t) => {
  const { asking, asked } = await world(t);
  asking.setRatio(0.5);
  await asking.ask({ question: 'One?', attachments: [] });
  await asking.ask({ question: 'Two?', attachments: [] });
  asking.setRatio(null);
  assert.equal(asking.ratio, 'auto');
  await asking.ask({ question: 'Three?', attachments: [] });
  assert.deepEqual(
    asked.map(({ kv }) => kv?.ratio),
    [0.5, 0.5, 'auto'],
  );
});

test('a_setting_that_is_changed_after_the_panel_chose_counts', async (t) => {
  const { asking, asked, settings } = await world(t);
  asking.setRatio(0.5);
  settings.change({ kv: { ...settings.current.kv, method: 'h2o' } });
  assert.equal(asking.ratio, 0.5, 'another setting has nothing to do with it');
  settings.change({ kv: { ...settings.current.kv, ratio: 0.3 } });
  await asking.ask({ question: 'One?', attachments: [] });
  assert.deepEqual(
    asked.map(({ kv }) => kv?.ratio),
    [0.3],
  );
});

test('the_panel_can_ask_for_auto_where_the_setting_is_a_number', async (t) => {
  const { asking, asked, settings } = await world(t);
  settings.change({ kv: { ...settings.current.kv, ratio: 0.3 } });
  asking.setRatio('auto');
  await asking.ask({ question: 'One?', attachments: [] });
  await asking.ask({ question: 'Two?', attachments: [] });
  assert.deepEqual(
    asked.map(({ kv }) => kv?.ratio),
    ['auto', 'auto'],
  );
});

test('whatever_auto_chose_is_no_mismatch', async (t) => {
  for (const kv of [
    { ratio: 0.37, ratioChoice: 'auto-by-memory' },
    { ratio: 1, ratioChoice: 'auto-by-length', compressed: false },
  ] as const) {
    const { asking, conversations } = await world(t, () => Promise.resolve({ ...result, kv: { ...result.kv, ...kv } }));
    await asking.ask({ question: 'What?', attachments: [] });
    assert.deepEqual(conversations.open.turns[0]?.answers[0]?.notes, []);
  }
});

test('another_ratio_than_the_one_asked_for_is_a_note', async (t) => {
  const { asking, conversations } = await world(t);
  await asking.ask({ question: 'What?', attachments: [], ratio: 0.5 });
  assert.deepEqual(conversations.open.turns[0]?.answers[0]?.notes, [
    {
      kind: 'cache',
      severity: 'info',
      text: 'The cache was compressed to a ratio of 0.2 rather than 0.5.',
      details: [],
    },
  ]);
});
