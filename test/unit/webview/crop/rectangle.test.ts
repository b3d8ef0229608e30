import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between, isWhole, leastSide, wholeOf, withNumber } from '../../../../webview/crop/rectangle.js';

const size = { width: 100, height: 60 };

test('a_rectangle_is_drawn_from_any_corner', () => {
  const drawn = { x: 10, y: 20, width: 30, height: 15 };
  assert.deepEqual(between({ x: 10, y: 20 }, { x: 40, y: 35 }, size), drawn);
  assert.deepEqual(between({ x: 40, y: 20 }, { x: 10, y: 35 }, size), drawn);
});

test('a_rectangle_has_whole_pixels_within_the_picture', () => {
  assert.deepEqual(between({ x: -5, y: 10.4 }, { x: 999, y: 30.2 }, size), { x: 0, y: 10, width: 100, height: 21 });
});

test('a_click_is_a_rectangle_large_enough_to_see_at_the_edge_too', () => {
  assert.deepEqual(between({ x: 100, y: 60 }, { x: 100, y: 60 }, size), {
    x: 100 - leastSide,
    y: 60 - leastSide,
    width: leastSide,
    height: leastSide,
  });
});

test('a_number_that_is_typed_ends_at_the_edge_of_the_picture', () => {
  const part = { x: 10, y: 20, width: 30, height: 15 };
  assert.deepEqual(withNumber(part, 'x', 90, size), { ...part, x: 90, width: 10 });
  assert.deepEqual(withNumber(part, 'width', 500, size), { ...part, width: 90 });
  assert.deepEqual(withNumber(part, 'y', -3, size), { ...part, y: 0 });
  assert.deepEqual(withNumber(part, 'height', Number.NaN, size), { ...part, height: leastSide });
});

test('all_of_a_picture_is_no_part', () => {
  assert.ok(isWhole(wholeOf(size), size));
  assert.ok(!isWhole({ x: 0, y: 0, width: 99, height: 60 }, size));
});
