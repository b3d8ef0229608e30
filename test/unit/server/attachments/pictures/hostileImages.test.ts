import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { BackendError } from '../../../../../backend-native/protocol/errors.js';
import {
  imageLimits,
  readImage,
  readImages,
} from '../../../../../backend-native/server/attachments/pictures/images.js';
import { failsWith } from '../../../../failsWith.js';
import { bmp, noise, png } from '../../../../fixtures/images.js';
import { scratchFolder, writeFile } from '../../../../scratch.js';

const never = new AbortController().signal;
const picture = noise(23, 17, 'ingest');

function read(bytes: Uint8Array, name = 'image') {
  return readImage({ name, base64: Buffer.from(bytes).toString('base64') });
}

/** A PNG whose header promises a size, with a few of the zeros that it would have. */
function pngHeaderOf(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1 << 20))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

test('a_path_that_is_no_readable_file_is_said', async (t) => {
  const folder = scratchFolder(t);
  await assert.rejects(readImage({ path: path.join(folder, 'none.png') }), failsWith('file_not_found', /none\.png/));
  await assert.rejects(readImage({ path: folder }), failsWith('not_a_file', /directory/));
  await assert.rejects(readImage({ path: '/dev/null' }), failsWith('not_a_file'));
  await assert.rejects(readImage({ path: writeFile(folder, 'empty.png', '') }), failsWith('file_empty', /empty\.png/));
  await assert.rejects(readImage({ path: path.join(folder, 'x'.repeat(5000)) }), failsWith('file_not_found'));
});

test('what_is_no_image_is_said_by_what_it_is', async () => {
  await assert.rejects(read(Buffer.from('Dear Sir,')), failsWith('unsupported_image', /is text/));
  await assert.rejects(read(Buffer.from('%PDF-1.7')), failsWith('unsupported_image', /PDF/));
  await assert.rejects(read(Buffer.from('GGUF\x03\0\0\0')), failsWith('unsupported_image', /model file/));
  await assert.rejects(read(Buffer.from([0, 1, 2, 3, 4])), failsWith('unsupported_image'));
});

test('a_heic_image_is_refused_with_what_helps', async () => {
  await assert.rejects(read(Buffer.from('\0\0\0\x18ftypheic', 'latin1')), (error) => {
    failsWith('unsupported_image', /HEIC/)(error);
    const { reason, nextStep } = error as BackendError;
    assert.deepEqual(reason, { kind: 'noImage', file: 'image', is: 'heic' });
    assert.match(nextStep, /JPEG or PNG/);
    return true;
  });
});

test('files_cut_short_anywhere_are_corrupt', async () => {
  const { width, height, rgb } = noise(64, 64, 'cut');
  const encoder = () => sharp(rgb, { raw: { width, height, channels: 3 } });
  const files = {
    png: await encoder().png().toBuffer(),
    jpeg: await encoder().jpeg().toBuffer(),
    webp: await encoder().webp({ lossless: true }).toBuffer(),
    gif: await encoder().gif().toBuffer(),
    bmp: bmp({ width, height, rgb }),
  };
  for (const [name, bytes] of Object.entries(files)) {
    for (const size of [30, ...[0.1, 0.5, 0.9].map((share) => Math.floor(bytes.length * share))]) {
      await assert.rejects(
        read(bytes.subarray(0, size), name),
        failsWith('corrupt_image', new RegExp(name, 'i')),
        `${name} at ${size}`,
      );
    }
  }
});

test('a_damaged_picture_is_named_and_what_the_decoder_said_is_for_the_log', async () => {
  const whole = Buffer.from(png(noise(64, 64, 'damage')));
  await assert.rejects(read(whole.subarray(0, whole.length / 2), 'cut.png'), (error) => {
    assert.ok(error instanceof BackendError);
    assert.equal(error.message, 'cut.png is a damaged or incomplete PNG file');
    assert.deepEqual(error.reason, { kind: 'damaged', file: 'cut.png', what: 'PNG file' });
    assert.match(error.detail ?? '', /png/i);
    return true;
  });
});

test('a_png_with_damaged_pixels_is_corrupt', async () => {
  const bytes = Buffer.from(png(noise(64, 64, 'damage')));
  bytes.fill(0xff, 100, 200);
  await assert.rejects(read(bytes), failsWith('corrupt_image'));
});

test('a_png_of_30000_by_30000_is_refused_by_its_header', async () => {
  const bomb = pngHeaderOf(30_000, 30_000);
  const rssBefore = process.memoryUsage.rss();
  const start = performance.now();
  await assert.rejects(
    read(bomb, 'bomb.png'),
    failsWith('image_too_large', /30000 x 30000 \(900 megapixels\).*100 megapixels/),
  );
  assert.ok(performance.now() - start < 500, 'slow');
  assert.ok(process.memoryUsage.rss() - rssBefore < 64 * 2 ** 20, 'hungry');
});

test('bombs_of_other_formats_are_refused_too', async () => {
  const bytes = bmp({ width: 1, height: 1, rgb: new Uint8Array(3) });
  bytes.writeInt32LE(2_000_000_000, 18);
  bytes.writeInt32LE(2_000_000_000, 22);
  await assert.rejects(read(bytes), failsWith('image_too_large'));
  await assert.rejects(
    read(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>')),
    failsWith('image_too_large'),
  );
});

test('a_hundred_images_are_too_many', async () => {
  const source = { name: 'one.png', base64: png(picture).toString('base64') };
  await assert.rejects(
    readImages(
      Array.from({ length: 100 }, () => source),
      never,
      () => undefined,
    ),
    failsWith('too_many_images', /64 .* 100/),
  );
});

test('a_file_of_too_many_bytes_is_refused_unread', async (t) => {
  const file = path.join(scratchFolder(t), 'huge.png');
  fs.writeFileSync(file, '');
  fs.truncateSync(file, imageLimits.bytes + 1);
  await assert.rejects(readImage({ path: file }), failsWith('image_too_large', /256 MB/));
});

test('an_svg_fetches_nothing_from_outside', async (t) => {
  const folder = scratchFolder(t);
  const red = writeFile(folder, 'red.png', png({ width: 1, height: 1, rgb: new Uint8Array([255, 0, 0]) }));
  const references = [`file://${red}`, red, 'red.png', 'http://127.0.0.1:9/red.png'];
  for (const reference of references) {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="4" ' +
      `height="4"><image width="4" height="4" xlink:href="${reference}" href="${reference}"/></svg>`;
    const image = await readImage({ path: writeFile(folder, 'outside.svg', svg) });
    assert.deepEqual([...image.rgb.subarray(0, 3)], [255, 255, 255], reference);
  }
});

test('an_svg_cannot_read_files_through_entities', async (t) => {
  const secret = writeFile(scratchFolder(t), 'secret.txt', '<rect width="4" height="4" fill="red"/>');
  const svg =
    `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file://${secret}">]><svg ` +
    'xmlns="http://www.w3.org/2000/svg" width="4" height="4">&x;</svg>';
  const outcome = await read(Buffer.from(svg)).then(
    ({ rgb }) => [...rgb.subarray(0, 3)],
    () => 'refused',
  );
  assert.ok(outcome === 'refused' || outcome[1] === 255, String(outcome));
});

test('svg_bombs_end_in_an_error_within_bounds', async () => {
  const laughs = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
  const entities =
    `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e0 "ha">${laughs}]><svg xmlns="http://www.w3.org/2000/svg" ` +
    'width="9" height="9"><text>&e12;</text></svg>';
  const uses = Array.from({ length: 20 }, (_, i) => `<g id="u${i + 1}">${`<use href="#u${i}"/>`.repeat(10)}</g>`).join(
    '',
  );
  const nested =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><defs><rect id="u0" width="1" ' +
    `height="1"/>${uses}</defs><use href="#u20"/></svg>`;
  const rssBefore = process.memoryUsage.rss();
  for (const bomb of [entities, nested]) {
    // librsvg stops drawing what refers to itself too often; what it had drawn is an answer as well.
    const outcome = await read(Buffer.from(bomb)).then(() => true, failsWith('corrupt_image'));
    assert.ok(outcome);
  }
  assert.ok(process.memoryUsage.rss() - rssBefore < 512 * 2 ** 20, 'hungry');
});
