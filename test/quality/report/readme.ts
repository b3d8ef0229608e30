/** The compact table that README.md of the suite carries, between two lines that mark its place. */
import fs from 'node:fs';
import { table } from '../../../backend-native/cli/markdownTable.js';
import type { Cell } from './aggregate.js';
import { atFloor } from './goals.js';
import { percent, points, share, type ReportHead } from './markdown.js';
import { plainError } from '../../plainError.js';

export const readmeMarks = { begin: '<!-- quality:begin -->', end: '<!-- quality:end -->' } as const;

/** One line per task: exact match with the full cache, and for each rule and budget the points below it. */
export function readmeTable(
  head: ReportHead,
  rules: readonly string[],
  budgets: readonly number[],
  cells: readonly Cell[],
): string {
  const shown = rules.filter((rule) => rule !== 'full' && cells.some((cell) => cell.rule === rule));
  const columns = budgets.flatMap((budget) => shown.map((rule) => ({ rule, budget })));
  const full = cells.filter((cell) => cell.rule === 'full' && cell.count > 0);
  const rows = full
    .filter((cell) => !atFloor(cell))
    .map((cell) => [
      cell.column.name,
      cell.promptTokens?.toFixed(0) ?? '',
      share(cell.right, cell.count),
      ...columns.map(({ rule, budget }) => {
        const own = cells.find(
          (other) => other.column === cell.column && other.rule === rule && other.budget === budget,
        );
        return own && own.compared > 0 ? points(own) : '';
      }),
    ]);
  const counts = full.map(({ count }) => count);
  const left = full.filter(atFloor).map(({ column }) => column.name);
  return [
    `Suite ${head.suite}, size ${head.size}, ${head.model} (${head.modelHash}), ${Math.min(...counts)} to ` +
      `${Math.max(...counts)} answers per task. Full cache: exact match in percent [95 % interval]. Others: ` +
      'points below it on the same samples, with the 95 % interval for paired shares.\n',
    table(
      ['task', 'prompt tokens', 'full', ...columns.map(({ rule, budget }) => `${rule}, ${percent(budget)} %`)],
      rows,
    ),
    ...(left.length === 0
      ? []
      : [`Left out, since the full cache is not shown to be above guessing: ${left.join('; ')}.\n`]),
  ].join('\n');
}

/**
 * Puts a text between the marks of a file, in place of what was there.
 * @throws BackendError when the marks are not there, once each and in their order
 */
export function writeBetweenMarks(file: string, text: string): void {
  const whole = fs.readFileSync(file, 'utf8');
  const [before, inside, ...more] = whole.split(`${readmeMarks.begin}\n`);
  const [, after, ...again] = (inside ?? '').split(`${readmeMarks.end}\n`);
  if (before === undefined || after === undefined || more.length > 0 || again.length > 0) {
    throw plainError(
      'invalid_argument',
      `Expected the lines ${readmeMarks.begin} and ${readmeMarks.end} once each in ${file}`,
      'Put them where the table belongs.',
    );
  }
  fs.writeFileSync(file, `${before}${readmeMarks.begin}\n${text.trim()}\n${readmeMarks.end}\n${after}`);
}
