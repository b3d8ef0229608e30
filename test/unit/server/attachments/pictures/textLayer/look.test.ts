import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  colourName,
  coloursOf,
  groundOf,
  lookOf,
  plainLook,
  type Colour,
} from '../../../../../../backend-native/server/attachments/pictures/textLayer/look.js';
import type { Raster } from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/raster.js';

/** A picture of one ground with a box of another in it, and strokes in the box. */
function picture(main: Colour, ground: Colour, ink: Colour): Raster {
  const [width, height] = [120, 60];
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const inBox = x >= 10 && x < 110 && y >= 20 && y < 40;
      const stroke = inBox && y >= 25 && y < 35 && x % 6 === 0;
      rgb.set(stroke ? ink : inBox ? ground : main, (y * width + x) * 3);
    }
  }
  return { width, height, rgb };
}

function look(main: Colour, ground: Colour, ink: Colour): string | undefined {
  const drawn = picture(main, ground, ink);
  return lookOf(coloursOf(drawn, [10, 20, 100, 20]), { ground: groundOf(drawn), ink: undefined });
}

const white: Colour = [255, 255, 255];
const black: Colour = [20, 20, 20];

test('plain_ink_on_the_main_ground_has_no_mark', () => {
  assert.equal(look(white, white, black), undefined);
  assert.equal(look([30, 30, 30], [30, 30, 30], [212, 212, 212]), undefined);
});

test('another_ground_is_named_with_its_ink', () => {
  assert.equal(look(white, [9, 105, 218], white), 'white on blue');
  assert.equal(look([13, 17, 23], [218, 54, 51], white), 'white on red');
});

test('a_panel_of_nearly_the_same_shade_is_no_other_ground', () => {
  assert.equal(look([30, 30, 30], [37, 37, 38], [212, 212, 212]), undefined);
});

test('coloured_ink_is_named', () => {
  assert.equal(look(white, white, [207, 34, 46]), 'red');
  assert.equal(look(black, black, [63, 185, 80]), 'green');
});

test('the_colour_of_most_of_the_text_goes_without_saying', () => {
  const blue: Colour = [22, 50, 140];
  const red: Colour = [207, 34, 46];
  const line = (ink: Colour, characters: number, ground = white) => ({ ground, ink, characters });
  const plain = plainLook(white, [line(blue, 40), line(red, 12), line(white, 90, [9, 105, 218])]);
  assert.equal(lookOf(line(blue, 5), plain), undefined);
  assert.equal(lookOf(line(red, 12), plain), 'red');
});

test('dim_ink_is_grey', () => {
  assert.equal(look(white, white, [165, 165, 165]), 'grey');
});

test('colours_have_the_names_that_people_use', () => {
  const names: Record<string, Colour> = {
    black: [0, 0, 0],
    white: [250, 250, 250],
    grey: [128, 128, 128],
    red: [220, 20, 40],
    orange: [255, 140, 0],
    yellow: [255, 220, 40],
    green: [30, 160, 60],
    cyan: [0, 190, 200],
    blue: [20, 90, 220],
    purple: [120, 50, 200],
    pink: [240, 80, 170],
    brown: [120, 72, 20],
  };
  for (const [name, colour] of Object.entries(names)) assert.equal(colourName(colour), name);
});
