/** Numbers in the words of the report. */
import type { Spread } from './statistics.js';

export const none = '–';

export function withSpread({ median, min, max }: Spread, format: (value: number) => string): string {
  const [low, high] = [format(min), format(max)];
  return low === high ? format(median) : `${format(median)} (${low} to ${high})`;
}

export function milliseconds(value: number): string {
  return value < 10
    ? `${value.toFixed(1)} ms`
    : value < 10_000
      ? `${value.toFixed(0)} ms`
      : `${(value / 1000).toFixed(1)} s`;
}

export function mebibytes(value: number): string {
  const mib = value / 2 ** 20;
  return `${mib.toFixed(mib < 100 ? 1 : 0)} MiB`;
}

export function whole(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}
