/** The parts of the recogniser that need no model. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutIcons } from '../../../../../../backend-native/server/attachments/pictures/textLayer/icons.js';
import { decodeCtc } from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/ctc.js';
import { inkBounds } from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/inkBounds.js';
import { onnxMetadata } from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/onnxMetadata.js';
import type { Box } from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/raster.js';
import { textRegions } from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/textRegions.js';
import { tilesOf } from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/tiles.js';

test('repeats_and_blanks_fall_away_and_a_blank_parts_a_double_letter', () => {
  const characters = ['', 'a', 'b'];
  const steps = [1, 1, 0, 1, 2].flatMap((best) => [0, 1, 2].map((i) => (i === best ? 0.8 : 0.1)));
  const { text, confidence } = decodeCtc(Float32Array.from(steps), 0, 5, characters);
  assert.equal(text, 'aab');
  assert.ok(Math.abs(confidence - 0.8) < 1e-6);
  assert.equal(decodeCtc(Float32Array.from(steps), 0, 5, characters, Uint8Array.of(1, 1, 0)).text, 'aa');
});

test('every_pixel_belongs_to_one_tile_and_a_tile_sees_what_it_counts', () => {
  for (const [width, height] of [
    [1, 1],
    [1280, 960],
    [1281, 961],
    [1920, 1080],
    [8192, 300],
    [390, 12_000],
  ] as const) {
    let pixels = 0;
    for (const { seen, counts } of tilesOf(width, height)) {
      assert.ok(seen[2] <= 1280 && seen[3] <= 960);
      assert.ok(counts[0] >= seen[0] && counts[0] + counts[2] <= seen[0] + seen[2]);
      assert.ok(counts[1] >= seen[1] && counts[1] + counts[3] <= seen[1] + seen[3]);
      pixels += counts[2] * counts[3];
    }
    assert.equal(pixels, width * height);
  }
});

test('tiles_see_little_of_the_picture_twice', () => {
  for (const [width, height] of [
    [1281, 961],
    [1920, 1080],
    [2560, 1440],
    [3840, 2160],
  ] as const) {
    const seen = tilesOf(width, height).reduce((sum, { seen: [, , across, down] }) => sum + across * down, 0);
    assert.ok(seen <= 1.3 * width * height, `${width}x${height}: ${seen / (width * height)}`);
  }
});

/** A map of 100 x 40 that is certain in some boxes. */
function mapOf(...boxes: Box[]) {
  const likely = new Uint8Array(100 * 40);
  for (const [x, y, width, height] of boxes)
    for (let row = y; row < y + height; row += 1) likely.fill(255, row * 100 + x, row * 100 + x + width);
  return { width: 100, height: 40, likely };
}

test('the_middle_of_a_line_grows_to_the_line', () => {
  const [region, ...others] = textRegions(mapOf([20, 15, 40, 8]));
  assert.deepEqual(others, []);
  const [x, y, width, height] = region?.box ?? assert.fail('there is no region');
  assert.ok(x < 18 && y < 13 && width > 44 && height > 12, String(region?.box));
});

test('words_of_a_row_are_one_region_and_those_below_are_another', () => {
  assert.equal(textRegions(mapOf([5, 5, 20, 8], [33, 5, 20, 8])).length, 1);
  assert.equal(textRegions(mapOf([5, 3, 20, 6], [5, 28, 20, 6])).length, 2);
  assert.equal(textRegions(mapOf([5, 5, 20, 8], [75, 5, 20, 8])).length, 2);
});

/** A white picture of 140 x 20, with letters ten pixels high from the fifth row on. */
function picture() {
  const [width, height] = [140, 20];
  const rgb = new Uint8Array(width * height * 3).fill(255);
  const ink = (x: number, y: number) => rgb.fill(0, (y * width + x) * 3, (y * width + x) * 3 + 3);
  const letters = (from: number, to: number) => {
    for (let x = from; x < to; x += 1) if ((x - from) % 3 === 0) for (let y = 5; y < 15; y += 1) ink(x, y);
  };
  return { raster: { width, height, rgb }, ink, letters };
}

test('a_box_ends_with_its_ink_and_takes_a_comma_along', () => {
  const { raster, ink, letters } = picture();
  letters(21, 49);
  ink(54, 14);
  assert.deepEqual(inkBounds(raster, [8, 0, 42, 20]), [[18, 0, 40, 20]]);
  assert.deepEqual(inkBounds(raster, [8, 0, 42, 20], 52), [[18, 0, 34, 20]], 'not beyond the limit');
  assert.deepEqual(inkBounds(raster, [70, 0, 20, 20]), [[70, 0, 20, 20]], 'without ink');
});

test('a_box_across_the_cells_of_a_table_is_parted_and_lines_around_the_cells_are_no_ink', () => {
  const { raster, ink, letters } = picture();
  letters(10, 38);
  letters(45, 61); // a word of the same cell
  letters(90, 106);
  const parts = [
    [7, 0, 57, 20],
    [87, 0, 22, 20],
  ];
  assert.deepEqual(inkBounds(raster, [4, 0, 110, 20]), parts);
  for (let y = 0; y < 20; y += 1) ink(75, y);
  assert.deepEqual(inkBounds(raster, [4, 0, 110, 20]), parts, 'with a line between the cells');
  for (let x = 0; x < 140; x += 1) for (const y of [0, 19]) ink(x, y);
  assert.deepEqual(inkBounds(raster, [4, 0, 110, 20]), parts, 'with lines above and below');
});

test('a_cell_on_another_ground_is_not_lost', () => {
  const { raster, ink, letters } = picture();
  letters(10, 38);
  for (let x = 90; x < 110; x += 1) for (let y = 0; y < 20; y += 1) ink(x, y);
  assert.deepEqual(inkBounds(raster, [4, 0, 110, 20]), [
    [7, 0, 34, 20],
    [87, 0, 26, 20],
  ]);
});

test('metadata_of_an_onnx_file_is_read_and_other_bytes_are_refused', () => {
  const entry = (key: string, value: string) =>
    Buffer.concat([Buffer.of(10, key.length), Buffer.from(key), Buffer.of(18, value.length), Buffer.from(value)]);
  const body = entry('character', 'a\nb');
  const file = Buffer.concat([Buffer.of(8, 7), Buffer.of(58, 2, 1, 2), Buffer.of(114, body.length), body]);
  assert.deepEqual([...onnxMetadata(file)], [['character', 'a\nb']]);
  assert.throws(() => onnxMetadata(Buffer.from('not an ONNX file at all, but text')), RangeError);
  assert.throws(() => onnxMetadata(file.subarray(0, file.length - 2)), RangeError);
});

const line = (text: string, confidence = 0.95, plain?: { text: string; confidence: number }) => ({
  text,
  confidence,
  box: [0, 0, 10, 10] as const,
  ...(plain ? { plain } : {}),
});
const texts = (...lines: ReturnType<typeof line>[]) => withoutIcons(lines).map(({ text }) => text);

test('icons_are_dropped_by_confidence_and_by_script', () => {
  assert.deepEqual(
    texts(line('Explorer'), line('日', 0.96, { text: 'E', confidence: 0.1 }), line('x', 0.5), line('Outline', 0.5)),
    ['Explorer'],
  );
  assert.deepEqual(texts(line('Notes'), line('人handbook.pdf', 0.97, { text: 'handbook.pdf', confidence: 0.9 })), [
    'Notes',
    'handbook.pdf',
  ]);
});

test('a_bracket_that_looks_like_an_ideograph_is_a_bracket', () => {
  assert.deepEqual(texts(line('const a = 1;'), line('子', 0.99, { text: '}', confidence: 0.01 }), line('},', 0.6)), [
    'const a = 1;',
    '}',
    '},',
  ]);
});

test('a_picture_in_ideographs_keeps_them', () => {
  const text = '文字认识的图片';
  assert.deepEqual(
    texts(line(text, 0.99, { text: '', confidence: 0 }), line('日', 0.99, { text: '', confidence: 0 })),
    [text, '日'],
  );
});
