/** What becomes of a picture whose words cannot be read: an outcome that says so, and never an error. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { readTextLayerFrom } from './readTextLayerFrom.js';
import { imageTextNote } from '../../../../../../backend-native/server/attachments/pictures/textLayer/imageTextNote.js';
import {
  recogniserFileNames,
  recogniserFiles,
} from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/recogniserFiles.js';
import { RecogniserProcess } from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/recogniserProcess.js';
import { textLayerCache } from '../../../../../../backend-native/server/attachments/pictures/textLayer/textLayerCache.js';
import { scratchFolder } from '../../../../../scratch.js';

const picture = { width: 4, height: 3, rgb: new Uint8Array(36) };
const files = { detector: 'd.onnx', reader: 'r.onnx' };
const signal = new AbortController().signal;
const found = { text: 'Hello', box: [0, 0, 4, 3], confidence: 0.99 } as const;

/** A process that does what the code says with each message. */
function processOf(
  t: TestContext,
  code: string,
  options: { stepMs?: number; totalMs?: number } = {},
): RecogniserProcess {
  const file = path.join(scratchFolder(t), 'recogniser.cjs');
  fs.writeFileSync(
    file,
    `process.on('message', (task) => { ${code} }); process.on('disconnect', () => process.exit());`,
  );
  const recogniser = new RecogniserProcess({ file, ...options });
  t.after(() => {
    recogniser.close();
  });
  return recogniser;
}

const usage = '{ cpuMs: 1, peakRssBytes: 1 }';
const lines = `process.send({ type: 'lines', lines: [${JSON.stringify(found)}], usage: ${usage} });`;

test('a_process_that_crashes_is_an_outcome_and_the_next_picture_gets_another', async (t) => {
  const marker = path.join(scratchFolder(t), 'crashed');
  const crashOnce = `const fs = require('node:fs'); if (!fs.existsSync(${JSON.stringify(marker)})) {
    fs.writeFileSync(${JSON.stringify(marker)}, ''); process.kill(process.pid, 'SIGSEGV'); } else { ${lines} }`;
  const recogniser = processOf(t, crashOnce);
  const first = await recogniser.recognise(picture, files, { signal });
  assert.deepEqual(first, { status: 'failed', reason: 'failed', detail: 'it ended by SIGSEGV' });
  assert.equal((await recogniser.recognise(picture, files, { signal })).status, 'read');
});

test('a_process_that_takes_too_long_or_too_much_is_ended', async (t) => {
  const slow = await processOf(t, '', { stepMs: 300 }).recognise(picture, files, { signal });
  assert.deepEqual(slow, { status: 'failed', reason: 'timeout', detail: 'it takes longer than 0.3 s' });
  const busy = `setInterval(() => process.send({ type: 'progress', done: 0.1 }), 20);`;
  const endless = await processOf(t, busy, { totalMs: 500 }).recognise(picture, files, { signal });
  assert.equal(endless.status === 'failed' && endless.reason, 'timeout');
  const large = await processOf(t, 'process.exit(77);').recognise(picture, files, { signal });
  assert.equal(large.status === 'failed' && large.reason, 'memory');
});

test('a_picture_that_is_cancelled_does_not_hold_up_the_next', async (t) => {
  const recogniser = processOf(t, `if (task.raster.width === 4) return; ${lines}`);
  const controller = new AbortController();
  const first = recogniser.recognise(picture, files, { signal: controller.signal });
  const second = recogniser.recognise({ ...picture, width: 3 }, files, { signal });
  setTimeout(() => {
    controller.abort();
  }, 100);
  assert.deepEqual(await first, { status: 'cancelled' });
  assert.equal((await second).status, 'read');
});

test('every_failure_is_one_line', async (t) => {
  const failing = processOf(t, `process.send({ type: 'failed', message: 'Load model failed\\n  at somewhere' });`);
  const outcomes = [
    await readTextLayerFrom(failing, picture, { files }),
    await readTextLayerFrom(failing, picture, { files: { missing: ['a.onnx', 'b.onnx'] } }),
    await readTextLayerFrom(failing, { width: 8192, height: 8192, rgb: new Uint8Array() }, { files }),
  ];
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === 'none' ? imageTextNote(outcome.reason, outcome.detail) : '')),
    [
      'It was read without its text layer: text recognition failed (Load model failed).',
      'It was read without its text layer: the files of text recognition are missing (a.onnx and b.onnx not found).',
      'It was read without its text layer: the picture is too large ' +
        '(it has 67 megapixels, of which at most 34 are read).',
    ],
  );
});

test('a_picture_without_text_is_no_failure', async (t) => {
  const recogniser = processOf(t, `process.send({ type: 'lines', lines: [], usage: { cpuMs: 1, peakRssBytes: 1 } });`);
  const outcome = await readTextLayerFrom(recogniser, picture, { files });
  assert.deepEqual(outcome, { status: 'none', reason: 'nothing', detail: '' });
});

test('what_was_recognised_is_kept_and_believed_only_when_it_is_whole', async (t) => {
  const folder = path.join(scratchFolder(t), 'cache');
  const warnings: string[] = [];
  const cache = textLayerCache({ folder, maxBytes: 1e6 }, (message) => warnings.push(message));
  const recogniser = processOf(t, lines);
  const read = () => readTextLayerFrom(recogniser, picture, { files, cache });
  assert.equal((await read()).status, 'read');
  const crashing = processOf(t, 'process.exit(1);');
  const again = await readTextLayerFrom(crashing, picture, { files, cache });
  assert.equal(again.status, 'read', 'it came from the cache');
  const [name = ''] = fs.readdirSync(folder);
  const file = path.join(folder, name);
  const kept = fs.readFileSync(file, 'utf8');
  for (const damaged of [kept.replace('Hello', 'Jello'), kept.slice(0, -5), '', 'text']) {
    fs.writeFileSync(file, damaged);
    const outcome = await readTextLayerFrom(crashing, picture, { files, cache });
    assert.equal(outcome.status, 'none', 'a damaged file is not believed');
  }
  assert.equal((await read()).status, 'read');
  assert.deepEqual(warnings, []);
});

test('the_cache_stays_within_its_bound', async (t) => {
  const folder = path.join(scratchFolder(t), 'cache');
  const cache = textLayerCache({ folder, maxBytes: 700 }, () => undefined);
  for (const name of ['a', 'b', 'c', 'd']) await cache.write(name.repeat(64), [{ ...found, text: name.repeat(100) }]);
  const bytes = fs.readdirSync(folder).reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0);
  assert.ok(bytes <= 700 && bytes > 0, String(bytes));
  assert.ok(await cache.read('d'.repeat(64), picture));
});

test('the_files_are_looked_for_in_every_folder_and_the_missing_ones_are_named', (t) => {
  const folder = scratchFolder(t);
  fs.writeFileSync(path.join(folder, recogniserFileNames.detector), '');
  assert.deepEqual(recogniserFiles([folder]), { missing: [recogniserFileNames.reader] });
  // A package for a system that the library was not made for.
  const bare = { missing: [recogniserFileNames.reader, 'onnxruntime-node'] };
  assert.deepEqual(
    recogniserFiles([folder], () => false),
    bare,
  );
  const other = scratchFolder(t);
  fs.writeFileSync(path.join(other, recogniserFileNames.reader), '');
  assert.deepEqual(recogniserFiles([folder, other]), {
    detector: path.join(folder, recogniserFileNames.detector),
    reader: path.join(other, recogniserFileNames.reader),
  });
});
