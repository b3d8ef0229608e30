/**
 * The place of a picture inside a text: U+FFFC, the object replacement character, around its number. What a reader takes
 * from a file is freed of that character first, so that no text can pretend to be a picture.
 */
const sign = '\ufffc';

/** @param index of the document's pictures, from 0 */
export function pictureMark(index: number): string {
  return `${sign}${index}${sign}`;
}

export function withoutSigns(text: string): string {
  return text.replaceAll(sign, '');
}

/** The pictures that a text shows, in its order. */
export function picturesIn(text: string): number[] {
  return [...text.matchAll(/\ufffc(\d+)\ufffc/g)].map(([, index]) => Number(index));
}

/** @param words what stands in the text for a picture */
export function withPictures(text: string, words: (index: number) => string): string {
  return text.replace(/\ufffc(\d+)\ufffc/g, (_, index: string) => words(Number(index)));
}
