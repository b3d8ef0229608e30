/**
 * Viridis: every step up is also a step brighter, so that it reads without colour vision, in print and on any theme.
 * (Smith and van der Walt, matplotlib; nine samples, interpolated.)
 */
const samples = [
  [68, 1, 84],
  [71, 45, 123],
  [59, 82, 139],
  [44, 114, 142],
  [33, 145, 140],
  [40, 174, 128],
  [94, 201, 98],
  [173, 220, 48],
  [253, 231, 37],
] as const;

/** @param share of the KV heads, from 0 to 1 */
export function heatColour(share: number): readonly [red: number, green: number, blue: number] {
  const position = Math.min(1, Math.max(0, share)) * (samples.length - 1);
  const index = Math.min(samples.length - 2, Math.floor(position));
  const [from, to] = [samples[index] ?? samples[0], samples[index + 1] ?? samples[0]];
  const mix = (channel: 0 | 1 | 2): number =>
    Math.round(from[channel] + (to[channel] - from[channel]) * (position - index));
  return [mix(0), mix(1), mix(2)];
}

/** The scale as a CSS gradient from left to right. */
export function heatGradient(): string {
  return `linear-gradient(to right, ${samples.map((colour) => `rgb(${colour.join(',')})`).join(', ')})`;
}
