export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Undefined when there are no values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  const [lower, upper] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (min === undefined || max === undefined || lower === undefined || upper === undefined) return undefined;
  return { median: (lower + upper) / 2, min, max };
}

/**
 * What stands over what, round by round: programs that ran beside each other met the same machine, so that the median
 * of the ratios is steadier than the ratio of the medians. Rounds that only one of them has are left out.
 */
export function pairedRatios(over: readonly (number | undefined)[], under: readonly (number | undefined)[]): number[] {
  return over.flatMap((value, round) => {
    const other = under[round];
    return value === undefined || other === undefined || other === 0 ? [] : [value / other];
  });
}

export interface Growth {
  /** y grows like x to the power of it. */
  readonly exponent: number;
  readonly points: number;
}

/**
 * Least squares through the logarithms.
 * @param points with x and y above 0; three at least, since any two lie on a line
 * @returns undefined when there are too few
 */
export function growthOf(points: readonly (readonly [x: number, y: number])[]): Growth | undefined {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  if (!logs.flat().every(Number.isFinite))
    throw new RangeError(`Expected points above 0 for a growth but received ${JSON.stringify(points)}`);
  if (new Set(points.map(([x]) => x)).size < 3) return undefined;
  const mean = (pick: (log: readonly [number, number]) => number) =>
    logs.reduce((sum, log) => sum + pick(log), 0) / logs.length;
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)];
  const covariance = mean(([x, y]) => (x - meanX) * (y - meanY));
  return { exponent: covariance / mean(([x]) => (x - meanX) ** 2), points: logs.length };
}
