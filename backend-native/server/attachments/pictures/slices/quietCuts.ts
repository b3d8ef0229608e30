/** Where a picture can be cut without cutting through what is drawn. */

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** width * height * 3 bytes, row by row. */
  readonly rgb: Uint8Array;
}

/** Of a step from one cut to the next: how far a cut may be moved to where it is quiet. */
const searchShare = 0.2;
/** A difference of two neighbours in one channel that is no compression noise. */
const visibleStep = 12;

/**
 * Cuts `length` into `count` parts of about the same length, each cut moved to the quietest place near it.
 * @param axis 'rows': cuts between rows, from the top; 'columns': between columns, from the left
 * @returns where the parts begin, and the length at the end; [count + 1]
 */
export function quietCuts(image: Pixels, axis: 'rows' | 'columns', count: number): number[] {
  const length = axis === 'rows' ? image.height : image.width;
  const step = length / count;
  const reach = Math.floor(step * searchShare);
  const cuts = [0];
  for (let i = 1; i < count; i += 1) {
    const wanted = Math.round(i * step);
    let best = wanted;
    let quietest = Infinity;
    for (let distance = 0; distance <= reach && quietest > 0; distance += 1) {
      for (const at of distance === 0 ? [wanted] : [wanted - distance, wanted + distance]) {
        if (at <= (cuts.at(-1) ?? 0) || at >= length) continue;
        const ink = inkAt(image, axis, at);
        if (ink < quietest) [quietest, best] = [ink, at];
      }
    }
    cuts.push(best);
  }
  return [...cuts, length];
}

/** How often the line of pixels changes along itself: a rule or a margin does not, letters do. */
function inkAt({ width, height, rgb }: Pixels, axis: 'rows' | 'columns', at: number): number {
  const [start, step, count] = axis === 'rows' ? [at * width * 3, 3, width] : [at * 3, width * 3, height];
  let ink = 0;
  for (let i = 1, p = start + step; i < count; i += 1, p += step) {
    for (let channel = 0; channel < 3; channel += 1) {
      if (Math.abs((rgb[p + channel] ?? 0) - (rgb[p - step + channel] ?? 0)) > visibleStep) {
        ink += 1;
        break;
      }
    }
  }
  return ink;
}
