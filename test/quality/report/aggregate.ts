import type { Result, TurnResult } from '../run/results.js';
import { agree } from '../score/exactMatch.js';
import { mean, median, type Pairs } from '../score/statistics.js';
import type { Task } from '../tasks/task.js';

/** One column of the tables: a task, or one part of its turns. */
export interface Column {
  readonly task: Task;
  readonly name: string;
  /** What may be taken together with it: the task's family, and the part of its turns. */
  readonly family: string;
  /** The part of the turns that belong to it; all of them when it is left out. */
  readonly part?: string;
}

/** What one rule at one budget made of one column. */
export interface Cell {
  readonly column: Column;
  readonly rule: string;
  readonly budget: number;
  /** Answers, and how many of them were right. */
  readonly count: number;
  readonly right: number;
  /** Answers that could be compared with the full cache's, and how many were the same. */
  readonly compared: number;
  readonly agreed: number;
  /** The same ones by who was right: one is the full cache, the other the rule. */
  readonly pairs: Pairs;
  /** Samples that ended in an error; their unanswered turns are not among the answers. */
  readonly failed: number;
  /** Of the cells of the full cache, the share that was kept; undefined when every sample failed, as below. */
  readonly kept: number | undefined;
  /** The most that were in use at once, as a share of the same. */
  readonly peak: number | undefined;
  // Medians.
  readonly promptTokens: number | undefined;
  readonly imageTokens: number | undefined;
  /**
   * Of the next token's distribution from the full cache's, in nats; undefined also where answers were too short to
   * tell.
   */
  readonly divergence: number | undefined;
}

/** The parts of a conversation are different things, and get a column each. */
export function columnsOf(tasks: readonly Task[], results: readonly Result[]): Column[] {
  const partsOf = new Map<string, Set<string | undefined>>();
  for (const { task, turns } of results) {
    const parts = partsOf.get(task) ?? new Set();
    for (const { part } of turns) parts.add(part);
    partsOf.set(task, parts);
  }
  return tasks.flatMap((task) =>
    [...(partsOf.get(task.name) ?? [])].map((part) =>
      part === undefined
        ? { task, name: task.name, family: task.family }
        : { task, name: `${task.name}, ${part}`, family: `${task.family}, ${part}`, part },
    ),
  );
}

/** Cells of every rule and budget, in the order in which they were measured. */
export function cellsOf(columns: readonly Column[], results: readonly Result[]): Cell[] {
  const full = new Map<string, Result>();
  const groups = new Map<string, Map<string, Result[]>>();
  for (const result of results) {
    if (result.rule === 'full') full.set(sampleOf(result), result);
    const ofTask = entry(groups, result.task, () => new Map<string, Result[]>());
    entry(ofTask, `${result.rule}\n${result.budget}`, (): Result[] => []).push(result);
  }
  return columns.flatMap((column) =>
    [...(groups.get(column.task.name)?.values() ?? [])].flatMap((group) => cellOf(column, group, full) ?? []),
  );
}

/** Answers of one rule and budget by facet: where the needle was, what the right answer was. */
export function byFacet(
  { task, part }: Column,
  results: readonly Result[],
  rule: string,
  budget: number,
): Map<string, { count: number; right: number }> {
  const facets = new Map<string, { count: number; right: number }>();
  for (const result of results) {
    if (result.task !== task.name || result.rule !== rule || result.budget !== budget) continue;
    for (const turn of result.turns) {
      if (turn.part !== part) continue;
      const sum = entry(facets, turn.facet, () => ({ count: 0, right: 0 }));
      sum.count += 1;
      sum.right += Number(turn.right);
    }
  }
  return new Map([...facets].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

export function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}

function cellOf(column: Column, group: readonly Result[], full: ReadonlyMap<string, Result>): Cell | undefined {
  const [first] = group;
  if (!first) return undefined;
  const answers = group.flatMap((result) => {
    const reference = full.get(sampleOf(result))?.turns;
    return result.turns.flatMap((turn, i) => (turn.part === column.part ? [{ turn, reference: reference?.[i] }] : []));
  });
  const compared = answers.filter(
    (pair): pair is { turn: TurnResult; reference: TurnResult } => pair.reference !== undefined,
  );
  const pairs = (one: boolean, other: boolean) =>
    compared.filter(({ turn, reference }) => reference.right === one && turn.right === other).length;
  return {
    column,
    rule: first.rule,
    budget: first.budget,
    count: answers.length,
    right: answers.filter(({ turn }) => turn.right).length,
    compared: compared.length,
    agreed: compared.filter(({ turn, reference }) => agree(turn.answer, reference.answer)).length,
    pairs: {
      both: pairs(true, true),
      one: pairs(true, false),
      other: pairs(false, true),
      neither: pairs(false, false),
    },
    failed: group.filter(({ error }) => error !== undefined).length,
    kept: mean(group.flatMap(({ cells }) => (cells ? cells.after / cells.before : []))),
    peak: mean(group.flatMap(({ cells }) => (cells?.peak === undefined ? [] : cells.peak / cells.before))),
    promptTokens: median(group.flatMap(({ prompt }) => prompt?.tokens ?? [])),
    imageTokens: median(group.flatMap(({ prompt }) => prompt?.imageTokens ?? [])),
    divergence: median(answers.flatMap(({ turn }) => turn.divergence ?? [])),
  };
}

function sampleOf({ suite, model, size, task, seed }: Result): string {
  return `${suite} ${model} ${size} ${task} ${seed}`;
}
