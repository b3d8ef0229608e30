/**
 * The lines of what is attached that share the question's words. A small model finds a fact more reliably when the
 * lines that may tell it stand beside the question too, at the end of a long prompt.
 */
import { withContext } from './leaningQuestion.js';
import { rankPieces, termsOf, type Text } from './rankPieces.js';

/** What a question is compared with: one text for each picture and document, in the order of the prompt. */
export interface Source {
  /** As the prompt names it, such as "Image 2". */
  readonly name: string;
  readonly text: string;
}

interface Passage extends Text {
  /** The line that is compared, and those that are read together with it: numbers of lines, rising. */
  readonly lines: readonly number[];
}

interface Line {
  readonly text: string;
  /** As many as stand beside each other. */
  readonly cells: number;
  /** Of the source that it is from, as the prompt names it. */
  readonly source: string;
  /** The number of the first line of its block. */
  readonly block: number;
  /** Its place in its source, from 0. */
  readonly at: number;
}

/** At most so many lines match; what is read together with them comes on top. */
const mostMatches = 3;
/** Of the best line's score: what scores less is left out while the best words are still looked for. */
const closeShare = 0.8;
/** Characters: a longer line is a paragraph, and its sentences are compared one by one. */
const longestLine = 160;

/** What the attachments of a conversation say, ready to be searched. */
export class MatchingLines {
  private passages: readonly Passage[] | undefined;

  private constructor(
    private readonly lines: readonly Line[],
    private readonly sources: number,
  ) {}

  static readonly none = new MatchingLines([], 0);

  /** With what a turn brings along. */
  with(sources: readonly Source[]): MatchingLines {
    if (sources.length === 0) return this;
    const lines = [...this.lines];
    for (const { name, text } of sources) {
      const begins = lines.length;
      for (const block of text.split(/\n\s*\n/)) {
        const first = lines.length;
        const texts = block.split('\n').flatMap(sentences);
        const filled = texts.filter((line) => line.trim() !== '');
        lines.push(...filled.map((line, i) => lineOf(line, name, first, first - begins + i)));
      }
    }
    return new MatchingLines(lines, this.sources + sources.length);
  }

  /**
   * The lines that share words with the question, as they stand in their sources and in their order; named by their
   * source where there are several.
   * @param earlier the questions before, oldest first: a short follow-up leans on the last that stands for itself
   */
  matching(question: string, earlier: readonly string[] = []): string[] {
    const shown = new Set<number>();
    for (const passage of this.matches(withContext(question, earlier)))
      for (const number of passage.lines) shown.add(number);
    return [...shown]
      .sort((a, b) => a - b)
      .flatMap((number) => {
        const line = this.lines[number];
        return line ? [this.sources > 1 ? `${line.source}: ${line.text}` : line.text] : [];
      });
  }

  /** The best for all words, then the best for the words that those lack: a table's row and the head of its column. */
  private matches(question: string): Passage[] {
    const passages = (this.passages ??= this.lines.map((line, number) => ({
      text: withUnsaid(line.text, ({ means }) => means(line)),
      lead: '',
      lines: this.together(number),
    })));
    const named = new Set([...new Set(this.lines.map(({ source }) => source))].filter((one) => isNamed(one, question)));
    const among = named.size === 0 ? passages : passages.filter((_, at) => named.has(this.lines[at]?.source ?? ''));
    const found: Passage[] = [];
    let words = withUnsaid(question, ({ asked }) => asked.test(question));
    while (found.length < mostMatches && words !== '') {
      const ranked = rankPieces(among, words, withoutLookAlikes).filter(({ piece }) => !found.includes(piece));
      const best = ranked[0]?.score;
      if (best === undefined) break;
      const close = ranked.filter(({ score }) => score >= best * closeShare);
      found.push(...close.slice(0, mostMatches - found.length).map(({ piece }) => piece));
      const said = found.flatMap(({ lines }) => lines.flatMap((n) => termsOf(this.lines[n]?.text ?? '')));
      const covered = new Set(said.map(withoutLookAlikes));
      words = termsOf(words)
        .filter((term) => !covered.has(withoutLookAlikes(term)))
        .join(' ');
    }
    return found;
  }

  /** A line with what has to be read with it: the head of its table, and its neighbours. */
  private together(at: number): number[] {
    const line = this.lines[at];
    const [before, after] = [this.lines[at - 1], this.lines[at + 1]];
    if (!line) return [];
    const together = [at];
    if (line.cells > 2 && this.lines[line.block]?.cells === line.cells) together.push(line.block);
    // Names stand above what they name or beside it, whoever says something above what is said.
    if (before?.source === line.source) together.push(at - 1);
    if (after?.source === line.source) together.push(at + 1);
    return [...new Set(together)].sort((a, b) => a - b);
  }
}

interface Unsaid {
  readonly word: string;
  readonly asked: RegExp;
  readonly means: (line: Line) => boolean;
}

/** What questions call by a word that screens do not show: it is added to the lines that it means. */
const unsaid: readonly Unsaid[] = [
  {
    word: 'error',
    asked: /\b(?:errors?|exception|fault|problem|fail(?:s|ed|ure)?|wrong)\b/i,
    means: ({ text }) =>
      /error|exception|fault|fail|fatal|wrong|denied|refused|invalid|unable|\bnot\b|n't\b/i.test(text),
  },
  {
    word: 'price',
    asked: /\b(?:costs?|prices?|pay|paid|fee|charged?)\b/i,
    means: ({ text }) => /[€$£¥]\s?\d|\d\s?[€£¥]/.test(text),
  },
  {
    word: 'address',
    asked: /\b(?:e-?mail|address)\b/i,
    means: ({ text }) => /\S@\S/.test(text),
  },
  {
    word: 'title',
    asked: /\b(?:title|heading|headline|program|application|app|site)\b/i,
    means: ({ at }) => at < 2,
  },
];

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];

/** Whether a question names a source: "image 3", "the third image", "notes.md". */
function isNamed(source: string, question: string): boolean {
  const asked = question.toLowerCase();
  const [, number] = /^Image (\d+)$/.exec(source) ?? [];
  if (number === undefined) return source !== '' && asked.includes(source.toLowerCase());
  const ordinal = ordinals[Number(number) - 1];
  return (
    new RegExp(`\\b(?:image|picture|screenshot) ${number}\\b`).test(asked) ||
    (ordinal !== undefined && new RegExp(`\\b${ordinal} (?:image|picture|screenshot)\\b`).test(asked))
  );
}

function withUnsaid(text: string, holds: (one: Unsaid) => boolean): string {
  return [text, ...unsaid.filter(holds).map(({ word }) => word)].join(' ');
}

/** "ledger" and "1edger" are one word: whoever reads it off a picture confuses these signs. */
function withoutLookAlikes(term: string): string {
  return term.replace(/[li|]/g, '1').replace(/o/g, '0');
}

function lineOf(text: string, source: string, block: number, at: number): Line {
  return { text, source, block, at, cells: text.split(' | ').length };
}

/** A long paragraph in sentences, and what has none, such as minified code, in pieces; a line as it is. */
function sentences(line: string): string[] {
  if (line.length <= longestLine) return [line];
  return line
    .split(/(?<=[.!?])\s+(?=[\p{Lu}\p{N}"'([])/u)
    .flatMap((sentence) => sentence.match(pieces) ?? [])
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

const pieces = new RegExp(`.{1,${longestLine}}(?=\\s|$)|.{1,${longestLine}}`, 'gsu');

/** The question as the model is asked it. */
export function withLines(question: string, matching: readonly string[]): string {
  return matching.length === 0 ? question : `Matching lines:\n${matching.join('\n')}\n\n${question}`;
}
