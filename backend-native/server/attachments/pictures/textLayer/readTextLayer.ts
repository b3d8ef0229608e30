import type { ImageTextReason } from '../../../../protocol/imageText.js';
import { imageHash } from '../../../cache/contentHash.js';
import type { TextLayerCache } from './textLayerCache.js';
import { withoutIcons } from './icons.js';
import { layOut } from './layout/layOut.js';
import { coloursOf, groundOf, lookOf, plainLook } from './look.js';
import type { Raster } from './recogniser/raster.js';
import type { RecognisedLine } from './recogniser/recogniser.js';
import { recogniserFiles as findFiles, type RecogniserFiles } from './recogniser/recogniserFiles.js';
import { recogniserLimits } from './recogniser/recogniserLimits.js';
import type { RecogniseOptions, RecogniserProcess } from './recogniser/recogniserProcess.js';
import type { TextLayer } from './textLayer.js';

export type TextLayerOutcome =
  | { readonly status: 'read'; readonly layer: TextLayer }
  | { readonly status: 'cancelled' }
  | {
      readonly status: 'none';
      readonly reason: Exclude<ImageTextReason, 'used' | 'off' | 'readable' | 'budget'>;
      /** One line; empty for 'nothing'. */
      readonly detail: string;
    };

export interface TextLayerReader {
  /** Never throws for what is in a picture, or for a recogniser that is missing or fails: the outcome says so. */
  read(picture: Raster, options: RecogniseOptions): Promise<TextLayerOutcome>;
}

/**
 * @param cache is asked each time: it changes with the model's settings
 * @param files for tests
 */
export function textLayerReader(
  recogniser: Pick<RecogniserProcess, 'recognise'>,
  cache: () => TextLayerCache | undefined,
  files: () => RecogniserFiles | { missing: string[] } = findFiles,
): TextLayerReader {
  return {
    read: async (picture, options) => {
      const { width, height } = picture;
      if (width * height > recogniserLimits.pixels) {
        const [has, most] = [width * height, recogniserLimits.pixels].map((pixels) => Math.round(pixels / 1e6));
        return {
          status: 'none',
          reason: 'tooLarge',
          detail: `it has ${has} megapixels, of which at most ${most} are read`,
        };
      }
      const found = files();
      if ('missing' in found) {
        return { status: 'none', reason: 'missing', detail: `${found.missing.join(' and ')} not found` };
      }
      const hash = imageHash(picture);
      const known = await cache()?.read(hash, picture);
      if (known) return outcomeOf(known, picture);
      const recognised = await recogniser.recognise(picture, found, options);
      if (recognised.status === 'cancelled') return recognised;
      if (recognised.status === 'failed')
        return { status: 'none', reason: recognised.reason, detail: recognised.detail };
      await cache()?.write(hash, recognised.lines);
      return outcomeOf(recognised.lines, picture);
    },
  };
}

function outcomeOf(recognised: readonly RecognisedLine[], picture: Raster): TextLayerOutcome {
  const lines = withoutIcons(recognised);
  if (lines.length === 0) return { status: 'none', reason: 'nothing', detail: '' };
  const coloured = lines.map((line) => ({ line, ...coloursOf(picture, line.box), characters: line.text.length }));
  const plain = plainLook(groundOf(picture), coloured);
  const placed = coloured.map(({ line, ...colours }) => {
    const look = lookOf(colours, plain);
    return { ...line, ground: colours.ground, ...(look === undefined ? {} : { look }) };
  });
  return { status: 'read', layer: layOut(placed) };
}
