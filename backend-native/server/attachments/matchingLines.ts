/**
 * The lines of what is attached that share the question's words. A small model finds a fact more reliably when the
 * lines that may tell it stand beside the question too, at the end of a long prompt.
 */
import { askedExtreme } from './askedExtreme.js';
import { askedLook } from './askedLook.js';
import { withContext } from './leaningQuestion.js';
import type { PictureLook } from './pictures/textLayer/pictureLook.js';
import { rankPieces, termsOf, type Text } from './rankPieces.js';
import { cellsOf, tableLines, tablesOf, type Table } from './tableRows.js';
import { numbered, oneForm, withMeaning } from './unsaidWords.js';

/** What a question is compared with: one text for each picture and document, in the order of the prompt. */
export interface Source {
  /** As the prompt names it, such as "Image 2". */
  readonly name: string;
  readonly text: string;
  /** Of a picture. */
  readonly look?: PictureLook;
}

interface Searched {
  readonly source: string;
  readonly tables: readonly Table[];
  readonly look?: PictureLook;
}

interface Passage extends Text {
  /** The line that is compared, and those that are read together with it: numbers of lines, rising. */
  readonly lines: readonly number[];
}

interface Line {
  readonly text: string;
  /** As it stands beside a question: a row of a table with the names of its columns, everything else as it is. */
  readonly shown: string;
  /** Of a table whose columns are named: the number of the line that names them. */
  readonly head: number | undefined;
  /** Of the source that it is from, as the prompt names it. */
  readonly source: string;
  /** Its place in its source, from 0. */
  readonly at: number;
}

/** At most so many lines match; what is read together with them comes on top. */
const mostMatches = 4;
/** Of the best line's score: what scores less is left out while the best words are still looked for. */
const closeShare = 0.7;
/** Characters: a longer line is a paragraph, and its sentences are compared one by one. */
const longestLine = 160;
/** Characters of a row of a table. */
const longestRow = 480;

/** What the attachments of a conversation say, ready to be searched. */
export class MatchingLines {
  private passages: readonly Passage[] | undefined;

  private constructor(
    private readonly lines: readonly Line[],
    /** Of each source, in the order of the prompt. */
    private readonly sources: readonly Searched[],
  ) {}

  static readonly none = new MatchingLines([], []);

  /** With what a turn brings along. */
  with(sources: readonly Source[]): MatchingLines {
    if (sources.length === 0) return this;
    const lines = [...this.lines];
    const searched = [...this.sources];
    for (const { name, text, look } of sources) {
      const found: Table[] = [];
      searched.push({ source: name, tables: found, ...(look ? { look } : {}) });
      const begins = lines.length;
      for (const block of text.split(/\n\s*\n/)) {
        const first = lines.length;
        const texts = block.split('\n').flatMap(sentences);
        const filled = texts.filter((line) => line.trim() !== '');
        const table = tableLines(filled);
        found.push(...tablesOf(filled));
        for (const [i, line] of filled.entries()) {
          const { text: shown, head } = table[i] ?? { text: line };
          const at = first - begins + i;
          lines.push({ text: line, shown, head: head === undefined ? head : first + head, source: name, at });
        }
      }
    }
    return new MatchingLines(lines, searched);
  }

  /**
   * The lines that share words with the question, as they stand in their sources and in their order, but rows of tables
   * with the names of their columns; named by their source where there are several. About the look of a picture what
   * is known of it, alone, in two forms and twice.
   * @param earlier the questions before, oldest first: a short follow-up leans on the last that stands for itself
   */
  matching(question: string, earlier: readonly string[] = []): string[] {
    const shown = new Set<number>();
    const asked = withContext(question, earlier);
    for (const passage of this.matches(asked)) for (const number of passage.lines) shown.add(number);
    for (const number of [...shown])
      if (this.namesAlone(number, shown)) for (const row of this.endsOf(number)) shown.add(row);
    const said = new Set([...shown].map((number) => this.headOf(number)));
    const lines = [...shown].filter((number) => !said.has(number)).sort((a, b) => a - b);
    const sources = this.askedAbout(asked);
    const looks = this.looksAsked(asked, lines.length > 0);
    // Among other lines what is known of the look is overlooked; and told once, as a sentence, it is at times as well:
    // beside "The background is black." a small model sees a blue one.
    if (looks.length > 0) return [...looks, ...looks];
    return [
      ...lines.flatMap((number) => {
        const line = this.lines[number];
        return line ? [this.from(line.source, line.shown)] : [];
      }),
      ...sources.flatMap(({ source, tables }) => {
        const extreme = askedExtreme(asked, tables);
        return extreme === undefined ? [] : [this.from(source, extreme)];
      }),
    ];
  }

  /**
   * Of what `matching` found, what the pixels tell and no text says.
   * @param earlier as it was for `matching`
   */
  looksAmong(matching: readonly string[], question: string, earlier: readonly string[] = []): string[] {
    const looks = this.looksAsked(withContext(question, earlier), false);
    return looks.filter((line) => matching.includes(line));
  }

  private looksAsked(asked: string, hasLines: boolean): string[] {
    return this.askedAbout(asked).flatMap(({ source, look }) => {
      const told = look ? askedLook(asked, look, hasLines) : [];
      return told.flatMap(({ label, sentence }) => [this.from(source, label), this.from(source, sentence)]);
    });
  }

  private from(source: string, line: string): string {
    return this.sources.length > 1 ? `${source}: ${line}` : line;
  }

  /** The best for all words, then the best for the words that those lack: a value's label and its row. */
  private matches(question: string): Passage[] {
    const passages = (this.passages ??= this.lines.map((line, number) => ({
      text: withMeaning(line.text, line),
      lead: '',
      lines: this.together(number),
    })));
    const asked = new Set(this.askedAbout(question).map(({ source }) => source));
    const among = passages.filter((_, at) => asked.has(this.lines[at]?.source ?? ''));
    const found: Passage[] = [];
    let words = withMeaning(question);
    while (found.length < mostMatches && words !== '') {
      const ranked = rankPieces(among, words, oneForm).filter(({ piece }) => !found.includes(piece));
      const best = ranked[0]?.score;
      if (best === undefined) break;
      const close = ranked.filter(({ score }) => score >= best * closeShare);
      found.push(...close.slice(0, mostMatches - found.length).map(({ piece }) => piece));
      const said = found.flatMap(({ lines }) => lines.flatMap((n) => this.termsAt(n)));
      const covered = new Set(said.map(oneForm));
      words = termsOf(words)
        .filter((term) => !covered.has(oneForm(term)))
        .join(' ');
    }
    return found;
  }

  /** The sources that a question names; all of them where it names none. */
  private askedAbout(question: string): readonly Searched[] {
    const named = this.sources.filter(({ source }) => isNamed(source, question));
    return named.length > 0 ? named : this.sources;
  }

  private termsAt(at: number): string[] {
    const shown = this.lines[at]?.shown ?? '';
    return [...termsOf(shown), ...numbered(shown)];
  }

  /** The line with the names that a row shows already. */
  private headOf(at: number): number | undefined {
    const head = this.lines[at]?.head;
    return head === at ? undefined : head;
  }

  /** Whether a line names the columns of a table none of whose rows are shown. */
  private namesAlone(at: number, shown: ReadonlySet<number>): boolean {
    return this.lines[at]?.head === at && ![...shown].some((number) => this.headOf(number) === at);
  }

  /** The first and the last row of a table, which often is in order. */
  private endsOf(head: number): number[] {
    // The line below the names of a Markdown table says nothing.
    const saysSomething = (text: string) => /[\p{L}\p{N}]/u.test(text);
    const rows = this.lines.flatMap(({ text }, at) => (this.headOf(at) === head && saysSomething(text) ? [at] : []));
    return [...rows.slice(0, 1), ...rows.slice(-1)];
  }

  /** A line with what has to be read with it: its neighbours. A table's lines are read alone. */
  private together(at: number): number[] {
    const line = this.lines[at];
    if (!line || line.head !== undefined) return line ? [at] : [];
    // Names stand above what they name or beside it, whoever says something above what is said.
    return [at - 1, at, at + 1].filter((near) => this.lines[near]?.source === line.source);
  }
}

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

/** A long paragraph in sentences, and what has none, such as minified code, in pieces; a line as it is. */
function sentences(line: string): string[] {
  if (line.length <= longestLine || (line.length <= longestRow && cellsOf(line).length > 2)) return [line];
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
