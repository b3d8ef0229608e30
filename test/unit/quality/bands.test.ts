import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { BackendError } from '../../../backend-native/protocol/errors.js';
import { cellsOf, columnsOf } from '../../quality/report/aggregate.js';
import { bandsOf, fallsBelow, readBands, writeBands, type RecordedBands } from '../../quality/report/bands.js';
import type { Result } from '../../quality/run/results.js';
import { asRecorded, expectBandsOf, judge, shortRun } from '../../quality/run/shortRun.js';
import { suiteVersion, tasks } from '../../quality/tasks/catalogue.js';
import { families } from '../../quality/tasks/task.js';
import { scratchFolder, writeFile } from '../../scratch.js';

/** A rule's answers to so many samples of a task, the first of them right. */
function answers(task: string, count: number, right: number, divergence: number, rule = 'h2o'): Result[] {
  return Array.from({ length: count }, (_, seed) => ({
    suite: suiteVersion,
    model: 'm',
    size: 'small',
    task,
    seed,
    rule,
    budget: rule === 'full' ? 1 : 0.2,
    turns: [{ facet: '', expected: 'K-7-P', answer: '', right: seed < right, divergence }],
  }));
}

function bands(...results: Result[][]) {
  return bandsOf(cellsOf(columnsOf(tasks, results.flat()), results.flat()));
}

const recorded = bands(answers('text-needle', 64, 50, 0.2));

test('bands_are_narrow_and_hold_what_was_recorded', () => {
  assert.deepEqual(recorded, [
    {
      family: 'text needle',
      rule: 'h2o',
      budget: 0.2,
      count: 64,
      right: 50,
      leastRight: 47,
      divergence: 0.2,
      mostDivergence: 0.27,
    },
  ]);
  assert.deepEqual(fallsBelow(recorded, recorded), []);
  assert.deepEqual(fallsBelow(recorded, bands(answers('text-needle', 64, 47, 0.26))), []);
});

test('a_rule_that_lost_a_tenth_of_its_answers_falls_below_its_band', () => {
  const { lines, holds } = judge(recorded, bands(answers('text-needle', 64, 50 - Math.ceil(6.4), 0.2)));
  assert.equal(holds, false);
  assert.deepEqual(lines.slice(-2), [
    'below its band: text needle, h2o, 0.2: 43 of 64 right, recorded 50 of 64, at least 47 expected',
    '0 of 1 bands hold',
  ]);
});

test('a_rule_whose_distributions_went_astray_falls_below_its_band', () => {
  assert.match(
    fallsBelow(recorded, bands(answers('text-needle', 64, 50, 0.4))).join(),
    /KL 0\.4 nats, recorded 0\.2, at most 0\.27 expected/,
  );
});

test('answers_and_rows_that_are_missing_do_not_pass_for_good_ones', () => {
  assert.match(fallsBelow(recorded, bands(answers('text-needle', 60, 50, 0.2))).join(), /60 answers, recorded 64/);
  assert.match(
    fallsBelow(recorded, bands(answers('text-needle', 64, 50, 0.2, 'snapkv'))).join(),
    /text needle, h2o, 0\.2: not measured/,
  );
  assert.match(fallsBelow(recorded, []).join(), /not measured/);
  assert.equal(judge([], []).holds, false);
});

test('text_needles_and_image_needles_are_never_taken_together', () => {
  const both = bands(
    answers('text-needle', 64, 50, 0.2),
    answers('image-needle-2', 16, 16, 0.1),
    answers('image-needle-8', 16, 8, 0.3),
  );
  assert.deepEqual(
    both.map(({ family, count, right, divergence }) => [family, count, right, divergence]),
    [
      ['image needle', 32, 24, 0.2],
      ['text needle', 64, 50, 0.2],
    ],
  );
});

test('the_check_tells_what_it_measured_beside_what_was_recorded', () => {
  const { lines, holds } = judge(recorded, bands(answers('text-needle', 64, 52, 0.1)));
  assert.equal(holds, true);
  assert.deepEqual(lines.slice(1), ['text needle, h2o: 20 %: 52 of 64 right (50), KL 0.1 (0.2)', '1 of 1 bands hold']);
});

const file: RecordedBands = { suite: suiteVersion, model: 'm', size: 'small', ...shortRun, bands: recorded };

test('bands_of_another_model_or_suite_say_so', () => {
  expectBandsOf('m', file, 'bands.json');
  for (const other of [
    { ...file, model: 'n' },
    { ...file, suite: suiteVersion - 1 },
  ]) {
    assert.throws(
      () => {
        expectBandsOf('m', other, 'bands.json');
      },
      (error) =>
        error instanceof BackendError &&
        /Expected bands of suite \d+ and model m in bands\.json but they are of suite/.test(error.message) &&
        /--record/.test(error.nextStep),
    );
  }
});

test('the_short_run_asks_every_family_often_enough_to_see_a_tenth', () => {
  const { rules, samples, budgets } = asRecorded(file);
  assert.deepEqual(rules.map(({ name }) => name).sort(), [...shortRun.rules].sort());
  assert.deepEqual(budgets, [0.2, 0.1]);
  for (const family of families) {
    const count = tasks
      .filter((task) => task.family === family)
      .reduce((sum, task) => sum + samples(task) * task.generate(0, asRecorded(file).size).turns.length, 0);
    assert.ok(count >= 64, `${count} answers of ${family}`);
  }
  assert.throws(() => asRecorded({ ...file, rules: ['full', 'gone'] }), /received gone/);
});

test('bands_are_read_back_as_they_were_written', (t) => {
  const place = path.join(scratchFolder(t), 'bands.json');
  writeBands(place, file);
  assert.deepEqual(readBands(place), file);
  assert.equal(
    fs
      .readFileSync(place, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"family"')).length,
    recorded.length,
  );
  assert.throws(
    () => readBands(writeFile(scratchFolder(t), 'bands.json', '{}')),
    /Expected bands as this suite records them in .*bands\.json/,
  );
});
