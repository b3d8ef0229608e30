import { fullRule, type Rule } from '../rules.js';
import type { Task } from '../tasks/task.js';

/** One sample under every rule and budget. It is measured as a whole, the full cache first, so that all rows of a table rest on the same samples. */
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
 * Every task's sample 0, then every task's sample 1, and so on: whenever a run is ended, all tasks had as many samples, give
 * or take one.
 */
export function* plan(tasks: readonly Task[], samples: number, rules: readonly Rule[], budgets: readonly number[]): Generator<Unit> {
  const compressed = rules.filter((rule) => rule !== fullRule).flatMap((rule) => budgets.map((budget) => ({ rule, budget })));
  const runs = [fullRun, ...compressed];
  for (let seed = 0; seed < samples; seed += 1) {
    for (const task of tasks) yield { task, seed, runs };
  }
}
