/** Pages that a text names: "page 17", "pages 3-5", "slide 2", "p. 4", "Seite 17", with the numbers that follow. */

const units = String.raw`pages?|slides?|sheets?|pp?\.|S\.|Seiten?|Folien?|Tabellenbl(?:att|ätter)`;
const named = new RegExp(String.raw`\b(?:${units})\s?\d+(?:\s?(?:[-–,]|and|und|to|bis)\s?\d+)*`, 'giu');
const range = /(\d{1,6})(?:\s?(?:[-–]|to|bis)\s?(\d{1,6}))?/giu;
/** Pages: whoever names a longer range asks about the whole. */
const longestRange = 50;

/**
 * Where the numbers of pages stand in a text.
 * @returns start and end of each number, and its value
 */
export function pageNumbers(text: string): { readonly start: number; readonly end: number; readonly page: number }[] {
  return [...text.matchAll(named)].flatMap((match) =>
    [...match[0].matchAll(/\d{1,6}/g)].map((number) => {
      const start = match.index + number.index;
      return { start, end: start + number[0].length, page: Number(number[0]) };
    }),
  );
}

/** The pages that a question is about, ranges with all that is in them; in the order in which they are named. */
export function pagesNamed(question: string): number[] {
  const pages = [...question.matchAll(named)].flatMap(([words]) =>
    [...words.matchAll(range)].flatMap(([, from, to]) => {
      const [first, last] = [Number(from), Number(to ?? from)];
      if (last < first || last - first >= longestRange) return [first];
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    }),
  );
  return [...new Set(pages)];
}
