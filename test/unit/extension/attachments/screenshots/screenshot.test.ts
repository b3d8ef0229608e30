import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  describeScreenshot,
  formatAge,
  formatBytes,
  shownScreenshots,
  type Screenshot,
} from '../../../../../extension/attachments/screenshots/screenshot.js';

function shot(path: string, modified: number): Screenshot {
  return { uri: `file:///w/${path}`, folder: 'w', path, bytes: 1024, modified };
}

const none: ReadonlySet<string> = new Set();
const paths = (shown: readonly Screenshot[]) => shown.map(({ path }) => path);

test('the_newest_come_first_and_equal_ones_by_path', () => {
  assert.deepEqual(paths(shownScreenshots([shot('b.png', 5), shot('new.png', 9), shot('a.png', 5)], '', none, 10)), [
    'new.png',
    'a.png',
    'b.png',
  ]);
});

test('a_filter_looks_for_older_ones_only_when_there_are_too_many', () => {
  const all = [shot('error/one.png', 1), shot('two.png', 2), shot('three.png', 3)];
  assert.deepEqual(
    paths(shownScreenshots(all, 'ERROR one', none, 3)),
    ['three.png', 'two.png', 'error/one.png'],
    'VS Code filters these itself',
  );
  assert.deepEqual(paths(shownScreenshots(all, 'ERROR one', none, 2)), ['error/one.png']);
  assert.deepEqual(paths(shownScreenshots(all, '', none, 2)), ['three.png', 'two.png']);
});

test('what_is_picked_stays_in_the_list', () => {
  const all = [shot('one.png', 1), shot('two.png', 2), shot('three.png', 3)];
  assert.deepEqual(paths(shownScreenshots(all, 'three', new Set(['file:///w/one.png']), 1)), ['three.png', 'one.png']);
});

test('a_list_of_50000_is_ready_at_once', () => {
  const all = Array.from({ length: 50_000 }, (_, index) =>
    shot(`folder${index % 97}/shot${index}.png`, (index * 7919) % 50_000),
  );
  assert.equal(shownScreenshots(all, 'shot', none, 1000).length, 1000);
});

for (const [milliseconds, age] of [
  [-5000, 'now'],
  [0, 'now'],
  [59_000, '59 seconds ago'],
  [60_000, '1 minute ago'],
  [3 * 3_600_000, '3 hours ago'],
  [86_400_000, 'yesterday'],
  [8 * 86_400_000, 'last week'],
  [400 * 86_400_000, 'last year'],
] as const) {
  test(`an_age_of_${milliseconds}_ms_is_${age.replaceAll(' ', '_')}`, () => {
    assert.equal(formatAge(milliseconds, 'en'), age);
  });
}

test('sizes_are_short', () => {
  assert.deepEqual(
    [0, 999, 1024, 1300, 58_000, 1_300_000, 3.6e9].map((bytes) => formatBytes(bytes, 'en')),
    ['0 B', '999 B', '1 KB', '1.3 KB', '57 KB', '1.2 MB', '3.4 GB'],
  );
  assert.equal(formatBytes(1_300_000, 'de'), '1,2 MB');
});

test('a_description_names_the_folder_where_there_are_several', () => {
  const one = shot('docs/img/a.png', 0);
  assert.equal(describeScreenshot(one, 3_600_000, 'en', false), '1 hour ago · 1 KB · docs/img');
  assert.equal(describeScreenshot(one, 3_600_000, 'en', true), '1 hour ago · 1 KB · w/docs/img');
  assert.equal(describeScreenshot(shot('a.png', 0), 3_600_000, 'en', false), '1 hour ago · 1 KB');
});
