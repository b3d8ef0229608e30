import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageImageSize, thumbnailSize } from '../../../../../backend-native/server/attachments/documents/pageSize.js';

const a4 = { width: 595, height: 842 };

test('a_page_is_drawn_as_large_as_the_model_sees', () => {
  const { width, height } = pageImageSize(a4, 1_000_000);
  assert.ok(Math.abs(width * height - 1_000_000) < 2000);
  assert.ok(Math.abs(width / height - a4.width / a4.height) < 0.01);
});

test('without_knowing_the_longest_side_is_1600_pixels', () => {
  assert.deepEqual(pageImageSize(a4), { width: 1131, height: 1600 });
});

test('small_pages_are_not_blown_up', () => {
  assert.deepEqual(pageImageSize({ width: 72, height: 144 }, 6_000_000), { width: 300, height: 600 });
});

for (const page of [
  { width: 1e9, height: 1e9 },
  { width: 1e9, height: 1 },
  { width: 0, height: 0 },
  { width: NaN, height: Infinity },
  { width: -5, height: 3 },
]) {
  test(`a_page_of_${page.width}_by_${page.height}_stays_within_bounds`, () => {
    for (const size of [pageImageSize(page), pageImageSize(page, 1e12), thumbnailSize(page, 100)]) {
      assert.ok(size.width >= 1 && size.height >= 1 && size.width <= 4096 && size.height <= 4096);
      assert.ok(size.width * size.height <= 6_010_000);
    }
  });
}

test('a_thumbnail_has_the_side_asked_for', () => {
  assert.deepEqual(thumbnailSize(a4, 100), { width: 71, height: 100 });
});
