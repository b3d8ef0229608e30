import { BackendError, type ErrorCode } from '../../../backend-native/protocol/errors.js';
import { isRight } from '../score/exactMatch.js';
import { divergence } from '../score/statistics.js';
import type { SuiteSize } from '../sizes.js';
import { suiteVersion } from '../tasks/catalogue.js';
import type { Sample, Turn } from '../tasks/task.js';
import type { Answer, Answerer } from './answerer.js';
import { fullRun, type Run, type Unit } from './plan.js';
import { keyOf, type Key, type Result, type TurnResult } from './results.js';

/** What a sample may come to under a rule; any other error means that the suite itself is at fault, and ends the run. */
const recorded: readonly ErrorCode[] = ['context_overflow', 'budget_too_small', 'out_of_memory', 'compute_failed', 'backend_crashed'];

/**
 * Measures what is not known yet of one unit and hands over every result as it comes.
 * An error of the backend ends that sample under that rule and is recorded; it is neither a wrong answer nor hidden.
 */
export async function measureUnit(unit: Unit, answerer: Answerer, where: Pick<Key, 'model'> & { readonly size: SuiteSize }, known: ReadonlySet<string>, signal: AbortSignal, onResult: (result: Result) => void): Promise<void> {
  const { size, model } = where;
  const keyed = unit.runs.map((run) => ({
    run,
    key: { suite: suiteVersion, model, size: size.name, task: unit.task.name, seed: unit.seed, rule: run.rule.name, budget: run.budget } satisfies Key,
  }));
  const missing = keyed.filter(({ key }) => !known.has(keyOf(key)));
  if (missing.length === 0) return;
  const sample = unit.task.generate(unit.seed, size);
  // What the rules' distributions are compared with: the full cache's answers, asked for again when they are known from an earlier run.
  const full: Answer[] = [];
  if (answerer.distributions && missing[0]?.run.budget !== 1) await converse(sample, fullRun, unit.seed, answerer, size, full);
  for (const { run, key } of missing) {
    if (signal.aborted) return;
    const start = performance.now();
    const { turns, error } = await converse(sample, run, unit.seed, answerer, size, full);
    onResult({ ...key, turns, ...(error === undefined ? {} : { error }), ms: Math.round(performance.now() - start) });
  }
}

async function converse(sample: Sample, { rule, budget }: Run, seed: number, answerer: Answerer, size: SuiteSize, full: Answer[]): Promise<{ turns: TurnResult[]; error?: string }> {
  const turns: TurnResult[] = [];
  try {
    for (const [i, turn] of sample.turns.entries()) {
      const answer = await answerer.answer(sample, i, { ...rule.kv, ratio: budget, seed }, size);
      if (budget === 1) full[i] = answer;
      turns.push(resultOf(turn, answer, budget === 1 ? undefined : full[i]));
    }
    return { turns };
  } catch (error) {
    if (!(error instanceof BackendError && recorded.includes(error.code))) throw error;
    return { turns, error: error.code };
  }
}

function resultOf(turn: Turn, answer: Answer, full: Answer | undefined): TurnResult {
  const { text, promptTokens, imageTokens, cellsBefore, cellsAfter } = answer;
  const away = full?.distribution && answer.distribution ? { divergence: divergence(full.distribution, answer.distribution) } : {};
  return { facet: turn.facet, expected: turn.answer, answer: text, right: isRight(text, turn), promptTokens, imageTokens, cellsBefore, cellsAfter, ...away };
}
