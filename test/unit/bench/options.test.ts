import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../backend-native/cli/usage.js';
import { parseBenchOptions } from '../../bench/options.js';

function options(...args: string[]) {
  const parsed = parseBenchOptions(args);
  assert.ok(parsed !== 'help');
  return { ...parsed, cases: parsed.cases.map(({ model, sizes }) => [model.name, ...sizes]) };
}

test('small_models_and_prompts_are_measured_when_nothing_is_said', () => {
  const { cases, ratios, rounds } = options();
  assert.deepEqual(cases, [
    ['embedded', 1024, 4096, 8192, 16384],
    ['0.5b', 1024, 4096],
  ]);
  assert.deepEqual([ratios, rounds], [[1, 0.5, 0.2, 0.05], 5]);
});

test('of_sessions_all_is_measured_of_a_kind_of_which_nothing_is_named', () => {
  assert.deepEqual([...options('--sessions', 'document,short').sessions], ['document', 'one', 'each', 'short']);
  assert.deepEqual([...options().sessions], ['images', 'document', 'one', 'each', 'short', 'long']);
});

test('full_measures_every_model_at_every_size', () => {
  const all = [1024, 4096, 8192, 16384, 32768];
  assert.deepEqual(options('--full').cases, [
    ['embedded', ...all],
    ['0.5b', ...all],
    ['3b', ...all],
  ]);
  assert.deepEqual(options('--models', '3b').cases, [['3b', ...all]]);
});

test('what_is_named_is_measured_in_order_and_once', () => {
  const { cases, ratios, programs, rounds, answerTokens, threads, out } = options(
    '--models',
    '0.5b,embedded',
    '--sizes',
    '4k, 600,1k,4k',
    '--ratios',
    '0.2,1',
    '--programs',
    'chunks,whole',
    '--rounds',
    '2',
    '--answer-tokens',
    '8',
    '--threads',
    '3',
    '--out',
    'o',
  );
  assert.deepEqual(cases, [
    ['0.5b', 600, 1024, 4096],
    ['embedded', 600, 1024, 4096],
  ]);
  assert.deepEqual(
    [ratios, programs, rounds, answerTokens, threads, out],
    [[1, 0.2], ['chunks', 'whole'], 2, 8, 3, 'o'],
  );
});

test('what_cannot_be_measured_is_refused_by_name', () => {
  const refusals: readonly [RegExp, ...string[]][] = [
    [/embedded, 0.5b, 3b for --models but received 7b/, '--models', '7b'],
    [/--sizes but received 100/, '--sizes', '1k,100'],
    [/--sizes but received 4m/, '--sizes', '4m'],
    [/--ratios but received 1.5/, '--ratios', '1.5'],
    [/--ratios but received 0/, '--ratios', '0'],
    [
      /llama-mtmd-cli, llama-bench, whole, chunks, second, session for --programs but received ours/,
      '--programs',
      'ours',
    ],
    [/images, document, one, each, short, long for --sessions but received both/, '--sessions', 'both'],
    [/--rounds but received 0/, '--rounds', '0'],
    [/--ratios but received 1,/, '--ratios', '1,'],
    [/3/, '3'],
  ];
  for (const [message, ...args] of refusals) {
    assert.throws(
      () => parseBenchOptions(args),
      (error) => error instanceof UsageError && message.test(error.message),
      args.join(' '),
    );
  }
});
