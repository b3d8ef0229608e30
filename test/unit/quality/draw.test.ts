import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Canvas, textWidth, type Colour } from '../../quality/draw/canvas.js';
import { Face } from '../../quality/draw/glyphs.js';

const white: Colour = [255, 255, 255];
const black: Colour = [0, 0, 0];

function darkness(canvas: Canvas, x: number, y: number): number {
  return 255 - (canvas.picture.rgb[3 * (y * canvas.width + x)] ?? 0);
}

test('a_glyph_covers_the_area_of_its_outline', () => {
  // The capital I of the sans face is one bar: 100 units wide and 656 high of 1000.
  const size = 100;
  const glyph = Face.of('sans', size).glyph('I', 0);
  const area = glyph.alpha.reduce((sum, alpha) => sum + alpha, 0);
  const cap = Face.of('sans', size).cap;
  assert.ok(Math.abs(area - 10 * cap) < 0.02 * area, `${area} pixels for a bar of 10 by ${cap}`);
});

test('coverage_is_between_nothing_and_all_and_counters_stay_open', () => {
  const glyph = Face.of('sans', 40).glyph('O', 0);
  assert.ok(glyph.alpha.every((alpha) => alpha >= 0 && alpha <= 1));
  const middle = glyph.alpha[Math.floor(glyph.height / 2) * glyph.width + Math.floor(glyph.width / 2)];
  assert.ok((middle ?? 1) < 1e-9, `${middle ?? 'nothing'} inside the O`);
  assert.ok(glyph.alpha.some((alpha) => alpha === 1));
});

test('a_space_draws_nothing_and_moves_the_pen', () => {
  assert.equal(Face.of('mono', 15).glyph(' ', 0).alpha.length, 0);
  assert.equal(textWidth('a a', { face: 'mono', size: 15 }), 27);
});

test('text_is_drawn_where_it_is_wanted', () => {
  const canvas = new Canvas(60, 30, white);
  canvas.text(10, 15, 'III', { face: 'sans', size: 20, colour: black });
  const columns = Array.from({ length: 60 }, (_, x) =>
    Array.from({ length: 30 }, (__, y) => darkness(canvas, x, y)).some((dark) => dark > 128),
  );
  const rows = Array.from({ length: 30 }, (_, y) =>
    Array.from({ length: 60 }, (__, x) => darkness(canvas, x, y)).some((dark) => dark > 128),
  );
  assert.ok(
    !columns.slice(0, 10).includes(true) && columns.slice(10, 28).includes(true) && !columns.slice(30).includes(true),
  );
  const [top, bottom] = [rows.indexOf(true), rows.lastIndexOf(true)];
  assert.ok(Math.abs((top + bottom) / 2 - 15) <= 1, `capitals from row ${top} to ${bottom}`);
});

test('text_that_would_be_cut_is_refused', () => {
  const canvas = new Canvas(40, 20, white);
  assert.throws(() => {
    canvas.text(4, 10, 'too long', { face: 'mono', size: 15, colour: black });
  }, /Expected "too long" to fit into 40 pixels/);
});

test('characters_without_an_outline_are_refused', () => {
  assert.throws(() => textWidth('ä', { face: 'sans', size: 15 }), /Expected printable ASCII/);
});

test('rectangles_are_cut_at_the_edges', () => {
  const canvas = new Canvas(4, 4, white);
  canvas.fill(2, 2, 10, 10, black);
  canvas.frame(-1, -1, 3, 3, black);
  const dark = Array.from({ length: 4 }, (_, y) =>
    Array.from({ length: 4 }, (__, x) => (darkness(canvas, x, y) > 0 ? '#' : '.')).join(''),
  );
  assert.deepEqual(dark, ['.#..', '##..', '..##', '..##']);
});
