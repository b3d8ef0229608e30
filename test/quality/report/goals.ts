/** What is wanted of a rule, and which rules reach it on the samples at hand. */
import { pairedDifference, wilson } from '../score/statistics.js';
import type { Cell } from './aggregate.js';

export interface Goal {
  readonly name: string;
  readonly budget: number;
  /** How far below the full cache, as a share; or how the best of these rules is to be reached. */
  readonly within: number | 'best baseline';
  readonly columns: (cell: Cell) => boolean;
}

const baselines: readonly string[] = ['h2o', 'snapkv', 'streaming'];
/** Rules that goals are not for. */
export const yardsticks: readonly string[] = ['full', ...baselines, 'random'];

const later = ({ column }: Cell) => column.task.family === 'multi-turn' && column.part !== 'question 1';
const all = (cell: Cell) => !later(cell);

export const goals: readonly Goal[] = [
  { name: '20 %: within 1 point of the full cache on every task', budget: 0.2, within: 0.01, columns: all },
  { name: '10 %: within 3 points on every task', budget: 0.1, within: 0.03, columns: all },
  { name: '20 %: multi-turn within 3 points', budget: 0.2, within: 0.03, columns: later },
  { name: '20 %: never below the best baseline', budget: 0.2, within: 'best baseline', columns: () => true },
  { name: '10 %: never below the best baseline', budget: 0.1, within: 'best baseline', columns: () => true },
];

export interface Verdict {
  /** Columns in which the goal is reached, of those in which it was measured. */
  readonly reached: number;
  readonly of: number;
  /** The column that misses it by most, and by how much as a share; undefined when none does. */
  readonly worst: { readonly column: string; readonly missing: number } | undefined;
}

/**
 * By the shares that were measured: their intervals are in the tables. Columns where the full cache is at the floor say
 * nothing and are left out.
 */
export function verdict(goal: Goal, rule: string, cells: readonly Cell[]): Verdict {
  const measured = cells
    .filter((cell) => cell.rule === 'full' && !atFloor(cell) && goal.columns(cell))
    .flatMap((full) => {
      const at = (name: string) =>
        cells.find(
          (cell) => cell.column === full.column && cell.rule === name && cell.budget === goal.budget && cell.count > 0,
        );
      const own = at(rule);
      if (!own) return [];
      if (goal.within !== 'best baseline')
        return [{ column: full.column.name, missing: -pairedDifference(own.pairs).difference - goal.within }];
      const best = baselines.flatMap((name) => at(name) ?? []).map(({ right, count }) => right / count);
      return best.length < baselines.length
        ? []
        : [{ column: full.column.name, missing: Math.max(...best) - own.right / own.count }];
    });
  // Shares of whole numbers: what is smaller than a millionth is rounding.
  const missed = measured.filter(({ missing }) => missing > 1e-6).sort((a, b) => b.missing - a.missing);
  return { reached: measured.length - missed.length, of: measured.length, worst: missed[0] };
}

/** Where a model is not shown to do better than guessing with the whole cache, its answers say nothing about rules. */
export function atFloor({ right, count, column }: Cell): boolean {
  return count === 0 || wilson(right, count).low <= Math.max(column.task.chance, 0.05);
}
