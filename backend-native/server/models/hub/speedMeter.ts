/** How fast a number grows, over the last seconds. */
const windowMs = 5000;

export class SpeedMeter {
  private readonly samples: { readonly value: number; readonly ms: number }[] = [];

  /** @returns per second; 0 until there is something to compare with */
  rate(value: number, ms: number): number {
    const last = this.samples.at(-1);
    if (!last || ms - last.ms >= 100) this.samples.push({ value, ms });
    while (this.samples.length > 2 && ms - (this.samples[0]?.ms ?? ms) > windowMs) this.samples.shift();
    const [first] = this.samples;
    if (!first || ms <= first.ms) return 0;
    return Math.max(0, ((value - first.value) * 1000) / (ms - first.ms));
  }
}
