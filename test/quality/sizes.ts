/** How large the screenshots and documents of a run are: what one model reads at ease is nothing to another. */
export interface SuiteSize {
  readonly name: SizeName;
  /** A screenshot that is alone in its prompt, and one of several, in pixels. */
  readonly single: Extent;
  readonly several: Extent;
  /** Pixels to the em. */
  readonly textSizes: readonly number[];
  /** Sentences of a document. */
  readonly sentences: readonly [min: number, max: number];
  /**
   * The longest answer in tokens: enough for every answer of the suite, and for a sentence around it where models write
   * one.
   */
  readonly answerTokens: number;
  /** Told to the model before everything else, when a size is for models that explain themselves. */
  readonly system?: string;
}

export interface Extent {
  readonly width: number;
  readonly height: number;
}

export const sizeNames = ['small', 'medium', 'long', 'desktop'] as const;
export type SizeName = (typeof sizeNames)[number];

/**
 * small: what the embedded model was trained on most. medium: up to four times as many pixels. long: eight screenshots
 * come to more than 3,000 of its tokens, one for every 16 x 16 pixels and one between two rows of them. desktop: for
 * real models.
 */
export const sizes: Readonly<Record<SizeName, SuiteSize>> = {
  small: {
    name: 'small',
    single: { width: 192, height: 96 },
    several: { width: 128, height: 64 },
    textSizes: [14, 15],
    sentences: [6, 14],
    answerTokens: 24,
  },
  medium: {
    name: 'medium',
    single: { width: 256, height: 160 },
    several: { width: 256, height: 128 },
    textSizes: [14, 15],
    sentences: [20, 40],
    answerTokens: 24,
  },
  long: {
    name: 'long',
    single: { width: 480, height: 320 },
    several: { width: 384, height: 256 },
    textSizes: [14, 15],
    sentences: [30, 50],
    answerTokens: 24,
  },
  desktop: {
    name: 'desktop',
    single: { width: 1280, height: 720 },
    several: { width: 960, height: 540 },
    textSizes: [16, 17, 18],
    sentences: [150, 300],
    answerTokens: 48,
    system: 'Answer with the value asked for and nothing else.',
  },
};
