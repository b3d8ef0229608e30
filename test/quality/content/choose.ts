/** Choices that a seed decides. */
import { Random } from '../../fixtures/random.js';

export function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[random.below(from.length)];
  if (chosen === undefined) throw new RangeError('Expected something to choose from but received an empty list');
  return chosen;
}

/** Different elements, in random order. */
export function sample<T>(random: Random, from: readonly T[], count: number): T[] {
  if (count > from.length)
    throw new RangeError(`Expected at most ${from.length} for a sample's size but received ${count}`);
  const left = [...from];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)).flat();
}

/** A whole number from min to max, both included. */
export function between(random: Random, min: number, max: number): number {
  return min + random.below(max - min + 1);
}

/** A random stream of its own for every sample. */
export function randomOf(...key: readonly (string | number)[]): Random {
  return new Random(key.join('/'));
}
