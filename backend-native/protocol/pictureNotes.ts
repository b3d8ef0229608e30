/** What is worth knowing about a picture that was read. Facts only; each client has its words. */
export type PictureNote =
  /** One of several frames of an animation or pages of a TIFF was read. */
  | { readonly kind: 'frame'; readonly read: number; readonly of: number }
  /** It is transparent and light: on white nothing of it would be seen. */
  | { readonly kind: 'darkGround' }
  /** There is next to nothing to see. */
  | { readonly kind: 'tiny'; readonly width: number; readonly height: number }
  /** It has more pixels than the model reads, and was read in pieces. */
  | { readonly kind: 'sliced'; readonly pieces: number }
  /** Labels of an SVG that only browsers draw. */
  | { readonly kind: 'labelsNotDrawn'; readonly count: number }
  /** Pictures that an SVG takes from other files or the network. */
  | { readonly kind: 'partsElsewhere'; readonly count: number };

/** One English sentence. */
export function pictureNoteText(note: PictureNote): string {
  switch (note.kind) {
    case 'frame':
      return `Frame ${note.read} of ${note.of} was read; --image-frame chooses another.`;
    case 'darkGround':
      return 'It is light on a transparent ground and was read on black.';
    case 'tiny':
      return `It has ${note.width} x ${note.height} pixels only: next to nothing can be seen.`;
    case 'sliced':
      return `It was read in ${note.pieces} pieces, from the top left on; --large-images shrink reads it as one.`;
    case 'labelsNotDrawn':
      return (
        `${note.count} of its labels (foreignObject) are drawn by browsers only and were left out: ` +
        'export it as PNG to have them.'
      );
    case 'partsElsewhere':
      return `${note.count} of its pictures are in other files, which are not fetched: export it as PNG to have them.`;
  }
}
