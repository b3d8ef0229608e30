import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressLine } from '../../../../webview/answer/progressText.js';
import type { RunningView } from '../../../../webview/protocol/state.js';

const line = (progress: RunningView['progress'], tokensPerSecond = 0) => progressLine({ progress, tokensPerSecond });

test('every_phase_says_what_it_does_and_how_far_it_is', () => {
  assert.deepEqual(line({ phase: 'loading', fraction: 0.5 }), { text: 'Loading the model', fraction: 0.5 });
  assert.deepEqual(line({ phase: 'ingest', done: 1, total: 4 }), { text: 'Opening file 2 of 4', fraction: 0.25 });
  assert.deepEqual(line({ phase: 'image', index: 2, count: 8, name: 'a.png', width: 1, height: 1, tokens: 1 }), {
    text: 'Reading image 3 of 8: a.png',
    fraction: 0.25,
  });
  assert.deepEqual(line({ phase: 'document', index: 0, count: 1, name: 'a.pdf', done: 1, total: 9 }), {
    text: 'Reading document 1 of 1: a.pdf, 2 of 9',
    fraction: 1 / 9,
  });
  assert.deepEqual(line({ phase: 'prefill', done: 42, total: 100 }), {
    text: 'Reading the prompt (prefill): 42%',
    fraction: 0.42,
  });
  assert.equal(
    line({ phase: 'prefill', done: 42, total: 100, secondsLeft: 75 }).text,
    'Reading the prompt (prefill): 42%, about 1 min 15 s left',
  );
  assert.deepEqual(line({ phase: 'compress', done: 12, total: 28 }), {
    text: 'Compressing the KV cache: 12 of 28 layers',
    fraction: 12 / 28,
  });
  assert.deepEqual(line({ phase: 'answer', tokens: 9, text: '' }, 31.24), {
    text: 'Answering: 31.2 tokens/s',
    fraction: null,
  });
});

test('waiting_says_how_many_are_before', () => {
  assert.equal(line({ phase: 'queued', ahead: 0 }).text, 'Starting');
  assert.equal(line({ phase: 'queued', ahead: 1 }).text, 'Waiting for one question before this one');
  assert.equal(line({ phase: 'queued', ahead: 3 }).text, 'Waiting for 3 questions before this one');
});

test('the_last_file_is_not_counted_past_the_end', () => {
  assert.equal(line({ phase: 'ingest', done: 4, total: 4 }).text, 'Opening file 4 of 4');
  assert.equal(
    line({ phase: 'document', index: 0, count: 1, name: 'a', done: 9, total: 9 }).text,
    'Reading document 1 of 1: a, 9 of 9',
  );
});

test('nothing_to_count_has_no_fraction', () => {
  assert.equal(line({ phase: 'prefill', done: 0, total: 0 }).fraction, null);
});
