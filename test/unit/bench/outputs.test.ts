import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskResult } from '../../../backend-native/protocol/ask.js';
import { parseLlamaBench, parseMtmd } from '../../bench/run/outputs.js';
import { expectAsAsked, outsideModel } from '../../bench/run/ours.js';

const log = [
  'llama_kv_cache: size =   12.00 MiB (  4096 cells,   6 layers,  1/1 seqs), K (f16):    6.00 MiB, V (f16):    ' +
    '6.00 MiB',
  'encoding mtmd batch, n_chunks = 1 (done = 1, total = 5)',
  'mtmd batch encoding done in 172 ms',
  'image decoded (batch 1/1) in 48 ms',
  'mtmd batch encoding done in 128 ms',
  'image decoded (batch 1/1) in 50 ms',
  'llama_perf_context_print: prompt eval time =     500.00 ms /  1000 tokens (    0.50 ms per token,  2000.00 ' +
    'tokens per second)',
  'llama_perf_context_print:        eval time =     200.00 ms /   100 runs   (    2.00 ms per token,   500.00 ' +
    'tokens per second)',
];

test('the_image_encoder_is_taken_out_of_the_prompt_time_of_llama_mtmd_cli', () => {
  assert.deepEqual(parseMtmd(log.join('\n')), {
    promptTokens: 1000,
    msEncode: 300,
    msPrefill: 200,
    msPerToken: 2,
    kvBytes: 3072 * 1000,
    kvAllocated: 12 * 2 ** 20,
  });
});

test('a_log_that_is_cut_short_tells_nothing', () => {
  assert.equal(parseMtmd(log.slice(0, -1).join('\n')), undefined);
  assert.equal(parseMtmd(log.slice(1).join('\n')), undefined);
});

test('the_speed_of_llama_bench_is_that_of_its_one_test', () => {
  assert.equal(parseLlamaBench('[{"n_prompt": 1024, "avg_ts": 9664.07}]'), 9664.07);
  for (const other of ['[]', '[{"avg_ts": 1}, {"avg_ts": 2}]', '[{"avg_ts": 0}]', '{}'])
    assert.throws(() => parseLlamaBench(other), /Expected one test/, other);
});

test('what_is_outside_the_model_is_told_apart_where_the_time_inside_is_known', () => {
  assert.deepEqual(outsideModel(100, { decode: 98 }), { share: 0.02, exact: false });
  assert.deepEqual(outsideModel(100, { decode: 98, compute: 90 }), { share: 0.1, exact: true });
});

test('a_run_that_did_something_else_is_no_measurement', () => {
  const kv = { compressed: true, ratio: 0.2, reading: 'whole', note: '' } as AskResult['kv'];
  const document = { name: 'notes.txt', complete: true, note: '' } as AskResult['documents'][number];
  const result = { kv, tokens: 64, stop: 'length', documents: [document] } as const;
  const asked = { ratio: 0.2, reading: 'whole', answerTokens: 64 } as const;
  expectAsAsked(result, asked);
  assert.throws(() => {
    expectAsAsked({ ...result, tokens: 63, stop: 'context' }, asked);
  }, /64 tokens of answer but received 63: context/);
  assert.throws(() => {
    expectAsAsked({ ...result, documents: [{ ...document, complete: false, note: 'too long' }] }, asked);
  }, /notes.txt to be read but it was cut: too long/);
  assert.throws(() => {
    expectAsAsked({ ...result, kv: { ...kv, compressed: false, ratio: 1, note: 'short' } }, asked);
  }, /compressed to 0.2 but it was left at 1: short/);
  assert.throws(() => {
    expectAsAsked(result, { ...asked, reading: 'chunks' });
  }, /--kv-reading chunks but it was whole/);
  expectAsAsked({ ...result, kv: { ...kv, compressed: false, ratio: 1 } }, { ...asked, ratio: 1, reading: 'chunks' });
});
