/** An answer of a model as an alternative text: pure. */

/** Screen readers read it in one breath. Characters. */
const longest = 150;

/** What a model is asked; models know English best, and the small ones know nothing else. */
export const altTextQuestion = 'Describe this picture in one short sentence, for a reader who cannot see it.';

/** One line, without what models like to put around it; empty when nothing is left. */
export function altTextFrom(answer: string): string {
  const [first = ''] = answer
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const bare = first
    .replace(/^[#>*\-\s]+/, '')
    .replace(/^(?:alt(?:ernative)?[ -]?text|description)\s*:\s*/i, '')
    .replace(/\s+/g, ' ')
    .replace(/^["'“”„*_]+|["'“”*_]+$/g, '')
    .trim();
  if (bare.length <= longest) return bare;
  const cut = bare.slice(0, longest - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), longest / 2)).trimEnd()}…`;
}
