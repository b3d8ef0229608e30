import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClipboardTool } from '../../../../../extension/attachments/clipboard/clipboardTools.js';
import { readClipboardImage } from '../../../../../extension/attachments/clipboard/readClipboardImage.js';

const limits = { milliseconds: 30_000, bytes: 100_000 };

/** A program that plays a clipboard with a few lines of JavaScript. */
function program(script: {
  readonly list?: string;
  readonly read: string;
  readonly prints?: 'bytes' | 'base64';
}): ClipboardTool {
  return {
    file: process.execPath,
    ...(script.list !== undefined && { listArguments: ['-e', script.list] }),
    readArguments: (type) => ['-e', script.read, type],
    prints: script.prints ?? 'bytes',
  };
}

const missing: ClipboardTool = { file: '/no/such/program', readArguments: () => [], prints: 'bytes' };
const png = program({
  list: 'console.log("TARGETS\\nimage/png")',
  read: 'process.stdout.write("a picture as " + process.argv[1])',
});

test('a_picture_is_read_with_the_first_program_that_works', async () => {
  const image = await readClipboardImage([missing, png], limits);
  assert.equal(image.status, 'image');
  assert.deepEqual([image.mime, String(image.bytes)], ['image/png', 'a picture as image/png']);
});

test('base64_is_decoded', async () => {
  const image = await readClipboardImage([program({ read: 'console.log(btoa("bytes"))', prints: 'base64' })], limits);
  assert.equal(image.status === 'image' && String(image.bytes), 'bytes');
});

test('a_clipboard_with_text_only_holds_no_picture', async () => {
  assert.equal(
    (await readClipboardImage([program({ list: 'console.log("UTF8_STRING")', read: 'process.exit(9)' })], limits))
      .status,
    'empty',
  );
  assert.equal((await readClipboardImage([program({ read: '', prints: 'base64' })], limits)).status, 'empty');
});

test('an_empty_clipboard_is_told_from_a_desktop_out_of_reach', async () => {
  const fails = (words: string) =>
    program({ list: `console.error(${JSON.stringify(words)}); process.exit(1)`, read: '' });
  assert.equal((await readClipboardImage([fails('Error: target TARGETS not available')], limits)).status, 'empty');
  const unreachable = await readClipboardImage([fails("Error: Can't open display: :9")], limits);
  assert.equal(unreachable.status, 'unavailable');
  assert.match(unreachable.reasons.join(), /Can't open display/);
});

test('without_a_program_the_clipboard_is_unavailable', async () => {
  assert.deepEqual(await readClipboardImage([], limits), { status: 'unavailable', reasons: [] });
  const image = await readClipboardImage([missing], limits);
  assert.match(image.status === 'unavailable' ? image.reasons.join() : '', /ENOENT/);
});

test('a_program_that_never_ends_is_ended', async () => {
  const image = await readClipboardImage([program({ read: 'setInterval(() => {}, 1000)' })], {
    ...limits,
    milliseconds: 300,
  });
  assert.equal(image.status, 'unavailable');
});

test('a_program_that_prints_without_end_is_ended', async () => {
  const image = await readClipboardImage([program({ read: 'process.stdout.write(Buffer.alloc(300_000))' })], limits);
  assert.equal(image.status, 'unavailable');
});
