import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growthOf, pairedRatios, spreadOf } from '../../bench/report/statistics.js';

test('the_median_of_an_even_number_of_values_is_between_the_middle_two', () => {
  assert.deepEqual(spreadOf([3, 1, 2]), { median: 2, min: 1, max: 3 });
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { median: 2.5, min: 1, max: 4 });
  assert.equal(spreadOf([]), undefined);
});

test('ratios_pair_what_ran_in_the_same_round', () => {
  assert.deepEqual(pairedRatios([10, 40], [5, 10]), [2, 4]);
  assert.deepEqual(pairedRatios([10, undefined, 30], [5, 10]), [2]);
  assert.deepEqual(pairedRatios([10], [0]), []);
});

test('the_growth_of_a_power_law_is_its_exponent', () => {
  const growth = growthOf([1000, 4000, 8000].map((n) => [n, 3 * n ** 1.5]));
  assert.ok(growth && Math.abs(growth.exponent - 1.5) < 1e-9, `exponent ${growth?.exponent}`);
  assert.equal(growth.points, 3);
});

test('two_sizes_tell_no_growth', () => {
  assert.equal(
    growthOf([
      [1, 1],
      [2, 2],
    ]),
    undefined,
  );
  assert.equal(
    growthOf([
      [1, 1],
      [2, 2],
      [2, 3],
    ]),
    undefined,
  );
  assert.throws(
    () =>
      growthOf([
        [1, 1],
        [2, 0],
        [3, 1],
      ]),
    /above 0/,
  );
});
