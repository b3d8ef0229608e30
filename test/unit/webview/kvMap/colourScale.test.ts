import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heatColour } from '../../../../webview/kvMap/colourScale.js';

/** Relative luminance as WCAG defines it. */
function luminance([red, green, blue]: readonly [number, number, number]): number {
  const linear = (value: number): number =>
    value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

test('more_is_always_brighter_so_that_it_reads_without_colour', () => {
  let before = -1;
  for (let share = 0; share <= 1; share += 0.02) {
    const now = luminance(heatColour(share));
    assert.ok(now > before, String(share));
    before = now;
  }
});

test('the_ends_are_far_apart_and_values_beyond_are_the_ends', () => {
  assert.ok((luminance(heatColour(1)) + 0.05) / (luminance(heatColour(0)) + 0.05) > 10);
  assert.deepEqual(heatColour(-1), heatColour(0));
  assert.deepEqual(heatColour(2), heatColour(1));
});
