/** The real recogniser in its process, on good pictures and on bad ones. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import type { AskResult } from '../../backend-native/protocol/ask.js';
import type { InputReport } from '../../backend-native/protocol/showInput.js';
import { readImage } from '../../backend-native/server/attachments/pictures/images.js';
import { textLayerReader } from '../../backend-native/server/attachments/pictures/textLayer/readTextLayer.js';
import type { Raster } from '../../backend-native/server/attachments/pictures/textLayer/recogniser/raster.js';
import { recogniserFiles } from '../../backend-native/server/attachments/pictures/textLayer/recogniser/recogniserFiles.js';
import { RecogniserProcess } from '../../backend-native/server/attachments/pictures/textLayer/recogniser/recogniserProcess.js';
import { textOf } from '../../backend-native/server/attachments/pictures/textLayer/textLayer.js';
import { Random } from '../fixtures/random.js';
import { temporaryDir } from '../fixtures/temporaryDir.js';
import { runProgram } from './runProgram.js';

const files = recogniserFiles();
const skip = 'missing' in files ? `${files.missing.join(' and ')} not found: npm run ask fetches them` : false;
const recogniser = new RecogniserProcess();
after(() => {
  recogniser.close();
});

async function read(picture: Raster): Promise<string> {
  const reader = textLayerReader(recogniser, () => undefined);
  const outcome = await reader.read(picture, { signal: new AbortController().signal });
  return outcome.status === 'read'
    ? textOf(outcome.layer, { marks: true })
    : outcome.status === 'none'
      ? outcome.reason
      : '';
}

const svg = (width: number, height: number, body: string) =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
      '<rect width="100%" height="100%" fill="white"/>' +
      `<g font-family="DejaVu Sans, sans-serif" font-size="16" fill="#222">${body}</g></svg>`,
  );

const drawn = async (width: number, height: number, body: string) =>
  readImage({ name: 'a.svg', base64: svg(width, height, body).toString('base64') });

test('lines_cells_and_looks_of_a_picture_are_read', { skip }, async () => {
  const text = await read(
    await drawn(
      420,
      200,
      '<text x="20" y="40">The error code is E4719.</text>' +
        '<text x="20" y="90">Status</text><text x="220" y="90" fill="#cf222e">Failed</text>' +
        '<rect x="20" y="130" width="120" height="36" fill="#0969da"/>' +
        '<text x="40" y="154" fill="white">Save all</text>',
    ),
  );
  assert.equal(text, 'The error code is E4719.\n\nStatus | Failed [red]\n\nSave all [white on blue]');
});

test('pictures_with_nothing_to_read_say_so', { skip }, async () => {
  const random = new Random('noise');
  const noise = { width: 320, height: 240, rgb: Uint8Array.from({ length: 320 * 240 * 3 }, () => random.below(256)) };
  assert.equal(await read({ width: 1, height: 1, rgb: new Uint8Array(3) }), 'nothing');
  assert.equal(await read({ width: 1000, height: 1000, rgb: new Uint8Array(3_000_000).fill(255) }), 'nothing');
  assert.equal(await read(noise), 'nothing');
  assert.equal(await read({ width: 8192, height: 8192, rgb: new Uint8Array(0) }), 'tooLarge');
});

test('thin_and_turned_pictures_do_no_harm', { skip }, async () => {
  const wide = await drawn(6000, 30, '<text x="2900" y="22">in the middle</text>');
  assert.equal(await read(wide), 'in the middle');
  const turned = await sharp(svg(300, 80, '<text x="20" y="40">upside down</text>'))
    .rotate(180)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = turned.info;
  assert.notEqual(await read({ width, height, rgb: turned.data }), 'failed');
});

test('show_input_prints_text_without_a_model', { skip }, async (t) => {
  const folder = await temporaryDir(t);
  const file = path.join(folder, 'a.png');
  fs.writeFileSync(
    file,
    await sharp(svg(300, 60, '<text x="20" y="40">Hello there</text>'))
      .png()
      .toBuffer(),
  );
  const { status, stdout } = await runProgram('ask', ['--show-input', '--json', '--image', file]);
  assert.equal(status, 0);
  const [report] = JSON.parse(stdout) as InputReport[];
  assert.ok(report);
  assert.equal(report.file, file);
  assert.equal(report.format, 'png');
  assert.equal(report.pages[0]?.text, 'Hello there');
});

test('the_embedded_model_is_told_what_the_pixels_tell_of_a_look', { skip }, async (t) => {
  const folder = await temporaryDir(t);
  const themes = { dark: '#1e1e2e', light: 'white' };
  for (const [theme, ground] of Object.entries(themes)) {
    const file = path.join(folder, `${theme}.png`);
    const filled = `<rect width="100%" height="100%" fill="${ground}"/>`;
    const picture = `${filled}<text x="20" y="40" fill="#888">Hello there</text>`;
    fs.writeFileSync(
      file,
      await sharp(svg(640, 400, picture))
        .png()
        .toBuffer(),
    );
    const asked = await runProgram('ask', ['--json', '--image', file, 'Is the theme dark or light?']);
    assert.equal(asked.status, 0, asked.stderr);
    const { matching, looks } = JSON.parse(asked.stdout) as AskResult;
    assert.deepEqual(matching, [`Theme: ${theme}`, `The theme is ${theme}.`]);
    assert.deepEqual(looks, matching);
  }
});

test('a_damaged_or_missing_recogniser_is_said_in_one_line', async (t) => {
  const folder = await temporaryDir(t);
  const file = path.join(folder, 'a.png');
  fs.writeFileSync(
    file,
    await sharp(svg(300, 60, '<text x="20" y="40">Hello</text>'))
      .png()
      .toBuffer(),
  );
  const env = { ...process.env, LOOK_ONCE_MODELS: folder };
  const missing = await runProgram('ask', ['--show-input', '--image', file], { env });
  assert.equal(missing.status, 0);
  assert.match(missing.stdout, /^note: It was read without its text layer: the files .* are missing \(.*\)\.$/m);
  for (const name of ['PP-OCRv6_det_small.onnx', 'PP-OCRv6_rec_small.onnx'])
    fs.writeFileSync(path.join(folder, name), 'no model');
  const damaged = await runProgram('ask', ['--show-input', '--image', file], { env });
  assert.equal(damaged.status, 0);
  assert.match(damaged.stdout, /^note: It was read without its text layer: text recognition failed \(.*\)\.$/m);
});
