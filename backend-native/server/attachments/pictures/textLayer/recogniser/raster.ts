/** Pixels that the recogniser looks at, and how it gets them at the size and in the order that its models want. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 8 bits a channel, row by row. */
  readonly rgb: Uint8Array;
}

/** Whole pixels of the picture: left, top, width, height. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** Both models were taught with channels as OpenCV has them, blue first, from -1 to 1. */
const channels = [2, 1, 0] as const;
const scale = 2 / 255;

/**
 * Copies a box of the picture, as it is, into planes of the models' numbers.
 * @param planes three of `stride` x rows; what the box does not reach keeps its value
 * @param stride the width of a plane
 * @param rows of a plane
 */
export function copyPlanes({ width, rgb }: Raster, box: Box, planes: Float32Array, stride: number, rows: number): void {
  const [left, top, boxWidth, boxHeight] = box;
  for (const [plane, channel] of channels.entries()) {
    for (let y = 0; y < boxHeight; y += 1) {
      let from = ((top + y) * width + left) * 3 + channel;
      let to = (plane * rows + y) * stride;
      for (let x = 0; x < boxWidth; x += 1, from += 3, to += 1) planes[to] = (rgb[from] ?? 0) * scale - 1;
    }
  }
}

/**
 * Draws a box of the picture into planes at another size: bilinear, and as means of whole pixels first where it gets
 * smaller than half.
 * @param planes three of `stride` x height
 */
export function resizePlanes(
  raster: Raster,
  box: Box,
  size: { readonly width: number; readonly height: number },
  planes: Float32Array,
  stride: number,
): void {
  const factor = Math.floor(box[3] / size.height);
  const { source, area } = factor >= 2 ? shrunk(raster, box, factor) : { source: raster, area: box };
  const columns = samples(area[0], area[2], size.width, source.width);
  const rows = samples(area[1], area[3], size.height, source.height);
  const { rgb, width } = source;
  for (const [plane, channel] of channels.entries()) {
    for (let y = 0; y < size.height; y += 1) {
      const { first: top, second: bottom, weight: down } = rows[y] ?? origin;
      const upper = top * width * 3 + channel;
      const lower = bottom * width * 3 + channel;
      let to = (plane * size.height + y) * stride;
      for (const { first, second, weight } of columns) {
        const above = (rgb[upper + first * 3] ?? 0) * (1 - weight) + (rgb[upper + second * 3] ?? 0) * weight;
        const below = (rgb[lower + first * 3] ?? 0) * (1 - weight) + (rgb[lower + second * 3] ?? 0) * weight;
        planes[to++] = (above * (1 - down) + below * down) * scale - 1;
      }
    }
  }
}

interface Sample {
  readonly first: number;
  readonly second: number;
  readonly weight: number;
}

const origin: Sample = { first: 0, second: 0, weight: 0 };

/** For each new pixel the two old ones between which its middle lies. */
function samples(start: number, length: number, wanted: number, limit: number): Sample[] {
  const last = Math.min(start + length, limit) - 1;
  return Array.from({ length: wanted }, (_, i) => {
    const at = Math.min(Math.max(start + ((i + 0.5) * length) / wanted - 0.5, start), last);
    const first = Math.floor(at);
    return { first, second: Math.min(first + 1, last), weight: at - first };
  });
}

function shrunk(raster: Raster, [left, top, width, height]: Box, factor: number): { source: Raster; area: Box } {
  const small = { width: Math.max(1, Math.floor(width / factor)), height: Math.floor(height / factor) };
  const rgb = new Uint8Array(small.width * small.height * 3);
  const across = Math.min(factor, width);
  for (let y = 0; y < small.height; y += 1) {
    for (let x = 0; x < small.width; x += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        for (let row = 0; row < factor; row += 1) {
          let at = ((top + y * factor + row) * raster.width + left + x * factor) * 3 + channel;
          for (let i = 0; i < across; i += 1, at += 3) sum += raster.rgb[at] ?? 0;
        }
        rgb[(y * small.width + x) * 3 + channel] = sum / (factor * across);
      }
    }
  }
  return { source: { ...small, rgb }, area: [0, 0, small.width, small.height] };
}
