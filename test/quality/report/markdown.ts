/** The report in Markdown. */
import { table } from '../../../backend-native/cli/benchReport.js';
import type { Result } from '../run/results.js';
import { wilson } from '../score/statistics.js';
import { byFacet, type Cell } from './aggregate.js';

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
    `Suite ${head.suite}, size ${head.size}; ${head.model} (${head.modelHash}, [card](${head.modelCard})); ${head.machine}. ${sampleCounts(full)}`,
    'Exact match by MileBench\'s rule, in percent, with 95 % Wilson intervals. Rows with as many answers rest on the same samples; a budget is the share of the prompt\'s cells that every KV head keeps, text or not.\n',
    '## The full cache\n', fullTable(full),
    ...head.budgets.flatMap((budget) => [
      `## ${percent(budget)} % of the cache\n`,
      'Exact match:\n', exactMatches(head.rules, budget, cells),
      'The same answer as with the full cache, right or wrong:\n', agreements(head.rules, budget, cells),
    ]),
    `![Exact match by budget](${head.plot})\n`,
    '## Every cell\n', ...full.flatMap(({ column }) => [`### ${column.name}\n`, detail(column.name, head, cells)]),
    '## By place and kind of answer\n', ...facetTables(head, full, results),
  ].join('\n');
}

/** Where a model is not shown to do better than guessing with the whole cache, its answers say nothing about rules. */
export function atFloor({ right, count, column }: Cell): boolean {
  return count === 0 || wilson(right, count).low <= Math.max(column.task.chance, 0.05);
}

function fullTable(full: readonly Cell[]): string {
  return table(
    ['task', 'family', 'after', 'answers', 'exact match', 'by guessing', 'prompt tokens', 'of them image', 'remark'],
    full.map((cell) => [
      cell.column.name, cell.column.task.family, cell.column.task.after, counted(cell), share(cell.right, cell.count), `${percent(cell.column.task.chance)}`,
      cell.promptTokens?.toFixed(0) ?? '', cell.promptTokens && cell.imageTokens ? `${percent(cell.imageTokens / cell.promptTokens)} %` : '', atFloor(cell) ? 'not shown to be above guessing' : '',
    ]),
  );
}

/** Columns where the full cache itself fails are left out. */
function exactMatches(rules: readonly string[], budget: number, cells: readonly Cell[]): string {
  const columns = cells.filter((cell) => cell.rule === 'full' && !atFloor(cell)).map(({ column }) => column.name);
  if (columns.length === 0) return 'No task was shown to be above guessing with the full cache.\n';
  return overview(columns, rules, budget, cells, ({ right, count }) => right / count);
}

function agreements(rules: readonly string[], budget: number, cells: readonly Cell[]): string {
  const columns = cells.filter(({ rule, count }) => rule === 'full' && count > 0).map(({ column }) => column.name);
  return overview(columns, rules.filter((rule) => rule !== 'full'), budget, cells, ({ agreed, compared }) => agreed / compared);
}

/** One line per rule, one column per task, in percent: tasks are never averaged. */
function overview(columns: readonly string[], rules: readonly string[], budget: number, cells: readonly Cell[], of: (cell: Cell) => number): string {
  return table(['rule', ...columns], rules.map((rule) => [rule, ...columns.map((column) => {
    const cell = find(cells, column, rule, rule === 'full' ? 1 : budget);
    return cell && cell.count > 0 ? `${percent(of(cell))}` : '';
  })]));
}

function detail(column: string, head: ReportHead, cells: readonly Cell[]): string {
  const own = cells.filter((cell) => cell.column.name === column);
  const measured = own.some(({ divergence }) => divergence !== undefined);
  const header = ['rule', 'budget', 'answers', 'exact match', 'same as full', ...(measured ? ['KL, nats'] : []), 'cells kept'];
  const rows = head.rules.flatMap((rule) => own.filter((cell) => cell.rule === rule).sort((a, b) => b.budget - a.budget).map((cell) => [
    rule, `${percent(cell.budget)} %`, counted(cell), share(cell.right, cell.count), share(cell.agreed, cell.compared),
    ...(measured ? [cell.divergence?.toFixed(3) ?? ''] : []), cell.kept === undefined ? '' : `${(100 * cell.kept).toFixed(1)} %`,
  ]));
  return table(header, rows);
}

function facetTables(head: ReportHead, full: readonly Cell[], results: readonly Result[]): string[] {
  const budget = head.budgets.includes(0.2) ? 0.2 : head.budgets[0];
  const tasks = [...new Set(full.filter((cell) => !atFloor(cell)).map(({ column }) => column.task))];
  return tasks.flatMap((task) => {
    const before = byFacet(task, results, 'full', 1);
    const after = budget === undefined ? new Map<string, { count: number; right: number }>() : byFacet(task, results, head.facetRule, budget);
    if (before.size < 2) return [];
    const rows = [...before].map(([facet, all]) => [facet, share(all.right, all.count), share(after.get(facet)?.right ?? 0, after.get(facet)?.count ?? 0)]);
    return [`### ${task.name}\n`, table(['', 'full', budget === undefined ? '' : `${head.facetRule}, ${percent(budget)} %`], rows)];
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

export function percent(of: number): number {
  return Math.round(100 * of);
}

function find(cells: readonly Cell[], column: string, rule: string, budget: number): Cell | undefined {
  return cells.find((cell) => cell.column.name === column && cell.rule === rule && cell.budget === budget);
}
