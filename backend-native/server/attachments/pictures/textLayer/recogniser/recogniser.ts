/** Reads the lines of text in a picture: a detector finds where they are, a recogniser what they say. */
import fs from 'node:fs';
import { onnxMetadata } from './onnxMetadata.js';
import { decodeCtc } from './ctc.js';
import type { RecogniserFiles } from './recogniserFiles.js';
import { inkBounds } from './inkBounds.js';
import { copyPlanes, resizePlanes, type Box, type Raster } from './raster.js';
import { Session } from './session.js';
import { textRegions, type Region, type TextMap } from './textRegions.js';
import { grid, tilesOf } from './tiles.js';

export interface RecognisedLine {
  readonly text: string;
  readonly box: Box;
  /** From 0 to 1. */
  readonly confidence: number;
  /** For a line with ideographs: what it says when there are none in the picture. */
  readonly plain?: { readonly text: string; readonly confidence: number };
}

const ideograph = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\u3000-\u30ff\u3100-\u31ff]/u;

/** Pixels: the height that the recogniser reads lines at. */
const lineHeight = 48;
/** Pixels of one batch's width, all lines together: what is read at once stays small. */
const batchPixels = 4096;
const batchLines = 16;
/** Of the line's pixels at the recogniser's height, to one of its time steps. */
const stepPixels = 8;

export class Recogniser {
  private constructor(
    private readonly detector: Session,
    private readonly reader: Session,
    private readonly characters: readonly string[],
    /** By class: 0 for ideographs. */
    private readonly plain: Uint8Array,
  ) {}

  /** @throws Error when a file is no model that can be used */
  static async load(files: RecogniserFiles, threads: number): Promise<Recogniser> {
    const names = onnxMetadata(fs.readFileSync(files.reader)).get('character');
    if (names === undefined) throw new Error(`Expected the list of characters in ${files.reader}`);
    const characters = ['', ...names.split('\n'), ' '];
    const [detector, reader] = [await Session.load(files.detector, threads), await Session.load(files.reader, threads)];
    const plain = Uint8Array.from(characters, (character) => (ideograph.test(character) ? 0 : 1));
    return new Recogniser(detector, reader, characters, plain);
  }

  /** @param onProgress hears how much is done, from 0 to 1 */
  async read(raster: Raster, onProgress: (done: number) => void = () => undefined): Promise<RecognisedLine[]> {
    const map = await this.detect(raster, (done) => {
      onProgress(done / 2);
    });
    return this.readRegions(raster, trimmed(raster, textRegions(map)), (done) => {
      onProgress(0.5 + done / 2);
    });
  }

  private async detect(raster: Raster, onProgress: (done: number) => void): Promise<TextMap> {
    const { width, height } = raster;
    const likely = new Uint8Array(width * height);
    const tiles = tilesOf(width, height);
    for (const [i, { seen, counts }] of tiles.entries()) {
      if (!isFlat(raster, seen)) {
        const columns = Math.ceil(seen[2] / grid) * grid;
        const rows = Math.ceil(seen[3] / grid) * grid;
        const planes = new Float32Array(3 * columns * rows);
        copyPlanes(raster, seen, planes, columns, rows);
        const { data } = await this.detector.run(planes, [1, 3, rows, columns]);
        const [left, top, across, down] = counts;
        for (let y = top; y < top + down; y += 1) {
          let from = (y - seen[1]) * columns + left - seen[0];
          let to = y * width + left;
          for (let x = 0; x < across; x += 1) likely[to++] = (data[from++] ?? 0) * 255;
        }
      }
      onProgress((i + 1) / tiles.length);
    }
    return { width, height, likely };
  }

  private async readRegions(
    raster: Raster,
    regions: readonly Region[],
    onProgress: (done: number) => void,
  ): Promise<RecognisedLine[]> {
    const lines: RecognisedLine[] = [];
    for (const batch of batchesOf(regions)) {
      lines.push(...(await this.readBatch(raster, batch)));
      onProgress(lines.length / regions.length);
    }
    return lines;
  }

  private async readBatch(raster: Raster, regions: readonly Region[]): Promise<RecognisedLine[]> {
    const widest = Math.max(...regions.map(({ box }) => widthOf(box)));
    const columns = Math.ceil(widest / stepPixels) * stepPixels;
    const planes = new Float32Array(regions.length * 3 * lineHeight * columns);
    for (const [i, { box }] of regions.entries()) {
      const part = planes.subarray(i * 3 * lineHeight * columns);
      resizePlanes(raster, box, { width: widthOf(box), height: lineHeight }, part, columns);
    }
    const { data, shape } = await this.reader.run(planes, [regions.length, 3, lineHeight, columns]);
    const [, steps = 0, classes = 0] = shape;
    if (classes !== this.characters.length)
      throw new Error(`Expected a model of ${this.characters.length} characters but it has ${classes}`);
    return regions.map(({ box }, i) => {
      const { text, confidence } = decodeCtc(data, i * steps * classes, steps, this.characters);
      const line = { text: text.trim(), box, confidence };
      if (!ideograph.test(text)) return line;
      const plain = decodeCtc(data, i * steps * classes, steps, this.characters, this.plain);
      return { ...line, plain: { text: plain.text.trim(), confidence: plain.confidence } };
    });
  }
}

/** Boxes as wide as their ink, one for each cell; one never reaches into the next of its row. */
function trimmed(raster: Raster, regions: readonly Region[]): Region[] {
  return regions.flatMap((region) => {
    const [left, top, width, height] = region.box;
    const next = regions
      .map(({ box }) => box)
      .filter(([x, y, , h]) => x > left + width / 2 && y < top + height * 0.7 && y + h > top + height * 0.3)
      .reduce((nearest, [x]) => Math.min(nearest, x), raster.width);
    return inkBounds(raster, region.box, Math.max(next, left + width)).map((box) => ({ ...region, box }));
  });
}

/** Of a line, at the height at which it is read. */
function widthOf([, , width, height]: Box): number {
  return Math.max(stepPixels, Math.round((width * lineHeight) / height));
}

/** Lines of about one length together: all of a batch are as wide as the widest. */
function batchesOf(regions: readonly Region[]): Region[][] {
  const sorted = [...regions].sort((a, b) => widthOf(a.box) - widthOf(b.box));
  const batches: Region[][] = [];
  for (const region of sorted) {
    const batch = batches.at(-1);
    if (batch && batch.length < batchLines && (batch.length + 1) * widthOf(region.box) <= batchPixels)
      batch.push(region);
    else batches.push([region]);
  }
  return batches;
}

/** Whether nothing at all is in a part of the picture: much of a long page is so, and need not be looked at. */
function isFlat({ width, rgb }: Raster, [left, top, across, down]: Box): boolean {
  const first = (top * width + left) * 3;
  const [red = 0, green = 0, blue = 0] = rgb.subarray(first, first + 3);
  for (let y = top; y < top + down; y += 1) {
    let at = (y * width + left) * 3;
    for (let x = 0; x < across; x += 1, at += 3) {
      if (rgb[at] !== red || rgb[at + 1] !== green || rgb[at + 2] !== blue) return false;
    }
  }
  return true;
}
