import type { Rule } from '../rules.js';
import type { SuiteSize } from '../sizes.js';
import type { Task } from '../tasks/task.js';
import type { Answerer } from './answers.js';
import { measureUnit } from './measure.js';
import { plan } from './plan.js';
import { keyOf, type Result } from './results.js';

export interface SuiteRun {
  readonly tasks: readonly Task[];
  readonly rules: readonly Rule[];
  readonly budgets: readonly number[];
  /** Of a task. */
  readonly samples: (task: Task) => number;
  readonly minutes: number;
  readonly size: SuiteSize;
  readonly model: string;
  /** What was measured before. */
  readonly results: readonly Result[];
  readonly signal: AbortSignal;
  /** Those of one sample, at once. */
  readonly onResults: (results: readonly Result[]) => void;
  readonly onProgress: (progress: SuiteProgress) => void;
}

export interface SuiteProgress {
  /** Units of one sample of one task. */
  readonly done: number;
  readonly total: number;
  readonly minutes: number;
  readonly what: string;
}

/** More crashes than this are no accident of one sample. */
const maxCrashes = 3;

/**
 * Measures what is missing, until all is measured, time is up or it is told to stop: between two samples. Every
 * answerer takes the next sample when it is done with one.
 */
export async function runSuite(run: SuiteRun, answerers: readonly Answerer[]): Promise<void> {
  const start = performance.now();
  const minutes = () => (performance.now() - start) / 60_000;
  const known = new Set(run.results.map(keyOf));
  const total = run.tasks.reduce((sum, task) => sum + run.samples(task), 0);
  const units = plan(run.tasks, run.samples, run.rules, run.budgets);
  let done = 0;
  let crashes = 0;
  await Promise.all(
    answerers.map(async (answerer) => {
      // Whoever leaves the loop ends it for all.
      for (const unit of units) {
        if (run.signal.aborted || minutes() >= run.minutes) return;
        run.onProgress({ done, total, minutes: minutes(), what: `${unit.task.name}, sample ${unit.seed + 1}` });
        const results = await measureUnit(unit, answerer, run, known);
        run.onResults(results);
        if (results.some(({ error }) => error === 'backend_crashed')) crashes += 1;
        if (crashes >= maxCrashes)
          throw new Error(`The backend crashed ${crashes} times: the last on sample ${unit.seed} of ${unit.task.name}`);
        done += 1;
      }
    }),
  );
}
