import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Colour } from '../../../../../../backend-native/server/attachments/pictures/textLayer/look.js';
import { lookOfPicture } from '../../../../../../backend-native/server/attachments/pictures/textLayer/pictureLook.js';
import type {
  Box,
  Raster,
} from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/raster.js';

const white: Colour = [255, 255, 255];
const black: Colour = [20, 20, 20];
const blue: Colour = [9, 105, 218];
const orange: Colour = [240, 140, 20];

interface Text {
  readonly text: string;
  readonly box: Box;
  readonly ground?: Colour;
  readonly ink?: Colour;
  readonly look?: string;
  readonly row?: number;
}

/** A picture of 640x400 with boxes of a colour, and lines of text on top: bars that stand for letters. */
function lookOf(main: Colour, texts: readonly Text[], boxes: readonly (readonly [Box, Colour])[] = []) {
  const picture: Raster = { width: 640, height: 400, rgb: new Uint8Array(640 * 400 * 3) };
  const fill = ([left, top, width, height]: Box, colour: Colour, every = 1) => {
    for (let y = top; y < top + height; y += 1)
      for (let x = left; x < left + width; x += every) picture.rgb.set(colour, (y * 640 + x) * 3);
  };
  fill([0, 0, 640, 400], main);
  for (const [box, colour] of boxes) fill(box, colour);
  for (const { box, ground, ink = black } of texts) {
    if (ground) fill(box, ground);
    fill([box[0], box[1] + 4, box[2], box[3] - 8], ink, 5);
  }
  const lines = texts.map(({ text, box, look, row }, i) => ({
    text,
    box,
    confidence: 1,
    block: 0,
    row: row ?? i,
    ...(look === undefined ? {} : { look }),
  }));
  return lookOfPicture(picture, { lines });
}

/** Cells of 60x20 in one row. */
const cells = (
  top: number,
  row: number,
  texts: readonly string[],
  other: Partial<Record<string, Partial<Text>>> = {},
) => texts.map((text, i): Text => ({ text, box: [20 + 100 * i, top, 60, 20], row, ...other[text] }));

/** Lines of 80x20 below each other. */
const list = (texts: readonly string[], other: Partial<Record<string, Partial<Text>>> = {}) =>
  texts.map((text, i): Text => ({ text, box: [20, 40 + 32 * i, 80, 20], ...other[text] }));

test('a_theme_is_dark_or_light_and_the_ground_and_other_colours_are_named', () => {
  const light = lookOf(white, [], [[[0, 0, 640, 40], blue]]);
  assert.deepEqual([light.isDark, light.background, light.colours], [false, 'white', ['blue']]);
  const dark = lookOf([30, 30, 46], [], [[[10, 10, 60, 20], orange]]);
  assert.deepEqual([dark.isDark, dark.background, dark.colours], [true, 'black', ['orange']]);
});

test('a_tab_with_a_ground_of_its_own_is_selected', () => {
  const tabs = ['gate.py', 'tide.c', 'README'];
  const ground: Colour = [225, 230, 240];
  assert.deepEqual(lookOf(white, cells(10, 0, tabs, { 'tide.c': { ground } })).selected, [
    { text: 'tide.c', among: 'row' },
  ]);
  assert.deepEqual(lookOf(white, cells(10, 0, tabs)).selected, []);
});

test('a_tab_with_a_line_below_it_is_selected_and_one_above_a_line_across_everything_is_not', () => {
  const tabs = cells(10, 0, ['Body', 'Headers', 'Cookies']);
  assert.deepEqual(lookOf(white, tabs, [[[118, 33, 66, 3], orange]]).selected, [{ text: 'Headers', among: 'row' }]);
  assert.deepEqual(lookOf(white, tabs, [[[0, 33, 640, 2], orange]]).selected, []);
});

test('an_entry_of_a_list_is_selected_and_stripes_are_not', () => {
  const ground: Colour = [210, 225, 250];
  const texts = ['Inbox', 'Drafts', 'Sent', 'Bin'];
  assert.deepEqual(lookOf(white, list(texts, { Inbox: { ground } })).selected, [{ text: 'Inbox', among: 'list' }]);
  assert.deepEqual(lookOf(white, list(texts, { Inbox: { ground }, Sent: { ground } })).selected, []);
});

test('a_row_of_a_table_is_selected_as_a_whole_and_its_head_is_not', () => {
  const rows = ['1 a', '2 b', '3 c', '4 d', '5 e'].map((row) => row.split(' '));
  const table = (marked: number) =>
    rows.flatMap((texts, i) =>
      cells(40 + 32 * i, i, texts).map((one): Text => (i === marked ? { ...one, ground: [235, 244, 255] } : one)),
    );
  assert.deepEqual(lookOf(white, table(2)).selected, [{ text: '3 | c', among: 'rows' }]);
  assert.deepEqual(lookOf(white, table(0)).selected, []);
});

test('what_is_written_in_dim_ink_among_other_things_is_dim', () => {
  const buttons = ['Back', 'Next', 'Finish', 'Cancel'];
  const dim = { Finish: { ink: [190, 190, 190] as const } };
  assert.deepEqual(lookOf(white, cells(10, 0, buttons, dim)).dim, ['Finish']);
  assert.deepEqual(lookOf(white, cells(10, 0, buttons)).dim, []);
});

test('where_many_things_stand_out_nothing_does', () => {
  const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
  const texts = words.map((text, i): Text => ({
    text,
    box: [20, 10 + 30 * i, 60, 20],
    ink: i < 5 ? [190, 190, 190] : black,
  }));
  assert.deepEqual(lookOf(white, texts).dim, []);
});

test('marked_texts_have_the_colour_of_their_ground_or_ink', () => {
  const texts = cells(10, 0, ['Save', 'error', 'plain'], { Save: { look: 'white on blue' }, error: { look: 'red' } });
  assert.deepEqual(lookOf(white, texts).coloured, [
    { text: 'Save', colour: 'blue' },
    { text: 'error', colour: 'red' },
  ]);
});

test('entries_of_a_legend_have_the_colour_of_the_patch_beside_them', () => {
  const texts: Text[] = [
    { text: 'Rye', box: [60, 40, 60, 20] },
    { text: 'Spelt', box: [60, 90, 60, 20] },
  ];
  assert.deepEqual(lookOf(white, texts, [[[36, 42, 16, 16], orange]]).patches, [{ text: 'Rye', colour: 'orange' }]);
});

test('a_text_at_the_edge_of_the_picture_has_a_look_too', () => {
  const look = lookOf(white, [
    { text: 'corner', box: [0, 0, 640, 20] },
    { text: 'end', box: [600, 380, 40, 20] },
  ]);
  assert.deepEqual([look.selected, look.patches], [[], []]);
});
