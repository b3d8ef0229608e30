import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { byFacet, byFamily, cellsOf, columnsOf } from '../../quality/report/aggregate.js';
import { bandsOf, fallsBelow, readBands, writeBands } from '../../quality/report/bands.js';
import { atFloor, markdownReport, share, type ReportHead } from '../../quality/report/markdown.js';
import { plotSvg } from '../../quality/report/plot.js';
import type { Result } from '../../quality/run/results.js';
import { tasks } from '../../quality/tasks/catalogue.js';
import { scratchFolder, writeFile } from '../../scratch.js';

/** One answer with the whole cache ("K-7-P") and one with a fifth of it. */
function pair(task: string, seed: number, compressed: string, more: Partial<Result> = {}): Result[] {
  const result = (rule: string, budget: number, answer: string): Result => ({
    suite: 1, model: 'm', size: 'small', task, seed, rule, budget, ms: 1,
    turns: [{ facet: `place ${seed % 2}`, expected: 'K-7-P', answer, right: answer === 'K-7-P', promptTokens: 100, imageTokens: 80, cellsBefore: 100, cellsAfter: 100 * budget }],
  });
  return [result('full', 1, 'K-7-P'), { ...result('h2o', 0.2, compressed), ...more }];
}

const results = [
  ...Array.from({ length: 10 }, (_, seed) => pair('image-needle-2', seed, seed < 4 ? 'K-7-P' : 'X')).flat(),
  ...Array.from({ length: 10 }, (_, seed) => pair('text-needle', seed, 'k-7-p.', { turns: [] , error: 'context_overflow' })).flat(),
];
const cells = cellsOf(columnsOf(tasks, results), results);
const head: ReportHead = {
  suite: 1, size: 'small', model: 'tiny', modelHash: 'abc', modelCard: 'card.md', machine: 'one thread', rules: ['full', 'h2o'], budgets: [0.2], plot: 'plot.svg', facetRule: 'h2o',
};

test('cells_count_what_was_right_what_agreed_and_what_was_kept', () => {
  const cell = cells.find(({ column, rule }) => column.name === 'image-needle-2' && rule === 'h2o');
  assert.deepEqual(
    [cell?.count, cell?.right, cell?.compared, cell?.agreed, cell?.failed, cell?.kept?.toFixed(9), cell?.divergence],
    [10, 4, 10, 4, 0, '0.200000000', undefined],
  );
});

test('samples_that_failed_are_no_answers', () => {
  const cell = cells.find(({ column, rule }) => column.name === 'text-needle' && rule === 'h2o');
  assert.deepEqual([cell?.count, cell?.failed], [0, 10]);
  assert.match(markdownReport(head, cells, results), /\| h2o \| 20 % \| 0 \(10 failed\) \|/);
});

test('text_needles_and_image_needles_are_never_taken_together', () => {
  assert.deepEqual([...byFamily(cells).keys()], ['image needle', 'text needle']);
  for (const band of bandsOf(cells)) assert.ok(band.count <= 10);
});

test('first_and_later_questions_of_a_conversation_have_columns_of_their_own', () => {
  const [first] = pair('multi-turn', 0, 'X');
  const [turn] = first?.turns ?? [];
  assert.ok(first && turn);
  const turns = [{ ...turn, facet: 'question 1' }, { ...turn, facet: 'questions 2-5' }, { ...turn, facet: 'questions 2-5', right: false }];
  const own = cellsOf(columnsOf(tasks, [{ ...first, turns }]), [{ ...first, turns }]);
  assert.deepEqual(own.map(({ column, right, count }) => [column.name, right, count]), [['multi-turn, question 1', 1, 1], ['multi-turn, questions 2-5', 1, 2]]);
});

test('a_model_that_only_guesses_is_told_from_one_that_reads', () => {
  const full = cells.find(({ rule }) => rule === 'full');
  const task = tasks.find(({ name }) => name === 'none-of-these');
  assert.ok(full && task);
  assert.equal(atFloor(full), false);
  assert.equal(atFloor({ ...full, right: 1 }), true);
  assert.equal(atFloor({ ...full, column: { task, name: task.name }, right: 7 }), true);
  assert.equal(atFloor({ ...full, column: { task, name: task.name }, right: 10 }), false);
});

test('the_report_tells_shares_with_intervals_and_no_divergence_that_was_not_measured', () => {
  const report = markdownReport(head, cells, results);
  assert.match(report, /\| h2o \| 20 % \| 10 \| 40 \[17-69\] \| 40 \[17-69\] \| 20\.0 % \|/);
  assert.match(report, /The same answer as with the full cache[\s\S]*?\| h2o \| 40 \| {2}\|/);
  assert.doesNotMatch(report, /KL/);
  assert.doesNotMatch(report, /NaN|undefined/);
  const measured = cells.map((cell) => ({ ...cell, divergence: 0.125 }));
  assert.match(markdownReport(head, measured, results), /KL, nats[\s\S]*\| 0\.125 \|/);
  assert.equal(share(0, 0), '');
});

test('answers_are_broken_down_by_place', () => {
  const task = tasks.find(({ name }) => name === 'image-needle-2');
  assert.ok(task);
  assert.deepEqual([...byFacet(task, results, 'h2o', 0.2)], [['place 0', { count: 5, right: 2 }], ['place 1', { count: 5, right: 2 }]]);
});

test('the_plot_has_a_panel_per_task_and_a_name_per_rule', () => {
  const svg = plotSvg(cells, ['full', 'h2o'], [0.2]);
  for (const name of ['image-needle-2', 'text-needle', 'h2o', 'full']) assert.ok(svg.includes(`>${name}</text>`), name);
  assert.equal(svg.match(/<circle/g)?.length, 1);
  assert.doesNotMatch(svg, /NaN|undefined/);
});

test('a_fall_below_the_band_is_found_in_right_answers_and_in_agreement', () => {
  const recorded = bandsOf(cells);
  assert.deepEqual(fallsBelow(recorded, recorded), []);
  const full = recorded.filter(({ rule, family }) => rule === 'full' && family === 'image needle');
  assert.deepEqual(full.map(({ count, right, lowestRight }) => [count, right, lowestRight]), [[10, 10, 0.722]]);
  assert.deepEqual(fallsBelow(full, full.map((band) => ({ ...band, right: 8 }))), []);
  assert.match(fallsBelow(full, full.map((band) => ({ ...band, right: 7 }))).join(), /7 of 10 right, recorded 10 of 10, at least 72\.2 %/);
  assert.match(fallsBelow(full, full.map((band) => ({ ...band, agreed: 7 }))).join(), /7 of 10 as with the full cache/);
  assert.equal(fallsBelow(full, full.map((band) => ({ ...band, right: 7, agreed: 7 }))).length, 1);
  assert.match(fallsBelow(full, []).join(), /not measured/);
});

test('bands_are_read_back_as_they_were_written', (t) => {
  const file = path.join(scratchFolder(t), 'bands.json');
  const recorded = { suite: 1, model: 'm', size: 'small' as const, samples: 10, rules: ['full', 'h2o'], budgets: [0.2], bands: bandsOf(cells) };
  writeBands(file, recorded);
  assert.deepEqual(readBands(file), recorded);
  assert.equal(fs.readFileSync(file, 'utf8').split('\n').filter((line) => line.includes('"family"')).length, recorded.bands.length);
  assert.throws(() => readBands(writeFile(scratchFolder(t), 'bands.json', '{}')), /Expected recorded bands/);
});
