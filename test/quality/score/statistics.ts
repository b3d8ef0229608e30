export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The 97.5th percentile of the normal distribution, for intervals that hold the truth 95 times of 100. */
const z = 1.959964;

/**
 * Wilson's score interval of a share: honest for few samples and for shares near 0 and 1.
 * @throws RangeError unless 0 <= right <= count and count > 0
 */
export function wilson(right: number, count: number): Interval {
  if (!(count > 0 && right >= 0 && right <= count))
    throw new RangeError(`Expected some of a number of samples but received ${right} of ${count}`);
  const share = right / count;
  const shrink = 1 + (z * z) / count;
  const centre = (share + (z * z) / (2 * count)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return { low: right === 0 ? 0 : centre - half, high: right === count ? 1 : centre + half };
}

/** How two rules answered the same questions: right both, the one alone, the other alone, neither. */
export interface Pairs {
  readonly both: number;
  readonly one: number;
  readonly other: number;
  readonly neither: number;
}

/**
 * How much larger the other's share of right answers is than the one's, from -1 to 1, with its 95 % interval: R. G.
 * Newcombe, "Improved confidence intervals for the difference between binomial proportions based on paired data",
 * Statistics in Medicine 17 (1998), 2635-2650, method 10: Wilson's intervals of both shares, put together with the
 * correlation of the answers, which is taken smaller than it looks where it is positive.
 * @throws RangeError when there are no pairs
 */
export function pairedDifference({ both, one, other, neither }: Pairs): Interval & { readonly difference: number } {
  const count = both + one + other + neither;
  const [rightOne, rightOther] = [both + one, both + other];
  const [p1, p2] = [rightOther / count, rightOne / count];
  const [first, second] = [wilson(rightOther, count), wilson(rightOne, count)];
  const product = both * neither - one * other;
  const margins = rightOne * (count - rightOne) * rightOther * (count - rightOther);
  const correlation =
    margins === 0 ? 0 : (product > 0 ? Math.max(0, product - count / 2) : product) / Math.sqrt(margins);
  const apart = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * correlation * a * b + b * b));
  const difference = p1 - p2;
  return {
    difference,
    low: difference - apart(p1 - first.low, second.high - p2),
    high: difference + apart(first.high - p1, p2 - second.low),
  };
}

/** Undefined when there is nothing to take the mean of. */
export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle one, or the mean of the two in the middle; undefined when there are none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return mean(sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1));
}
