/** What becomes of pictures with more pixels than the model reads. */

/**
 * 'slice': read in pieces that the model sees as they are. 'shrink': as one. 'auto': in pieces when it is long, such as
 * the capture of a whole page, and would be unreadable; never for the embedded model, which has its words as text.
 */
export const largeImageSettings = ['auto', 'slice', 'shrink'] as const;
export type LargeImageSetting = (typeof largeImageSettings)[number];
