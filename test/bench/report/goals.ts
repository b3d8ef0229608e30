/** The goals of speed and memory, judged by what was measured: computed, never typed. */
import type { ModelFacts } from '../models/modelStore.js';
import { ourChunkedProgram, programs, sizeName, type CaseResult, type SecondQuestion } from '../measurement.js';
import {
  fasterPrefill,
  keptOverAllowed,
  memoryIdeal,
  msPerToken,
  ours,
  prefillPerSecond,
  ratioOf,
  rowOf,
  spreadIn,
} from './pick.js';
import { spreadOf } from './statistics.js';

export interface Verdict {
  readonly goal: string;
  /** Which model and prompt; empty when there was none to judge it by. */
  readonly where: string;
  readonly measured: string;
  /** Undefined when this run cannot tell. */
  readonly met?: boolean;
}

/** The sizes that goals name. */
const [size8k, size16k, size32k] = [8 * 1024, 16 * 1024, 32 * 1024];
const small = 0.2;

interface Goal {
  readonly goal: string;
  /** The only prompt size that it is judged by; every one when it is left out. */
  readonly size?: number;
  /** Undefined where the case has not what it takes. */
  readonly judge: (
    result: CaseResult,
    facts: ModelFacts,
  ) => { readonly measured: string; readonly met: boolean } | undefined;
}

const goals: readonly Goal[] = [
  {
    goal: 'decode at ratio 1 against llama.cpp: at least 0.98',
    judge: (result) => {
      // Milliseconds per token: the other way round than speeds.
      const spread = ratioOf(rowOf(result, programs.mtmd), ours(result, 1), msPerToken);
      return spread && { measured: number(spread.median), met: spread.median >= 0.98 };
    },
  },
  {
    goal: 'decode at 0.2 of a 16k prompt against ratio 1: at least 1.34 and 90 % of the memory-traffic ideal',
    size: size16k,
    judge: (result, facts) => {
      const row = ours(result, small);
      const spread = ratioOf(ours(result, 1), row, msPerToken);
      if (!row || !spread) return undefined;
      const share = spread.median / memoryIdeal(facts, row.runs[0]?.promptTokens ?? 0, small);
      return {
        measured: `${number(spread.median)}, ${percent(share)} of the ideal`,
        met: spread.median >= 1.34 && share >= 0.9,
      };
    },
  },
  {
    goal: "prefill with observation against llama.cpp's faster program at 8k: at least 0.85",
    size: size8k,
    judge: (result) => {
      const yardstick = fasterPrefill(result);
      const spread = ratioOf(ours(result, small), yardstick, prefillPerSecond);
      return (
        spread && { measured: `${number(spread.median)} of ${yardstick?.program ?? ''}`, met: spread.median >= 0.85 }
      );
    },
  },
  {
    goal: 'compression of an 8k prompt to 0.2: at most 3 % of the prefill',
    size: size8k,
    judge: (result) => {
      const row = ours(result, small);
      const spread = ratioOf(
        row,
        row,
        ({ msCompress }) => msCompress,
        ({ msPrefill }) => msPrefill,
      );
      return spread && { measured: percent(spread.median), met: spread.median <= 0.03 };
    },
  },
  {
    goal: 'KV memory after compression to 0.2: at most 1.02 x ratio x full',
    judge: (result) => {
      const row = ours(result, small);
      const over = row && keptOverAllowed(row, small);
      return over === undefined ? undefined : { measured: `${number(over)} x ratio x full`, met: over <= 1.02 };
    },
  },
  {
    goal: 'and given back: the process shrinks by at least 90 % of what the cache did',
    judge: (result) => {
      const spread = spreadIn(ours(result, small), ({ kv }) =>
        kv?.residentFreed === undefined ? undefined : kv.residentFreed / (kv.before - kv.after),
      );
      return spread && { measured: percent(spread.median), met: spread.median >= 0.9 };
    },
  },
  {
    goal: 'peak KV memory of a 32k prompt at 0.2, read in chunks: at most 35 % of the full cache',
    size: size32k,
    judge: (result) => {
      const share = chunkedPeak(result);
      return share === undefined ? undefined : { measured: percent(share), met: share <= 0.35 };
    },
  },
  {
    goal: 'IPC and all else beside the model: at most 2 % of decoding',
    judge: (result) => {
      const row = ours(result, 1);
      const spread = spreadIn(row, ({ outsideModel }) => outsideModel?.share);
      if (!spread) return undefined;
      const exact = row?.runs.every(({ outsideModel }) => outsideModel?.exact) ?? false;
      return {
        measured: `${percent(spread.median)}${exact ? '' : ' (beside the engine: sampling is not told apart)'}`,
        met: spread.median <= 0.02,
      };
    },
  },
];

/**
 * The most KV bytes while the prompt was read in chunks, over the whole cache's; undefined where either is not told.
 */
export function chunkedPeak(result: CaseResult): number | undefined {
  const spread = spreadIn(rowOf(result, ourChunkedProgram(small)), ({ kv }) => kv?.peak && kv.peak / kv.before);
  return spread?.median;
}

/** One verdict for each goal and case that can judge it; one without a case for a goal that none can. */
export function judge(
  results: readonly CaseResult[],
  facts: ReadonlyMap<string, ModelFacts>,
  second: readonly SecondQuestion[],
): Verdict[] {
  const judged = goals.flatMap(({ goal, size, judge: by }) => {
    const verdicts = results.flatMap((result) => {
      const of = facts.get(result.model);
      const verdict = of && (size === undefined || size === result.size) ? by(result, of) : undefined;
      return verdict ? [{ goal, where: `${result.model}, ${sizeName(result.size)}`, ...verdict }] : [];
    });
    return verdicts.length > 0
      ? verdicts
      : [
          {
            goal,
            where: '',
            measured: size === undefined ? 'no run tells it' : `no run of ${sizeName(size)} tells it`,
          },
        ];
  });
  return [...judged, ...second.map(secondVerdict)];
}

function secondVerdict({ model, rounds, failure, images }: SecondQuestion): Verdict {
  const goal = `a second question about ${images} images in a new process: its first token at least 20 times sooner`;
  const spread = spreadOf(rounds.map(({ first, second }) => first / second));
  if (!spread) return { goal, where: model, measured: failure ?? 'no run tells it' };
  return { goal, where: model, measured: `${spread.median.toFixed(1)} times`, met: spread.median >= 20 };
}

function number(value: number): string {
  return value.toFixed(2);
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(Math.abs(share) < 0.1 ? 1 : 0)} %`;
}
