import { BackendError, isErrorCode, type ErrorCode } from '../../../backend-native/protocol/errors.js';
import { isRight } from '../score/exactMatch.js';
import type { SuiteSize } from '../sizes.js';
import { suiteVersion } from '../tasks/catalogue.js';
import type { Turn } from '../tasks/task.js';
import type { Answerer, Conversation, SampleAnswers, Setting } from './answers.js';
import { fullRun, type Run, type Unit } from './plan.js';
import { keyOf, type Key, type Result } from './results.js';
import { plainError } from '../../plainError.js';

/**
 * What a sample may come to under a rule; any other error means that the suite itself is at fault, and ends the run.
 */
const recorded: readonly string[] = [
  'context_overflow',
  'budget_too_small',
  'out_of_memory',
  'compute_failed',
  'backend_crashed',
] satisfies ErrorCode[];

/**
 * Measures what is not known yet of one unit: its prompt is read once for all of it. The full cache answers again when
 * it is known already, since the others are compared with it, but gives no second result.
 * An error of the backend ends that sample under that rule and is recorded; it is neither a wrong answer nor hidden.
 * @returns the results, none when all is known
 */
export async function measureUnit(
  unit: Unit,
  answerer: Answerer,
  where: Pick<Key, 'model'> & { readonly size: SuiteSize },
  known: ReadonlySet<string>,
): Promise<Result[]> {
  const { size, model } = where;
  const missing = unit.runs
    .map((run) => ({
      run,
      key: {
        suite: suiteVersion,
        model,
        size: size.name,
        task: unit.task.name,
        seed: unit.seed,
        rule: run.rule.name,
        budget: run.budget,
      } satisfies Key,
    }))
    .filter(({ key }) => !known.has(keyOf(key)));
  if (missing.length === 0) return [];
  const sample = unit.task.generate(unit.seed, size);
  const compressed = missing.filter(({ run }) => run !== fullRun);
  let answers: SampleAnswers;
  try {
    answers = await answerer.answers(
      sample,
      compressed.map(({ run }) => settingOf(run, unit.seed)),
      size,
    );
  } catch (error) {
    if (!(error instanceof BackendError && recorded.includes(error.code))) throw error;
    return missing.map(({ key }) => ({ ...key, turns: [], error: error.code }));
  }
  const { tokens, imageTokens } = answers.prompt;
  return missing.map(({ run, key }) => {
    const conversation =
      run === fullRun ? answers.full : answers.variants[compressed.findIndex((other) => other.run === run)];
    if (!conversation) throw new Error(`Expected answers under ${key.rule} at ${key.budget}`);
    return { ...key, prompt: { tokens, imageTokens }, ...resultOf(conversation, sample.turns) };
  });
}

function settingOf({ rule, budget }: Run, seed: number): Setting {
  return { kv: { ...rule.kv, ratio: budget, seed }, again: rule.again ?? false };
}

function resultOf(
  { turns, cells, error }: Conversation,
  asked: readonly Turn[],
): Pick<Result, 'turns' | 'cells' | 'error'> {
  if (error && !recorded.includes(error.code))
    throw plainError(isErrorCode(error.code) ? error.code : 'internal', error.message);
  return {
    turns: asked.slice(0, turns.length).map((turn, i) => {
      const { text = '', divergence = null } = turns[i] ?? {};
      return {
        ...(turn.part === undefined ? {} : { part: turn.part }),
        facet: turn.facet,
        expected: turn.answer,
        answer: text,
        right: isRight(text, turn),
        divergence,
      };
    }),
    ...(cells === undefined ? {} : { cells }),
    ...(error === undefined ? {} : { error: error.code }),
  };
}
