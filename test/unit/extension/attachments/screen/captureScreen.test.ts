import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test, type TestContext } from 'node:test';
import { captureScreen } from '../../../../../extension/attachments/screen/captureScreen.js';
import type { CaptureTool } from '../../../../../extension/attachments/screen/captureTools.js';
import { scratchFolder } from '../../../../scratch.js';

const limits = { milliseconds: 30_000, bytes: 1000 };

/** A program that plays a capture with a line of JavaScript; `file` is where the picture belongs. */
function program(script: string): CaptureTool {
  const whole = `const fs = require('node:fs'); const file = process.argv[1]; ${script}`;
  return { file: process.execPath, arguments: (picture) => ['-e', whole, picture] };
}

const missing: CaptureTool = { file: '/no/such/program', arguments: (picture) => [picture] };
const refused = program('process.stderr.write("no permission"); process.exit(1)');
const silent = program('');

/** Where the pictures are written for the time of a test. */
function temporary(t: TestContext): string {
  const [folder, before] = [scratchFolder(t), process.env['TMPDIR']];
  process.env['TMPDIR'] = folder;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  return folder;
}

test('the_first_program_that_works_gives_the_picture_and_nothing_stays_behind', async (t) => {
  const folder = temporary(t);
  const works = program('fs.writeFileSync(file, "a picture")');
  const captured = await captureScreen([missing, refused, silent, works, refused], limits);
  assert.ok(captured.status === 'picture');
  assert.equal(captured.bytes.toString(), 'a picture');
  assert.deepEqual(fs.readdirSync(folder), []);
});

test('why_no_program_could_is_told_of_each', async (t) => {
  const folder = temporary(t);
  const empty = program('fs.writeFileSync(file, "")');
  const endless = program('fs.writeFileSync(file, "x".repeat(2000))');
  const captured = await captureScreen([missing, refused, silent, empty, endless], limits);
  assert.ok(captured.status === 'unavailable');
  const [first, second, third, fourth, fifth] = captured.reasons;
  assert.match(first ?? '', /ENOENT/);
  assert.match(second ?? '', /no permission/);
  assert.match(third ?? '', /ENOENT/);
  assert.match(fourth ?? '', /it has 0/);
  assert.match(fifth ?? '', /at most 1000 bytes/);
  assert.deepEqual(fs.readdirSync(folder), []);
});

test('a_program_that_does_not_end_is_ended', async (t) => {
  temporary(t);
  const hangs = program('setInterval(() => undefined, 1000)');
  const captured = await captureScreen([hangs], { ...limits, milliseconds: 500 });
  assert.equal(captured.status, 'unavailable');
});

test('without_a_program_there_is_no_picture', async () => {
  assert.deepEqual(await captureScreen([], limits), { status: 'unavailable', reasons: [] });
});
