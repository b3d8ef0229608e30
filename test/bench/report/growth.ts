/** How time and memory grow with the prompt: what is fitted and drawn. */
import { programs, type CaseResult, type Measurement } from '../measurement.js';
import { msFirstToken, msPerToken, peakRss, rowOf, spreadIn } from './pick.js';
import { growthOf } from './statistics.js';

export interface Quantity {
  readonly name: string;
  readonly pick: (run: Measurement) => number | undefined;
}

export const quantities: readonly Quantity[] = [
  { name: 'First token, s', pick: (run) => scaled(msFirstToken(run), 1000) },
  { name: 'Decoding, ms per token', pick: msPerToken },
  { name: 'Peak memory, GiB', pick: (run) => scaled(peakRss(run), 2 ** 30) },
];

export interface Curve {
  readonly program: string;
  /** Median over the tokens of the prompt. */
  readonly points: readonly (readonly [tokens: number, value: number])[];
}

/** A curve for each program of a model that tells the quantity. */
export function curvesOf(results: readonly CaseResult[], model: string, { pick }: Quantity): Curve[] {
  const own = results.filter((result) => result.model === model);
  const names = [...new Set(own.flatMap(({ rows }) => rows.map(({ program }) => program)))];
  return names.flatMap((program) => {
    const points = own.flatMap((result) => {
      const row = rowOf(result, program);
      const value = spreadIn(row, pick);
      return row && value ? [[row.runs[0]?.promptTokens ?? result.size, value.median] as const] : [];
    });
    return points.length > 0 ? [{ program, points }] : [];
  });
}

export interface ProgramGrowth {
  readonly model: string;
  readonly program: string;
  /** For each quantity; undefined where fewer than three sizes were measured. */
  readonly exponents: readonly (number | undefined)[];
}

export function growths(results: readonly CaseResult[]): ProgramGrowth[] {
  const models = [...new Set(results.map(({ model }) => model))];
  return models.flatMap((model) => {
    const curves = quantities.map((quantity) => curvesOf(results, model, quantity));
    const names = [...new Set(curves.flat().map(({ program }) => program))].filter(
      (program) => program !== programs.bench,
    );
    return names.map((program) => ({
      model,
      program,
      exponents: curves.map((of) => growthOf(of.find((curve) => curve.program === program)?.points ?? [])?.exponent),
    }));
  });
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}
