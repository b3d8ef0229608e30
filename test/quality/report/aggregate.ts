import type { Result, TurnResult } from '../run/results.js';
import { agree } from '../score/exactMatch.js';
import { mean } from '../score/statistics.js';
import type { Family, Task } from '../tasks/task.js';

/** One column of the tables: a task, or one kind of its turns. */
export interface Column {
  readonly task: Task;
  readonly name: string;
  /** The turns that belong to it, by their facet; all of them when it is left out. */
  readonly facet?: string;
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
  /** Samples that ended in an error; they are not among the answers. */
  readonly failed: number;
  // Means over the samples; undefined when every one of them failed, the divergence also when the backend gave no distributions.
  /** Of the cells of the full cache, the share that was kept. */
  readonly kept: number | undefined;
  readonly promptTokens: number | undefined;
  readonly imageTokens: number | undefined;
  readonly divergence: number | undefined;
}

/** The first question of a conversation and the later ones are two things, and get a column each. */
export function columnsOf(tasks: readonly Task[], results: readonly Result[]): Column[] {
  return tasks.flatMap((task) => {
    const own = results.filter((result) => result.task === task.name);
    if (own.length === 0) return [];
    if (task.family !== 'multi-turn') return [{ task, name: task.name }];
    const facets = [...new Set(own.flatMap(({ turns }) => turns.map(({ facet }) => facet)))];
    return facets.map((facet) => ({ task, name: `${task.name}, ${facet}`, facet }));
  });
}

/** Cells of every rule and budget, in the order in which they were measured. */
export function cellsOf(columns: readonly Column[], results: readonly Result[]): Cell[] {
  const full = new Map(results.filter(({ rule }) => rule === 'full').map((result) => [sampleOf(result), result]));
  return columns.flatMap((column) => {
    const groups = new Map<string, Result[]>();
    for (const result of results) {
      if (result.task !== column.task.name) continue;
      const key = `${result.rule}\n${result.budget}`;
      groups.set(key, [...(groups.get(key) ?? []), result]);
    }
    return [...groups.values()].flatMap((group) => cellOf(column, group, full) ?? []);
  });
}

/** Cells of one rule and budget taken together, family by family: text needles and image needles never meet. */
export function byFamily(cells: readonly Cell[]): Map<Family, Cell[]> {
  const families = new Map<Family, Cell[]>();
  for (const cell of cells) families.set(cell.column.task.family, [...(families.get(cell.column.task.family) ?? []), cell]);
  return families;
}

/** Answers of one rule and budget by facet: where the needle was, what the right answer was. */
export function byFacet(task: Task, results: readonly Result[], rule: string, budget: number): Map<string, { count: number; right: number }> {
  const facets = new Map<string, { count: number; right: number }>();
  for (const result of results) {
    if (result.task !== task.name || result.rule !== rule || result.budget !== budget) continue;
    for (const { facet, right } of result.turns) {
      const sum = facets.get(facet) ?? { count: 0, right: 0 };
      facets.set(facet, { count: sum.count + 1, right: sum.right + Number(right) });
    }
  }
  return new Map([...facets].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

function cellOf(column: Column, group: readonly Result[], full: ReadonlyMap<string, Result>): Cell | undefined {
  const [first] = group;
  if (!first) return undefined;
  const answers = group.flatMap((result) => result.turns.flatMap((turn, i) =>
    column.facet === undefined || turn.facet === column.facet ? [{ turn, reference: full.get(sampleOf(result))?.turns[i] }] : []));
  const compared = answers.filter((pair): pair is { turn: TurnResult; reference: TurnResult } => pair.reference !== undefined);
  const divergences = answers.flatMap(({ turn }) => turn.divergence ?? []);
  // What was compressed is the prompt of the first turn; follow-ups are added to it.
  const openings = group.flatMap(({ turns }) => turns.slice(0, 1));
  return {
    column, rule: first.rule, budget: first.budget,
    count: answers.length,
    right: answers.filter(({ turn }) => turn.right).length,
    compared: compared.length,
    agreed: compared.filter(({ turn, reference }) => agree(turn.answer, reference.answer)).length,
    failed: group.filter(({ error }) => error !== undefined).length,
    kept: mean(openings.map(({ cellsBefore, cellsAfter }) => cellsAfter / cellsBefore)),
    promptTokens: mean(openings.map(({ promptTokens }) => promptTokens)),
    imageTokens: mean(openings.map(({ imageTokens }) => imageTokens)),
    divergence: mean(divergences),
  };
}

function sampleOf({ suite, model, size, task, seed }: Result): string {
  return JSON.stringify([suite, model, size, task, seed]);
}
