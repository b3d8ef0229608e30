import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../backend-native/cli/usage.js';
import { parseQualityOptions, type QualityOptions } from '../../quality/run/options.js';
import { rules } from '../../quality/rules.js';
import { tasks } from '../../quality/tasks/catalogue.js';

function options(...args: string[]): QualityOptions {
  const parsed = parseQualityOptions(args);
  assert.ok(parsed !== 'help');
  return parsed;
}

function refused(message: RegExp, ...args: string[]): void {
  assert.throws(
    () => parseQualityOptions(args),
    (error) => error instanceof UsageError && message.test(error.message),
    args.join(' '),
  );
}

test('everything_is_measured_when_nothing_is_said', () => {
  const { mode, tasks: chosen, rules: measured, budgets, samples, minutes, size, model } = options();
  assert.deepEqual(
    [mode, chosen, measured, budgets, samples, minutes, size.name, model],
    ['measure', tasks, rules, [0.5, 0.2, 0.1, 0.05], 200, Infinity, 'small', {}],
  );
});

test('the_full_cache_is_always_among_the_rules', () => {
  assert.deepEqual(
    options('--rules', 'snapkv, h2o').rules.map(({ name }) => name),
    ['full', 'h2o', 'snapkv'],
  );
  assert.deepEqual(
    options('--rules', 'full').rules.map(({ name }) => name),
    ['full'],
  );
});

test('budgets_are_sorted_and_counted_once', () => {
  assert.deepEqual(options('--budgets', '0.05,0.5,0.5').budgets, [0.5, 0.05]);
});

test('the_rest_is_taken_as_given', () => {
  const {
    tasks: chosen,
    samples,
    minutes,
    size,
    model,
    threads,
    out,
    resume,
  } = options(
    '--tasks',
    'multi-turn',
    '--samples',
    '3',
    '--minutes',
    '2.5',
    '--size',
    'desktop',
    '--model',
    'm',
    '--mmproj',
    'p',
    '--threads',
    '2',
    '--out',
    'o',
    '--resume',
  );
  assert.deepEqual(
    [chosen.map(({ name }) => name), samples, minutes, size.name, model, threads, out, resume],
    [['multi-turn'], 3, 2.5, 'desktop', { modelPath: 'm', mmprojPath: 'p' }, 2, 'o', true],
  );
  assert.equal(options('--check').mode, 'check');
  assert.deepEqual(
    [options('--report', '--readme').mode, options('--report', '--readme').readme, options('--report').readme],
    ['report', true, false],
  );
  assert.equal(options('--record', '--size', 'medium').size.name, 'medium');
});

test('what_cannot_be_understood_is_refused_with_its_name', () => {
  refused(/for --tasks but received nothing/, '--tasks', 'nothing');
  refused(/for --rules but received h3o/, '--rules', 'h2o,h3o');
  for (const budget of ['0', '1', '20', '', 'a']) refused(/for --budgets/, '--budgets', budget);
  refused(/for --samples but received 1\.5/, '--samples', '1.5');
  refused(/for --jobs but received 0/, '--jobs', '0');
  refused(/for --minutes but received 0/, '--minutes', '0');
  refused(/for --size but received huge/, '--size', 'huge');
  refused(/--check and --record/, '--check', '--record');
  refused(/--check and --report/, '--report', '--check');
  refused(/to measure nothing but received --samples/, '--report', '--samples', '3');
  refused(/--readme with a whole run/, '--check', '--readme');
  refused(/--tasks, --samples/, '--check', '--tasks', 'multi-turn', '--samples', '3');
  refused(/--size/, '--check', '--size', 'small');
  refused(/--wrong/, '--wrong');
  assert.equal(parseQualityOptions(['--help']), 'help');
});
