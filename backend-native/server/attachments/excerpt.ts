/** Characters around what was found. */
const excerptCharacters = 240;

/** The text about the first word of the query that stands in it, on one line. */
export function excerptOf(text: string, query: string): string {
  const lower = text.toLowerCase();
  const at = query
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2)
    .map((word) => lower.indexOf(word))
    .filter((index) => index >= 0);
  const middle = at.length > 0 ? Math.min(...at) : 0;
  const start = Math.max(0, middle - excerptCharacters / 2);
  return text
    .slice(start, start + excerptCharacters)
    .replace(/\s+/g, ' ')
    .trim();
}
