import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import {
  inspectImage,
  readImage,
  readImages,
} from '../../../../../backend-native/server/attachments/pictures/images.js';
import { failsWith } from '../../../../failsWith.js';
import { bmp, gradient, noise, paint, png, type Picture } from '../../../../fixtures/images.js';
import { scratchFolder, writeFile } from '../../../../scratch.js';

const never = new AbortController().signal;
const picture = noise(23, 17, 'ingest');
const raw = { raw: { width: picture.width, height: picture.height, channels: 3 as const } };

function read(bytes: Uint8Array, name = 'image') {
  return readImage({ name, base64: Buffer.from(bytes).toString('base64') });
}

function expectPicture(image: { width: number; height: number; rgb: Uint8Array }, expected: Picture): void {
  assert.deepEqual([image.width, image.height], [expected.width, expected.height]);
  assert.ok(Buffer.from(image.rgb).equals(Buffer.from(expected.rgb)), 'pixels differ');
}

const wholeSource = { name: 'a.png', base64: Buffer.from(png(picture)).toString('base64') };

test('lossless_formats_give_the_very_pixels', async () => {
  const encoder = () => sharp(picture.rgb, raw);
  expectPicture(await read(png(picture)), picture);
  expectPicture(await read(bmp(picture)), picture);
  expectPicture(await read(await encoder().png().toBuffer()), picture);
  expectPicture(await read(await encoder().webp({ lossless: true }).toBuffer()), picture);
  expectPicture(await read(await encoder().tiff({ compression: 'lzw' }).toBuffer()), picture);
});

test('an_alpha_channel_that_hides_nothing_changes_no_pixel', async () => {
  expectPicture(await read(await sharp(picture.rgb, raw).ensureAlpha().png().toBuffer()), picture);
});

test('what_is_transparent_becomes_white', async () => {
  const clear = await sharp({
    create: { width: 2, height: 1, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  })
    .png()
    .toBuffer();
  assert.deepEqual([...(await read(clear)).rgb], [255, 255, 255, 255, 255, 255]);
});

test('what_is_light_on_a_transparent_ground_is_read_on_black_and_that_is_said', async () => {
  const drawn = (colour: string) =>
    sharp({ create: { width: 40, height: 20, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .composite([
        {
          input: Buffer.from(`<svg width="20" height="20"><rect width="20" height="20" fill="${colour}"/></svg>`),
          left: 0,
          top: 0,
        },
      ])
      .png()
      .toBuffer();
  const light = await read(await drawn('#f4f4f4'));
  assert.deepEqual([...light.rgb.subarray(0, 3), ...light.rgb.subarray(117, 120)], [244, 244, 244, 0, 0, 0]);
  assert.deepEqual(light.notes, [{ kind: 'darkGround' }]);
  const dark = await read(await drawn('#303030'));
  assert.deepEqual([...dark.rgb.subarray(0, 3), ...dark.rgb.subarray(117, 120)], [48, 48, 48, 255, 255, 255]);
  assert.deepEqual(dark.notes, []);
});

test('the_frame_that_is_asked_for_is_read_and_which_it_is_is_said', async () => {
  const frames = Buffer.concat([250, 100, 0].map((grey) => Buffer.alloc(16 * 16 * 3, grey)));
  const gif = await sharp(frames, { raw: { width: 16, height: 48, channels: 3, pageHeight: 16 } })
    .gif({ delay: [9, 9, 9] })
    .toBuffer();
  const base64 = gif.toString('base64');
  const second = await readImage({ name: 'a.gif', base64, frame: 2 });
  assert.deepEqual([second.width, second.height], [16, 16]);
  assert.ok(Math.abs((second.rgb[0] ?? 0) - 100) < 8);
  assert.deepEqual(second.notes, [{ kind: 'frame', read: 2, of: 3 }]);
  assert.deepEqual((await readImage({ name: 'a.gif', base64 })).notes, [{ kind: 'frame', read: 1, of: 3 }]);
  await assert.rejects(readImage({ name: 'a.gif', base64, frame: 4 }), failsWith('invalid_argument', /up to 3/));
  for (const frame of [0, 1.5, '2'])
    await assert.rejects(readImage({ name: 'a.gif', base64, frame: frame as number }), failsWith('invalid_argument'));
});

test('frames_of_an_animated_png_are_counted_and_the_first_is_read', async () => {
  const still = png(noise(16, 16, 'apng'));
  const control = Buffer.alloc(20);
  control.writeUInt32BE(8, 0);
  control.write('acTL', 4, 'latin1');
  control.writeUInt32BE(5, 8);
  control.writeUInt32BE(crc32(control.subarray(4, 16)), 16);
  // After the head: 8 bytes of signature and 25 of IHDR.
  const animated = Buffer.concat([still.subarray(0, 33), control, still.subarray(33)]);
  assert.deepEqual((await read(animated)).notes, [{ kind: 'frame', read: 1, of: 5 }]);
  await assert.rejects(
    readImage({ name: 'a.png', base64: animated.toString('base64'), frame: 2 }),
    failsWith('unsupported_image', /Only the first frame/),
  );
});

test('every_head_of_an_svg_is_drawn', async () => {
  const body = (prefix: string) =>
    `<${prefix}svg xmlns${prefix === '' ? '' : ':s'}="http://www.w3.org/2000/svg" width="16" height="16">` +
    `<${prefix}rect width="16" height="16" fill="#f00"/></${prefix}svg>`;
  const heads = [
    Buffer.from(`<?xml version="1.0"?><!-- ${'x'.repeat(3000)} -->${body('')}`),
    Buffer.from(
      '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd" ' +
        `[<!ENTITY a "b">]>${body('')}`,
    ),
    Buffer.from(`<?xml version="1.0"?>${body('s:')}`),
    Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${body('')}`, 'utf16le'),
    Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${body('')}`, 'utf16le').swap16(),
  ];
  for (const [i, head] of heads.entries()) {
    const image = await read(head, `${i}.svg`);
    assert.deepEqual([image.width, image.height, ...image.rgb.subarray(0, 3)], [16, 16, 255, 0, 0], `${i}`);
  }
});

test('labels_of_an_svg_that_only_browsers_draw_are_said', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><foreignObject width="9" height="9">' +
    '<div xmlns="http://www.w3.org/1999/xhtml">label</div></foreignObject></svg>';
  assert.deepEqual((await read(Buffer.from(svg))).notes, [{ kind: 'labelsNotDrawn', count: 1 }]);
});

test('a_large_tiff_and_a_jpeg_in_printing_colours_are_read', async () => {
  const { width, height, rgb } = gradient(32, 24);
  const encoder = () => sharp(rgb, { raw: { width, height, channels: 3 } });
  const bigTiff = await encoder().tiff({ bigtiff: true, compression: 'none' }).toBuffer();
  assert.equal(bigTiff.readUInt16LE(2), 43);
  for (const bytes of [bigTiff, await encoder().toColourspace('cmyk').jpeg().toBuffer()]) {
    const image = await read(bytes);
    assert.deepEqual([image.width, image.height, image.rgb.length], [width, height, width * height * 3]);
  }
});

test('a_jpeg_without_the_mark_at_its_end_is_read_and_one_that_is_cut_is_not', async () => {
  const { width, height, rgb } = gradient(64, 48);
  const encoder = () => sharp(rgb, { raw: { width, height, channels: 3 } });
  for (const whole of [await encoder().jpeg().toBuffer(), await encoder().jpeg({ progressive: true }).toBuffer()]) {
    const expected = await read(whole);
    assert.deepEqual((await read(whole.subarray(0, -2))).rgb, expected.rgb);
    for (const share of [0.75, 0.9])
      await assert.rejects(read(whole.subarray(0, Math.floor(share * whole.length))), failsWith('corrupt_image'));
    // What is behind the end is another program's.
    assert.deepEqual((await read(Buffer.concat([whole, Buffer.alloc(5000, 7)]))).rgb, expected.rgb);
  }
});

test('a_jpeg_in_printing_colours_without_adobes_mark_has_its_colours', async () => {
  const red = { create: { width: 32, height: 32, channels: 3 as const, background: '#f00' } };
  const marked = await sharp(red).toColourspace('cmyk').jpeg().toBuffer();
  const at = marked.indexOf('Adobe') - 4;
  const unmarked = Buffer.concat([marked.subarray(0, at), marked.subarray(at + 2 + marked.readUInt16BE(at + 2))]);
  for (const bytes of [marked, unmarked]) {
    const [r = 0, g = 255, b = 255] = (await read(bytes)).rgb;
    assert.ok(r > 200 && g < 50 && b < 50, [r, g, b].join());
  }
});

test('a_picture_with_next_to_nothing_on_it_is_read_and_said', async () => {
  assert.deepEqual((await read(png(noise(300, 2, 'thin')))).notes, [{ kind: 'tiny', width: 300, height: 2 }]);
});

test('lossy_formats_and_gif_are_read', async () => {
  const { width, height, rgb } = gradient(32, 24);
  const encoder = () => sharp(rgb, { raw: { width, height, channels: 3 } });
  for (const bytes of [
    await encoder().jpeg().toBuffer(),
    await encoder().gif().toBuffer(),
    await encoder().avif().toBuffer(),
  ]) {
    const image = await read(bytes);
    assert.deepEqual([image.width, image.height, image.rgb.length], [width, height, width * height * 3]);
  }
});

test('svg_is_drawn_on_white', async () => {
  const svg = Buffer.from(
    '<?xml version="1.0"?><!-- drawn --><svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"><rect ' +
      'width="2" height="2" fill="#f00"/></svg>',
  );
  const image = await read(svg);
  assert.deepEqual([image.width, image.height], [4, 2]);
  assert.deepEqual([...image.rgb.subarray(0, 3), ...image.rgb.subarray(9, 12)], [255, 0, 0, 255, 255, 255]);
});

test('greyscale_and_16_bit_files_become_8_bit_rgb', async () => {
  const grey = await sharp(Buffer.from([0, 100, 255]), { raw: { width: 3, height: 1, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
  assert.deepEqual([...(await read(grey)).rgb], [0, 0, 0, 100, 100, 100, 255, 255, 255]);
  const deep = await sharp(picture.rgb, raw).toColourspace('rgb16').png().toBuffer();
  expectPicture(await read(deep), picture);
});

test('a_photo_taken_sideways_stands_upright', async () => {
  const sideways = await sharp(picture.rgb, raw).withMetadata({ orientation: 6 }).png().toBuffer();
  const image = await read(sideways);
  assert.deepEqual([image.width, image.height], [picture.height, picture.width]);
});

test('of_an_animation_the_first_frame_is_read', async () => {
  const frames = Buffer.concat([Buffer.alloc(8 * 8 * 3, 255), Buffer.alloc(8 * 8 * 3, 0)]);
  const gif = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
    .gif({ delay: [100, 100] })
    .toBuffer();
  const image = await read(gif);
  assert.deepEqual([image.width, image.height, image.rgb[0]], [8, 8, 255]);
});

test('an_image_of_one_pixel_is_read', async () => {
  expectPicture(await read(png({ width: 1, height: 1, rgb: new Uint8Array([1, 2, 3]) })), {
    width: 1,
    height: 1,
    rgb: new Uint8Array([1, 2, 3]),
  });
});

test('odd_file_names_are_names', async (t) => {
  const folder = scratchFolder(t);
  for (const name of ['Screenshot 2026-05-12 at 9.41.00\u202fAM.png', 'a#b?.png', 'a%41.png', 'höhe 🌊.png'])
    assert.equal((await readImage({ path: writeFile(folder, name, png(picture)) })).name, name);
});

test('a_name_that_lies_about_the_format_does_not_matter', async (t) => {
  const file = writeFile(scratchFolder(t), 'photo.jpg', png(picture));
  expectPicture(await readImage({ path: file }), picture);
});

test('images_are_read_in_order_with_progress', async () => {
  const sources = [3, 5, 7].map((width) => ({
    name: String(width),
    base64: png(gradient(width, 2)).toString('base64'),
  }));
  const progress: number[] = [];
  const images = await readImages(sources, never, (done) => progress.push(done));
  assert.deepEqual(
    images.map(({ width }) => width),
    [3, 5, 7],
  );
  assert.deepEqual(progress, [1, 2, 3]);
});

test('cancelling_stops_between_images', async () => {
  const abort = new AbortController();
  const sources = [1, 2, 3].map((width) => ({
    name: String(width),
    base64: png(gradient(width, 2)).toString('base64'),
  }));
  const images = await readImages(sources, abort.signal, () => {
    abort.abort();
  });
  assert.equal(images.length, 1);
});

test('a_tiff_of_several_pages_gives_the_first', async () => {
  const pages = Buffer.concat([Buffer.alloc(8 * 8 * 3, 200), Buffer.alloc(8 * 8 * 3, 10)]);
  const tiff = await sharp(pages, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
    .tiff()
    .toBuffer();
  const image = await read(tiff);
  assert.deepEqual([image.width, image.rgb[0]], [8, 200]);
});

test('every_exif_orientation_stands_upright', async () => {
  // Only the top left corner is dark.
  const [w, h] = [48, 32];
  const isDark = (x: number, y: number) => x < 16 && y < 16;
  /** Where the pixel at (x, y) of the file belongs, by orientation; from 5 on the file is turned. */
  const upright: ((x: number, y: number) => [number, number])[] = [
    (x, y) => [x, y],
    (x, y) => [w - 1 - x, y],
    (x, y) => [w - 1 - x, h - 1 - y],
    (x, y) => [x, h - 1 - y],
    (x, y) => [y, x],
    (x, y) => [w - 1 - y, x],
    (x, y) => [w - 1 - y, h - 1 - x],
    (x, y) => [y, h - 1 - x],
  ];
  for (const [i, place] of upright.entries()) {
    const [width, height] = i < 4 ? [w, h] : [h, w];
    const stored = paint(width, height, (x, y) => (isDark(...place(x, y)) ? [0, 0, 0] : [255, 255, 255]));
    const jpeg = await sharp(stored.rgb, { raw: { width, height, channels: 3 } })
      .withMetadata({ orientation: i + 1 })
      .jpeg({ quality: 100 })
      .toBuffer();
    const image = await read(jpeg);
    assert.deepEqual([image.width, image.height], [w, h], `orientation ${i + 1}`);
    const at = (x: number, y: number) => image.rgb[3 * (y * w + x)] ?? 0;
    assert.deepEqual(
      [at(4, 4) < 64, at(44, 4) > 192, at(4, 28) > 192, at(44, 28) > 192],
      [true, true, true, true],
      `orientation ${i + 1}`,
    );
  }
});

test('a_part_of_a_picture_is_read_pixel_by_pixel_and_nothing_else', async () => {
  const part = { x: 3, y: 2, width: 9, height: 11 };
  const read = await readImage({ ...wholeSource, part });
  const expected = await sharp(picture.rgb, raw).extract({ left: 3, top: 2, width: 9, height: 11 }).raw().toBuffer();
  expectPicture(read, { width: 9, height: 11, rgb: expected });
  const { width, height, thumbnail } = await inspectImage({ ...wholeSource, part }, 100);
  assert.deepEqual([width, height], [9, 11]);
  assert.ok((await sharp(thumbnail).removeAlpha().raw().toBuffer()).equals(expected));
});

test('a_part_that_is_empty_or_beyond_the_picture_is_refused', async () => {
  for (const part of [
    { x: 20, y: 0, width: 4, height: 4 },
    { x: 0, y: 0, width: 0, height: 4 },
    { x: -1, y: 0, width: 4, height: 4 },
  ]) {
    await assert.rejects(
      readImage({ ...wholeSource, part }),
      failsWith('invalid_argument', /a part within the 23 x 17/),
    );
    await assert.rejects(inspectImage({ ...wholeSource, part }), failsWith('invalid_argument'));
  }
});
