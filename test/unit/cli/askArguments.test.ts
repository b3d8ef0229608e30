import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { askUsage, parseAskArguments, type AskCommand } from '../../../backend-native/cli/askArguments.js';
import { UsageError } from '../../../backend-native/cli/usage.js';
import { kvDefaults } from '../../../backend-native/protocol/kv.js';
import { failsWith } from '../../failsWith.js';

function parse(...args: string[]): AskCommand {
  const command = parseAskArguments(args);
  assert.notEqual(command, 'help');
  return command as AskCommand;
}

test('a_question_alone_asks_the_embedded_model', () => {
  const { load, ask, followUps, json } = parse('What is this?');
  assert.equal(load.modelPath, undefined);
  assert.equal(ask.question, 'What is this?');
  assert.deepEqual([ask.images, ask.documents, followUps, json], [[], [], [], false]);
  assert.deepEqual(ask.kv, kvDefaults('look-once'));
});

test('every_option_arrives_where_it_belongs', () => {
  const { load, ask, followUps, json } = parse(
    '--model',
    'm',
    '--mmproj',
    'p',
    '--lora',
    'l1',
    '--lora',
    'l2',
    '--image',
    'a.png',
    '--image',
    'b.png',
    '--doc',
    'c.txt',
    '--system',
    's',
    '--kv-ratio',
    '0.5',
    '--recent-share',
    '0.25',
    '--merge',
    'weighted',
    '--merge-what',
    'values',
    '--text-prior',
    'off',
    '--method',
    'h2o',
    '--min-prompt',
    '8',
    '--max-tokens',
    '9',
    '--temperature',
    '0.7',
    '--seed',
    '3',
    '--gpu-layers',
    '0',
    '--device',
    'CPU',
    '--rpc',
    'a:1,b.local:50052',
    '--threads',
    '2',
    '--ctx-size',
    '512',
    '--kv-type',
    'q8_0',
    '--kv-reading',
    'chunks',
    '--cache-dir',
    'kept',
    '--cache-max-gigabytes',
    '0.5',
    '--image-min-tokens',
    '4',
    '--image-max-tokens',
    '64',
    '--follow-up',
    'and?',
    '--follow-up',
    'so?',
    '--json',
    'why?',
  );
  assert.deepEqual(load, {
    modelPath: 'm',
    mmprojPath: 'p',
    adapterPaths: ['l1', 'l2'],
    engine: {
      gpuLayers: 0,
      device: 'CPU',
      rpcServers: ['a:1', 'b.local:50052'],
      threads: 2,
      contextSize: 512,
      kvType: 'q8_0',
      imageMinTokens: 4,
      imageMaxTokens: 64,
      holdMinutes: 0,
      cache: { folder: path.resolve('kept'), maxBytes: 2 ** 29 },
    },
  });
  assert.deepEqual(ask.kv, {
    ...kvDefaults('h2o'),
    ratio: 0.5,
    recentShare: 0.25,
    merge: 'weighted',
    mergeWhat: 'values',
    textPrior: false,
    minPromptTokens: 8,
    reading: 'chunks',
    seed: 3,
  });
  assert.deepEqual([ask.sampling?.maxTokens, ask.sampling?.temperature, ask.sampling?.seed], [9, 0.7, 3]);
  assert.deepEqual(
    [ask.system, ask.images, ask.documents],
    ['s', [{ path: 'a.png' }, { path: 'b.png' }], [{ path: 'c.txt' }]],
  );
  assert.deepEqual([followUps, json, ask.question], [['and?', 'so?'], true, 'why?']);
});

test('auto_is_what_is_not_given', () => {
  const automatic = [
    '--kv-ratio',
    'auto',
    '--recent-share',
    'auto',
    '--merge',
    'auto',
    '--merge-what',
    'auto',
    '--text-prior',
    'auto',
  ];
  assert.deepEqual(parse(...automatic, 'q').ask.kv, parse('q').ask.kv);
  assert.deepEqual(parse(...automatic, '--method', 'look-m', 'q').ask.kv, kvDefaults('look-m'));
  assert.deepEqual(parse('--kv-ratio', '0.2', '--merge', 'average', '--text-prior', 'off', 'q').ask.kv, {
    ...kvDefaults('look-once'),
    ratio: 0.2,
    merge: 'average',
    textPrior: false,
  });
});

test('what_follows_a_document_says_how_it_is_read', () => {
  const { ask } = parse(
    '--doc',
    'a.pdf',
    '--doc-pages',
    '1-3,7',
    '--doc-as',
    'images',
    '--doc',
    'b.md',
    '--doc=c.pdf',
    '--doc-pages=-3',
    'q',
  );
  assert.deepEqual(ask.documents, [
    { path: 'a.pdf', pages: '1-3,7', readAs: 'images' },
    { path: 'b.md' },
    { path: 'c.pdf', pages: '-3' },
  ]);
  assert.deepEqual(parse('--doc', 'a.pdf', '--doc-pages', '-3', 'q').ask.documents, [{ path: 'a.pdf', pages: '-3' }]);
  assert.throws(() => parseAskArguments(['--doc-pages', '1', '--doc', 'a.pdf', 'q']), UsageError);
  assert.throws(
    () => parseAskArguments(['--doc', 'a.pdf', '--doc-as', 'pictures', 'q']),
    failsWith('invalid_argument', /auto, text, images.*pictures/),
  );
});

test('limits_of_documents_arrive', () => {
  assert.deepEqual(parse('q').ask.documentLimits, { maxTokens: 0, maxImagePages: 16 });
  assert.deepEqual(parse('--doc-max-tokens', '500', '--doc-max-image-pages', '2', 'q').ask.documentLimits, {
    maxTokens: 500,
    maxImagePages: 2,
  });
  assert.throws(() => parseAskArguments(['--doc-max-tokens', '-1', 'q']), failsWith('invalid_argument'));
  assert.throws(() => parseAskArguments(['--doc-max-image-pages', '65', 'q']), failsWith('invalid_argument'));
});

test('a_line_that_cannot_be_understood_is_a_usage_error', () => {
  const lines: string[][] = [[], ['--nope', 'q'], ['--json=yes', 'q'], ['--kv-ratio'], ['a', 'b'], ['  '], ['-x', 'q']];
  for (const line of lines) assert.throws(() => parseAskArguments(line), UsageError, line.join(' '));
});

for (const ratio of ['0', '-1', '-0.5', '1.5', 'NaN', 'much', '']) {
  test(`a_ratio_of_${ratio || 'nothing'}_is_a_failure_with_a_code`, () => {
    assert.throws(() => parseAskArguments(['--kv-ratio', ratio, 'q']), failsWith('kv_ratio_invalid'));
    assert.throws(() => parseAskArguments([`--kv-ratio=${ratio}`, 'q']), failsWith('kv_ratio_invalid'));
  });
}

test('other_bad_values_are_failures_with_a_code', () => {
  assert.throws(() => parseAskArguments(['--recent-share', '2', 'q']), failsWith('recent_share_invalid'));
  for (const line of [
    ['--merge', 'x'],
    ['--text-prior', 'yes'],
    ['--max-tokens', '0'],
    ['--seed', '1.5'],
    ['--kv-type', 'f64'],
    ['--kv-reading', 'half'],
    ['--threads', 'two'],
  ]) {
    assert.throws(() => parseAskArguments([...line, 'q']), failsWith('invalid_argument'), line.join(' '));
  }
});

test('a_question_may_begin_with_a_dash_after_two', () => {
  assert.equal(parse('--json', '--', '--what?').ask.question, '--what?');
});

test('the_usage_names_every_option', () => {
  assert.equal(parseAskArguments(['--help']), 'help');
  for (const option of [
    'model',
    'kv-ratio',
    'merge-what',
    'image-max-tokens',
    'follow-up',
    'json',
    'kv-reading',
    'cache-dir',
    'cache-max-gigabytes',
    'no-cache',
  ])
    assert.match(askUsage, new RegExp(`--${option}\\b`));
});

test('a_frame_belongs_to_the_image_and_a_password_to_the_document_before_it', () => {
  const command = parseAskArguments([
    '--image',
    'a.gif',
    '--image-frame',
    '2',
    '--image',
    'b.png',
    '--doc',
    'c.pdf',
    '--doc-password',
    'x',
    'q',
  ]);
  assert.ok(command !== 'help');
  assert.deepEqual(command.ask.images, [{ path: 'a.gif', frame: 2 }, { path: 'b.png' }]);
  assert.deepEqual(command.ask.documents, [{ path: 'c.pdf', password: 'x' }]);
  assert.throws(() => parseAskArguments(['--image-frame', '2', 'q']), UsageError);
  assert.throws(() => parseAskArguments(['--image', 'a.gif', '--image-frame', '0', 'q']), UsageError);
});
