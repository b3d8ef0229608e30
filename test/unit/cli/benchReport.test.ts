import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, parseMtmdTimes, table } from '../../../backend-native/cli/benchReport.js';

test('the_median_of_an_even_number_of_values_is_between_the_middle_two', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.throws(() => median([]), RangeError);
});

test('a_table_is_markdown', () => {
  assert.equal(table(['a', 'b'], [['1', '2']]), '| a | b |\n| --- | --- |\n| 1 | 2 |\n');
});

test('the_times_of_llama_cpps_programs_are_read_apart', () => {
  const stderr = [
    'llama_kv_cache:        CPU KV buffer size =    12.00 MiB',
    'llama_kv_cache: size =   12.00 MiB (  4096 cells,   6 layers,  1/1 seqs), K (f16):    6.00 MiB, V (f16):    6.00 MiB',
    'llama_perf_context_print: prompt eval time =     500.00 ms /  1000 tokens (    0.50 ms per token,  2000.00 tokens per second)',
    'llama_perf_context_print:        eval time =     200.00 ms /   100 runs   (    2.00 ms per token,   500.00 tokens per second)',
  ].join('\n');
  assert.deepEqual(parseMtmdTimes(stderr), {
    promptTokens: 1000,
    cells: 1000,
    kvBytes: 3072 * 1000,
    prefillPerSecond: 2000,
    decodePerSecond: 500,
  });
  assert.equal(parseMtmdTimes('nothing of the kind'), undefined);
});
