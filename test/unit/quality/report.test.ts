import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byFacet, cellsOf, columnsOf } from '../../quality/report/aggregate.js';
import { atFloor, goals, verdict, type Goal } from '../../quality/report/goals.js';
import { markdownReport, points, share, type ReportHead } from '../../quality/report/markdown.js';
import { plotSvg } from '../../quality/report/plot.js';
import type { Result } from '../../quality/run/results.js';
import { tasks } from '../../quality/tasks/catalogue.js';

/** One answer with the whole cache ("K-7-P") and one with a fifth of it. */
function pair(task: string, seed: number, compressed: string, more: Partial<Result> = {}): Result[] {
  const result = (rule: string, budget: number, answer: string): Result => ({
    suite: 1,
    model: 'm',
    size: 'small',
    task,
    seed,
    rule,
    budget,
    prompt: { tokens: 100 + seed, imageTokens: 80 },
    cells: { before: 100, after: 100 * budget, peak: 100 * budget + 10 },
    turns: [
      {
        facet: `place ${seed % 2}`,
        expected: 'K-7-P',
        answer,
        right: answer === 'K-7-P',
        divergence: rule === 'full' ? 0 : seed / 8,
      },
    ],
  });
  return [result('full', 1, 'K-7-P'), { ...result('h2o', 0.2, compressed), ...more }];
}

const results = [
  ...Array.from({ length: 10 }, (_, seed) => pair('image-needle-2', seed, seed < 4 ? 'K-7-P' : 'X')).flat(),
  ...Array.from({ length: 10 }, (_, seed) =>
    pair('text-needle', seed, 'k-7-p.', { turns: [], error: 'context_overflow' }),
  ).flat(),
];
const cells = cellsOf(columnsOf(tasks, results), results);
const head: ReportHead = {
  suite: 1,
  size: 'small',
  model: 'tiny',
  modelHash: 'abc',
  modelCard: 'card.md',
  machine: 'one thread',
  rules: ['full', 'h2o'],
  budgets: [0.2],
  plot: 'plot.svg',
  facetRule: 'h2o',
};

test('cells_count_what_was_right_what_agreed_and_what_was_kept', () => {
  const cell = cells.find(({ column, rule }) => column.name === 'image-needle-2' && rule === 'h2o');
  assert.deepEqual(
    [
      cell?.count,
      cell?.right,
      cell?.compared,
      cell?.agreed,
      cell?.failed,
      cell?.kept?.toFixed(9),
      cell?.peak?.toFixed(9),
      cell?.promptTokens,
      cell?.divergence,
    ],
    [10, 4, 10, 4, 0, '0.200000000', '0.300000000', 104.5, 4.5 / 8],
  );
  assert.deepEqual(cell?.pairs, { both: 4, one: 6, other: 0, neither: 0 });
});

test('what_the_full_cache_answers_rightly_is_counted_over_all_tasks', () => {
  const more = Array.from({ length: 5 }, (_, seed) => pair('image-needle-4', seed, seed < 3 ? 'K-7-P' : 'X')).flat();
  const all = [...results, ...more];
  const report = markdownReport(head, cellsOf(columnsOf(tasks, all), all), all);
  assert.match(report, /## What the full cache answers rightly[^]*\| h2o \| 7 of 15 \|/);
});

test('samples_that_failed_are_no_answers', () => {
  const cell = cells.find(({ column, rule }) => column.name === 'text-needle' && rule === 'h2o');
  assert.deepEqual([cell?.count, cell?.failed], [0, 10]);
  assert.match(markdownReport(head, cells, results), /\| h2o \| 20 % \| 0 \(10 failed\) \|/);
});

test('first_and_later_questions_of_a_conversation_have_columns_of_their_own', () => {
  const [first] = pair('multi-turn', 0, 'X');
  const [turn] = first?.turns ?? [];
  assert.ok(first && turn);
  const turns = [
    { ...turn, part: 'question 1' },
    { ...turn, part: 'questions 2-5' },
    { ...turn, part: 'questions 2-5', right: false },
  ];
  const own = cellsOf(columnsOf(tasks, [{ ...first, turns }]), [{ ...first, turns }]);
  assert.deepEqual(
    own.map(({ column, right, count }) => [column.name, column.family, right, count]),
    [
      ['multi-turn, question 1', 'multi-turn, question 1', 1, 1],
      ['multi-turn, questions 2-5', 'multi-turn, questions 2-5', 1, 2],
    ],
  );
});

test('a_model_that_only_guesses_is_told_from_one_that_reads', () => {
  const full = cells.find(({ rule }) => rule === 'full');
  const task = tasks.find(({ name }) => name === 'none-of-these');
  assert.ok(full && task);
  assert.equal(atFloor(full), false);
  assert.equal(atFloor({ ...full, right: 1 }), true);
  assert.equal(atFloor({ ...full, column: { task, name: task.name, family: task.family }, right: 7 }), true);
  assert.equal(atFloor({ ...full, column: { task, name: task.name, family: task.family }, right: 10 }), false);
});

test('the_report_tells_shares_and_points_below_the_full_cache_with_intervals', () => {
  const report = markdownReport(head, cells, results);
  // Right: 4 of 10; of the pairs 6 were lost and none was won.
  assert.match(
    report,
    /\| h2o \| 20 % \| 10 \| 40 \[17-69\] \| 60 \[\d+, \d+\] \| 40 \[17-69\] \| 0\.563 \| 20\.0 % \| 30\.0 % \|/,
  );
  const [, atTwenty = ''] = report.split('### 20 % of the cache\n');
  assert.match(
    atTwenty,
    /^[^#]*\| rule \| image-needle-2 \| text-needle \|\n[^\n]*\n\| h2o \| 60 \[\d+, \d+\] \| {2}\|/,
  );
  assert.doesNotMatch(report, /NaN|undefined|-0 /);
  assert.equal(share(0, 0), '');
  const full = cells.find(({ rule }) => rule === 'full');
  assert.match(full ? points(full) : '', /^0 \[-\d+, \d+\]$/);
});

/** A task in which so many of a hundred were right under each rule at 20 %; the full cache had 90. */
function hundred(name: string, right: Readonly<Record<string, number>>): Result[] {
  return Array.from({ length: 100 }, (_, seed) =>
    Object.entries({ full: 90, ...right }).map(([rule, of]) => {
      const [base] = pair(name, seed, '');
      const turns = (base?.turns ?? []).map((turn) => ({ ...turn, right: seed < of }));
      return { ...base, turns, rule, budget: rule === 'full' ? 1 : 0.2 } as Result;
    }),
  ).flat();
}

test('a_goal_is_reached_when_every_task_reaches_it', () => {
  const measured = [
    ...hundred('text-needle', { near: 89, far: 90, h2o: 80, snapkv: 89, streaming: 5 }),
    ...hundred('image-needle-4', { near: 90, far: 80, h2o: 85, snapkv: 70, streaming: 5 }),
  ];
  const some = cellsOf(columnsOf(tasks, measured), measured);
  const [onePoint, , , best] = goals as [Goal, Goal, Goal, Goal];
  assert.deepEqual(verdict(onePoint, 'near', some), { reached: 2, of: 2, worst: undefined });
  const far = verdict(onePoint, 'far', some);
  assert.deepEqual(
    [far.reached, far.of, far.worst?.column, far.worst?.missing.toFixed(6)],
    [1, 2, 'image-needle-4', '0.090000'],
  );
  assert.deepEqual(verdict(best, 'near', some), { reached: 2, of: 2, worst: undefined });
  assert.deepEqual(verdict(best, 'far', some).worst?.missing.toFixed(6), '0.050000');
  // Nothing was measured at 10 %, and a baseline less is no best one.
  assert.equal(verdict(goals[1] as Goal, 'near', some).of, 0);
  assert.equal(
    verdict(
      best,
      'near',
      some.filter(({ rule }) => rule !== 'snapkv'),
    ).of,
    0,
  );
  assert.match(
    markdownReport({ ...head, rules: ['full', 'near', 'far'] }, some, measured),
    /\| near \| \*\*yes\*\*, 2 of 2 \|[^\n]*\n\| far \| no, 1 of 2; image-needle-4 by 9\.0 \|/,
  );
});

test('tasks_that_the_full_cache_does_not_solve_say_nothing_about_goals', () => {
  const measured = hundred('text-needle', { near: 0 }).map((result) =>
    result.rule === 'full' ? { ...result, turns: result.turns.map((turn) => ({ ...turn, right: false })) } : result,
  );
  assert.equal(verdict(goals[0] as Goal, 'near', cellsOf(columnsOf(tasks, measured), measured)).of, 0);
});

test('answers_are_broken_down_by_place', () => {
  const [column] = columnsOf(tasks, results);
  assert.ok(column);
  assert.deepEqual(
    [...byFacet(column, results, 'h2o', 0.2)],
    [
      ['place 0', { count: 5, right: 2 }],
      ['place 1', { count: 5, right: 2 }],
    ],
  );
});

test('the_plot_has_a_panel_per_task_and_a_name_per_rule', () => {
  const svg = plotSvg(cells, ['h2o'], [0.2]);
  for (const name of ['image-needle-2', 'text-needle', 'h2o', 'full']) assert.ok(svg.includes(`>${name}</text>`), name);
  assert.equal(
    svg.match(/<path class="mark/g)?.length,
    2,
    'one mark in the legend and one in the only panel where the rule has answers',
  );
  assert.match(svg, /prefers-color-scheme:dark/);
  assert.doesNotMatch(svg, /NaN|undefined/);
});
