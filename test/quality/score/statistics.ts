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
  if (!(count > 0 && right >= 0 && right <= count)) throw new RangeError(`Expected some of a number of samples but received ${right} of ${count}`);
  const share = right / count;
  const shrink = 1 + (z * z) / count;
  const centre = (share + (z * z) / (2 * count)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return { low: right === 0 ? 0 : centre - half, high: right === count ? 1 : centre + half };
}

/**
 * KL(full || compressed) in nats: what is lost when the compressed cache's distribution of the next token stands in for
 * that of the full cache. Infinite when a token that was possible no longer is.
 * @throws RangeError when the two are not over the same vocabulary
 */
export function divergence(full: Float32Array, compressed: Float32Array): number {
  if (full.length !== compressed.length) throw new RangeError(`Expected distributions over one vocabulary but received ${full.length} and ${compressed.length} tokens`);
  let sum = 0;
  full.forEach((p, token) => {
    if (p > 0) sum += p * Math.log(p / (compressed[token] ?? 0));
  });
  return Math.max(0, sum);
}

/** Undefined when there is nothing to take the mean of. */
export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
