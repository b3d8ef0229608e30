import { fullRule, type Rule } from '../rules.js';
import type { Task } from '../tasks/task.js';

/**
 * One sample under every rule and budget. It is measured as a whole, so that all rows of a table rest on the same
 * samples.
 */
export interface Unit {
  readonly task: Task;
  readonly seed: number;
  readonly runs: readonly Run[];
}

export interface Run {
  readonly rule: Rule;
  readonly budget: number;
}

export const fullRun: Run = { rule: fullRule, budget: 1 };

/**
 * Every task's sample 0, then every task's sample 1, and so on: whenever a run is ended, all tasks had as many samples,
 * give or take one, as far as they have that many.
 */
export function* plan(
  tasks: readonly Task[],
  samples: (task: Task) => number,
  rules: readonly Rule[],
  budgets: readonly number[],
): Generator<Unit> {
  const compressed = rules
    .filter((rule) => rule !== fullRule)
    .flatMap((rule) => budgets.map((budget) => ({ rule, budget })));
  const runs = [fullRun, ...compressed];
  for (let seed = 0; tasks.some((task) => seed < samples(task)); seed += 1) {
    for (const task of tasks) {
      if (seed < samples(task)) yield { task, seed, runs };
    }
  }
}
