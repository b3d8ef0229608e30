/** The report in Markdown. */
import { table } from '../../../backend-native/cli/markdownTable.js';
import type { Result } from '../run/results.js';
import { pairedDifference, wilson } from '../score/statistics.js';
import { byFacet, type Cell } from './aggregate.js';
import { atFloor, goals, verdict, yardsticks } from './goals.js';

export interface ReportHead {
  readonly suite: number;
  readonly size: string;
  readonly model: string;
  readonly modelHash: string;
  readonly modelCard: string;
  readonly machine: string;
  readonly rules: readonly string[];
  readonly budgets: readonly number[];
  /** Beside the report. */
  readonly plot: string;
  /** The rule whose answers are broken down by where the needle was. */
  readonly facetRule: string;
}

export function markdownReport(head: ReportHead, cells: readonly Cell[], results: readonly Result[]): string {
  const full = cells.filter(({ rule }) => rule === 'full');
  return [
    '# Answers under compression\n',
    `Suite ${head.suite}, size ${head.size}; ${head.model} (${head.modelHash}, [card](${head.modelCard})); ` +
      `${head.machine}. ${sampleCounts(full)}`,
    "Exact match by MileBench's rule, in percent, with 95 % Wilson intervals. Rows with as many answers rest " +
      "on the same samples; a budget is the share of the prompt's cells that every KV head keeps, text or not.\n",
    'The first token of a first answer comes from the prefill, and so from the full cache under every rule. ' +
      'Tasks whose answer may be one token are therefore asked second; their first question is told for ' +
      'completeness.\n',
    '## The full cache\n',
    fullTable(full),
    `![Exact match by budget](${head.plot})\n`,
    '## Points below the full cache\n',
    'How much smaller the share of right answers is than with the full cache on the same samples, in points, ' +
      'with the 95 % interval for paired shares (Newcombe 1998, method 10). Columns where the full cache is not ' +
      'shown to be above guessing are left out. Questions 2-5 of one conversation are not independent: read ' +
      'their interval as too narrow.\n',
    ...head.budgets.flatMap((budget) => [
      `### ${percent(budget)} % of the cache\n`,
      pointsBelow(head.rules, budget, cells),
    ]),
    '## What the full cache answers rightly\n',
    'Of these answers, of all tasks together, so many are right under each rule. Tasks with more answers count more.\n',
    stillRight(head, cells),
    '## Goals\n',
    'By the shares as measured: in how many tasks a rule reaches the goal, and where it is farthest from it.\n',
    goalTable(head.rules, cells),
    '## Every cell\n',
    ...full.flatMap(({ column }) => [`### ${column.name}\n`, detail(column.name, head, cells)]),
    '## By place and kind of answer\n',
    ...facetTables(head, full, results),
  ].join('\n');
}

function fullTable(full: readonly Cell[]): string {
  return table(
    [
      'task',
      'family',
      'after',
      'answers',
      'exact match',
      'by guessing',
      'prompt tokens, median',
      'of them image',
      'remark',
    ],
    full.map((cell) => [
      cell.column.name,
      cell.column.family,
      cell.column.task.after,
      counted(cell),
      share(cell.right, cell.count),
      `${percent(cell.column.task.chance)}`,
      cell.promptTokens?.toFixed(0) ?? '',
      cell.promptTokens && cell.imageTokens ? `${percent(cell.imageTokens / cell.promptTokens)} %` : '',
      atFloor(cell) ? 'not shown to be above guessing' : '',
    ]),
  );
}

/** One line per rule, one column per task: tasks are never averaged. */
function pointsBelow(rules: readonly string[], budget: number, cells: readonly Cell[]): string {
  const columns = cells.filter((cell) => cell.rule === 'full' && !atFloor(cell)).map(({ column }) => column.name);
  if (columns.length === 0) return 'No task was shown to be above guessing with the full cache.\n';
  return table(
    ['rule', ...columns],
    rules
      .filter((rule) => rule !== 'full')
      .map((rule) => [
        rule,
        ...columns.map((column) => {
          const cell = find(cells, column, rule, budget);
          return cell && cell.compared > 0 ? points(cell) : '';
        }),
      ]),
  );
}

/** One line per rule, one column per budget: "238 of 251". */
function stillRight({ rules, budgets }: Pick<ReportHead, 'rules' | 'budgets'>, cells: readonly Cell[]): string {
  return table(
    ['rule', ...budgets.map((budget) => `${percent(budget)} %`)],
    rules
      .filter((rule) => rule !== 'full')
      .map((rule) => [
        rule,
        ...budgets.map((budget) => {
          const own = cells.filter((cell) => cell.rule === rule && cell.budget === budget);
          const right = own.reduce((sum, { pairs }) => sum + pairs.both, 0);
          const lost = own.reduce((sum, { pairs }) => sum + pairs.one, 0);
          return right + lost === 0 ? '' : `${right} of ${right + lost}`;
        }),
      ]),
  );
}

/** "4 [-1, 9]": points below the full cache; negative where the rule is above it. */
export function points({ pairs }: Cell): string {
  const { difference, low, high } = pairedDifference(pairs);
  return `${percent(-difference)} [${percent(-high)}, ${percent(-low)}]`;
}

function goalTable(rules: readonly string[], cells: readonly Cell[]): string {
  return table(
    ['rule', ...goals.map(({ name }) => name)],
    rules
      .filter((rule) => !yardsticks.includes(rule))
      .map((rule) => [
        rule,
        ...goals.map((goal) => {
          const { reached, of, worst } = verdict(goal, rule, cells);
          if (of === 0) return 'not measured';
          return worst
            ? `no, ${reached} of ${of}; ${worst.column} by ${(100 * worst.missing).toFixed(1)}`
            : `**yes**, ${of} of ${of}`;
        }),
      ]),
  );
}

function detail(column: string, head: ReportHead, cells: readonly Cell[]): string {
  const own = cells.filter((cell) => cell.column.name === column);
  const header = [
    'rule',
    'budget',
    'answers',
    'exact match',
    'points below full',
    'same as full',
    'KL, nats, median',
    'cells kept',
    'most at once',
  ];
  const rows = head.rules.flatMap((rule) =>
    own
      .filter((cell) => cell.rule === rule)
      .sort((a, b) => b.budget - a.budget)
      .map((cell) => [
        rule,
        `${percent(cell.budget)} %`,
        counted(cell),
        share(cell.right, cell.count),
        rule === 'full' || cell.compared === 0 ? '' : points(cell),
        rule === 'full' ? '' : share(cell.agreed, cell.compared),
        rule === 'full' ? '' : (cell.divergence?.toFixed(3) ?? ''),
        cellShare(cell.kept),
        cellShare(cell.peak),
      ]),
  );
  return table(header, rows);
}

function facetTables(head: ReportHead, full: readonly Cell[], results: readonly Result[]): string[] {
  const budget = head.budgets.includes(0.2) ? 0.2 : head.budgets[0];
  return full
    .filter((cell) => !atFloor(cell))
    .flatMap(({ column }) => {
      const before = byFacet(column, results, 'full', 1);
      const after =
        budget === undefined
          ? new Map<string, { count: number; right: number }>()
          : byFacet(column, results, head.facetRule, budget);
      if (before.size < 2) return [];
      const rows = [...before].map(([facet, counts]) => [
        facet,
        share(counts.right, counts.count),
        share(after.get(facet)?.right ?? 0, after.get(facet)?.count ?? 0),
      ]);
      return [
        `### ${column.name}\n`,
        table(['', 'full', budget === undefined ? '' : `${head.facetRule}, ${percent(budget)} %`], rows),
      ];
    });
}

function sampleCounts(full: readonly Cell[]): string {
  const counts = full.map(({ count, failed }) => count + failed);
  if (counts.length === 0) return 'Nothing was measured.\n';
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return `${least === most ? String(least) : `${least} to ${most}`} answers per task.\n`;
}

function counted({ count, failed }: Cell): string {
  return failed === 0 ? String(count) : `${count} (${failed} failed)`;
}

/** "62 [52-71]" in percent; empty when there is nothing to divide by. */
export function share(right: number, count: number): string {
  if (count === 0) return '';
  const { low, high } = wilson(right, count);
  return `${percent(right / count)} [${percent(low)}-${percent(high)}]`;
}

/** Never -0. */
export function percent(of: number): number {
  return Math.round(100 * of) + 0;
}

function cellShare(of: number | undefined): string {
  return of === undefined ? '' : `${(100 * of).toFixed(1)} %`;
}

function find(cells: readonly Cell[], column: string, rule: string, budget: number): Cell | undefined {
  return cells.find((cell) => cell.column.name === column && cell.rule === rule && cell.budget === budget);
}
