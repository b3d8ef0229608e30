/**
 * Which pieces of documents a question is about: BM25 over their words, identifiers taken apart, English word forms
 * made one.
 */
import MiniSearch from 'minisearch';
import { stemmer } from 'stemmer';

/** What can be ranked. */
export interface Text {
  readonly text: string;
  /** What a reader of the text alone has to know, such as the headings that it stands under. It counts more. */
  readonly lead: string;
}

export interface RankedPiece<P extends Text> {
  readonly piece: P;
  /** Above 0; only their order and ratios mean something. */
  readonly score: number;
}

/**
 * The best first; pieces that share no word with the question are left out.
 * @param form of a term that is compared; the same for all calls with the same pieces
 */
export function rankPieces<P extends Text>(
  pieces: readonly P[],
  question: string,
  form: (term: string) => string = asItIs,
): RankedPiece<P>[] {
  const terms = [...new Set(termsOf(question))].filter((term) => !stopWords.has(term)).map(form);
  if (terms.length === 0) return [];
  return indexOf(pieces, form)
    .search(terms.join(' '), { boost: { lead: 1.5 }, combineWith: 'OR' })
    .flatMap(({ id, score }) => {
      const piece = pieces[Number(id)];
      return piece ? [{ piece, score }] : [];
    });
}

type Index = MiniSearch<{ id: number; text: string; lead: string }>;

/** By the first piece, for as long as somebody holds that: the next question about the same documents is quick. */
const indexes = new WeakMap<Text, { readonly pieces: readonly Text[]; readonly index: Index }>();

const asItIs = (term: string) => term;

function indexOf(pieces: readonly Text[], form: (term: string) => string): Index {
  const [first] = pieces;
  const kept = first && indexes.get(first);
  // Each at its place: an index knows them by that.
  if (kept?.pieces.length === pieces.length && pieces.every((piece, i) => piece === kept.pieces[i])) return kept.index;
  const index: Index = new MiniSearch({
    fields: ['text', 'lead'],
    tokenize: termsOf,
    processTerm: form,
    searchOptions: { tokenize: (text) => text.split(' '), processTerm: asItIs },
  });
  index.addAll(pieces.map(({ text, lead }, id) => ({ id, text, lead })));
  if (first) indexes.set(first, { pieces, index });
  return index;
}

/**
 * Words in small letters and without their endings; parts of identifiers beside the whole; pairs of signs for scripts
 * without spaces.
 */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const [word] of text.normalize('NFKC').matchAll(/[\p{L}\p{N}_]+(?:[.\-/][\p{L}\p{N}_]+)*/gu)) {
    const whole = word.toLowerCase();
    const parts = partsOf(word);
    if (parts.length !== 1) terms.push(whole);
    for (const part of parts) terms.push(...(unspaced.test(part) ? pairs(part) : [stemmed(part)]));
  }
  return terms;
}

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** "maxTokensPerTurn", "max_tokens" and "E-4719" are found by their parts too. */
function partsOf(word: string): string[] {
  return word
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[ _.\-/]+/)
    .filter((part) => part !== '')
    .map((part) => part.toLowerCase());
}

function pairs(text: string): string[] {
  const signs = Array.from(text);
  return signs.length === 1 ? signs : signs.slice(1).map((sign, i) => `${signs[i] ?? ''}${sign}`);
}

const stems = new Map<string, string>();

function stemmed(word: string): string {
  if (!/^[a-z]{3,30}$/.test(word)) return word;
  let stem = stems.get(word);
  if (stem === undefined) {
    if (stems.size > 50_000) stems.clear();
    stem = stemmer(word);
    stems.set(word, stem);
  }
  return stem;
}

/** As stems: words of every question. */
const stopWords = new Set(
  (
    'a an the is are was were be been being am do doe did done have ha had of in on at to for from by with as ' +
    'and or not no it thi that these those i you he she we they me my your our their what which who whom whose ' +
    'when where why how can could should would will shall may might must there here about into than then so if ' +
    'but all ani each tell show give say explain describ pleas document page file attach text accord'
  ).split(' '),
);
