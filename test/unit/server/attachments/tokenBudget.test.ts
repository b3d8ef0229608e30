import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countUpTo, fittingBeginning, shareBudget } from '../../../../backend-native/server/attachments/tokenBudget.js';

/** A token for every word. */
const words = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;

const long = Array.from({ length: 20_000 }, (_, i) => `word${i}${i % 10 === 9 ? '\n' : ' '}`).join('');

test('all_tokens_are_counted_when_they_are_within_the_bound', async () => {
  assert.equal(await countUpTo(long, 1e9, words), 20_000);
  assert.equal(await countUpTo('', 10, words), 0);
});

test('counting_stops_soon_beyond_the_bound', async () => {
  let counted = 0;
  const tokens = await countUpTo(long, 100, (text) => {
    counted += text.length;
    return words(text);
  });
  assert.ok(tokens > 100);
  assert.ok(counted < 10_000);
});

test('a_text_that_fits_is_left_whole', async () => {
  assert.equal(await fittingBeginning('a b c', 3, words), 'a b c');
  assert.equal(await fittingBeginning(long, 20_000, words), long);
});

for (const most of [1, 9, 100, 5000, 19_999]) {
  test(`the_beginning_that_fits_${most}_tokens_is_near_them_and_never_above`, async () => {
    const beginning = await fittingBeginning(long, most, words);
    assert.ok(long.startsWith(beginning));
    assert.ok(words(beginning) <= most);
    assert.ok(words(beginning) >= 0.75 * most, `${words(beginning)} of ${most}`);
  });
}

test('it_ends_after_a_paragraph_when_one_ends_nearby', async () => {
  assert.equal(
    await fittingBeginning(`${'a '.repeat(90)}\n\n${'b '.repeat(90)}`, 100, words),
    'a '.repeat(90).trimEnd(),
  );
});

test('it_ends_after_a_word', async () => {
  assert.equal(await fittingBeginning('one two three', 9, (text) => text.length), 'one two');
});

test('text_without_spaces_is_cut_between_characters', async () => {
  assert.equal(await fittingBeginning('日本語の文章', 4, (text) => text.length), '日本語の');
  assert.equal(await fittingBeginning('😀😀', 3, (text) => text.length), '😀');
});

test('a_line_without_words_is_cut_where_the_budget_ends_and_not_at_its_only_space', async () => {
  for (const line of [`{ "data":"${'x'.repeat(50_000)}"}`, 'A'.repeat(50_000), `var a=1;${'f(a,b);'.repeat(8000)}`]) {
    const beginning = await fittingBeginning(line, 1000, (text) => Math.ceil(text.length / 3));
    assert.ok(beginning.length > 2900 && beginning.length <= 3000, `${beginning.length}`);
  }
});

test('nothing_fits_into_nothing', async () => {
  assert.equal(await fittingBeginning('a b', 0, words), '');
  assert.equal(await fittingBeginning('a b', -5, words), '');
});

test('the_budget_is_shared_equally_and_nothing_is_left_over', () => {
  assert.deepEqual(shareBudget([10, 20], 100), [10, 20]);
  assert.deepEqual(shareBudget([500, 10, 500], 100), [45, 10, 45]);
  assert.deepEqual(shareBudget([60, 60], 100), [50, 50]);
  assert.deepEqual(shareBudget([5, 5], 0), [0, 0]);
  assert.deepEqual(shareBudget([], 10), []);
});
