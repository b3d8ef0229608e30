/**
 * Chooses what of documents that do not fit is read for a question. Nothing is left out for the place where it stands.
 */
import type { LeftOutReason, PictureReason } from '../../protocol/documentNotes.js';
import { pagesNamed } from '../../protocol/pageNumbers.js';
import { piecesOf, type Piece } from './pagePieces.js';
import { gap, pageEnd, pageHead } from './promptText.js';
import { rankPieces, type RankedPiece } from './rankPieces.js';
import { plainText, type PlannedPage, type PlanOptions, type ReadingPlan, type Wish } from './pagePlanner.js';

/**
 * What is read for one question unless the user says how much: this share of what is free, within these bounds. A page
 * or two answer most questions, and small models, whose contexts are small, read some hundred tokens a second on a
 * processor.
 */
const usualShare = 1 / 8;
const leastUsual = 1024;
const mostUsual = 4096;
/**
 * Documents that take at most this share of the budget are read whole before others are chosen from, up to a half of
 * it.
 */
const smallShare = 1 / 8;
/**
 * Pieces that have less to do with the question than this share of the best one are left out, but for the first few.
 */
const leastScore = 0.5;
const always = 2;

/**
 * @returns undefined when nothing can be chosen: there is no question, or it has no word in common with the documents
 */
export async function choosePieces(
  wishes: readonly Wish[],
  budget: number,
  options: PlanOptions,
): Promise<ReadingPlan[] | undefined> {
  const { question = '', counter, limits } = options;
  const small = smallOnes(wishes, budget);
  const large = wishes.filter((wish) => !small.has(wish));
  // Whoever names pages wants those: they are read in their order as far as they fit.
  if (large.some(({ document }) => document.pagesGiven)) return undefined;
  const pieces = wishes.flatMap((wish, i) => (small.has(wish) ? [] : piecesOf(wish.document, i)));
  const ranked = rankedFor(pieces, question);
  if (ranked.length === 0) return undefined;
  const left = budget - [...small].reduce((sum, { tokens }) => sum + tokens, 0);
  const chooser = new Chooser(wishes, limits.maxTokens > 0 ? left : Math.min(left, usualTokens(budget)), counter);
  await chooser.add(ranked);
  await chooser.addNeighbours(pieces);
  if (chooser.chosen.length === 0) return undefined;
  return wishes.map((wish, i) =>
    small.has(wish) ? wholePlan(wish) : chosenPlan(wish, chooser.of(i), pieces, i, chooser),
  );
}

/**
 * Of documents that were read in part, what else is read for another question; nothing when what was read has most to
 * do with it already.
 * @param wishes one for each document, in the order in which their pieces count them
 */
export async function chooseMorePieces(
  wishes: readonly Wish[],
  wasRead: (piece: Piece) => boolean,
  budget: number,
  options: PlanOptions,
): Promise<ReadingPlan[]> {
  const { question = '', counter, limits } = options;
  const pieces = wishes.flatMap(({ document }, i) => piecesOf(document, i));
  const ranked = rankedFor(pieces, question);
  const best = ranked[0]?.score ?? 0;
  if (!ranked.some(({ piece, score }) => score === best && !wasRead(piece))) return [];
  const most = limits.maxTokens > 0 ? budget : Math.min(budget, usualTokens(budget));
  const chooser = new Chooser(wishes, most, counter, wasRead);
  await chooser.add(ranked.filter(({ piece }) => !wasRead(piece)));
  await chooser.addNeighbours(pieces);
  return wishes.flatMap((wish, i) => {
    const chosen = chooser.of(i);
    return chosen.length === 0 ? [] : [chosenPlan(wish, chosen, pieces, i, chooser)];
  });
}

/** The best first; what a question names by its page before all others. */
function rankedFor(pieces: readonly Piece[], question: string): RankedPiece<Piece>[] {
  const pages = new Set(pagesNamed(question));
  const named = new Set(pages.size === 0 ? [] : pieces.filter(({ page }) => pages.has(page.page)));
  return [
    ...[...named].map((piece) => ({ piece, score: Infinity })),
    ...rankPieces(pieces, question).filter(({ piece }) => !named.has(piece)),
  ];
}

class Chooser {
  readonly chosen: Piece[] = [];
  readonly tokens = new Map<Piece, number>();
  private readonly taken = new Set<Piece>();
  private readonly documents = new Set<number>();
  private used = 0;

  constructor(
    private readonly wishes: readonly Wish[],
    private readonly most: number,
    private readonly counter: PlanOptions['counter'],
    private readonly without: (piece: Piece) => boolean = () => false,
  ) {}

  /** From the best one on. */
  async add(ranked: readonly RankedPiece<Piece>[]): Promise<void> {
    const best = ranked[0]?.score ?? 0;
    for (const [i, { piece, score }] of ranked.entries()) {
      if (i >= always && score < leastScore * best) break;
      if (this.used >= this.most) break;
      await this.take(piece);
    }
  }

  /** What stands before and after what was chosen, as long as there is room. */
  async addNeighbours(pieces: readonly Piece[]): Promise<void> {
    const places = new Map(pieces.map((piece, i) => [piece, i]));
    for (const piece of [...this.chosen].slice(0, always)) {
      const place = places.get(piece) ?? -1;
      for (const near of [pieces[place + 1], pieces[place - 1]])
        if (near?.document === piece.document) await this.take(near);
    }
  }

  of(document: number): Piece[] {
    return this.chosen.filter((piece) => piece.document === document).sort((a, b) => a.number - b.number);
  }

  private async take(piece: Piece): Promise<void> {
    const wish = this.wishes[piece.document];
    if (!wish || this.taken.has(piece) || this.without(piece)) return;
    const text = pageHead(wish.document, piece.page) + textOf(piece, undefined) + pageEnd + gap;
    const frame = this.documents.has(piece.document) ? 0 : wish.frameTokens;
    const tokens = frame + (await this.counter.countTokens(plainText(wish.document, text, [])));
    if (this.used + tokens > this.most) return;
    this.used += tokens;
    this.tokens.set(piece, tokens);
    this.documents.add(piece.document);
    this.taken.add(piece);
    this.chosen.push(piece);
  }
}

function usualTokens(budget: number): number {
  return Math.min(mostUsual, Math.max(leastUsual, Math.floor(usualShare * budget)));
}

/** The small ones, smallest first, until they take half of the budget. */
function smallOnes(wishes: readonly Wish[], budget: number): Set<Wish> {
  const small = new Set<Wish>();
  let used = 0;
  for (const wish of [...wishes].sort((a, b) => a.tokens - b.tokens)) {
    if (wish.tokens > smallShare * budget || used + wish.tokens > budget / 2) break;
    used += wish.tokens;
    small.add(wish);
  }
  return small;
}

function wholePlan({ document, wanted, leftOut, picturesLeftOut }: Wish): ReadingPlan {
  return { document, read: wanted, leftOut, picturesLeftOut, cut: false };
}

function chosenPlan(
  wish: Wish,
  chosen: readonly Piece[],
  pieces: readonly Piece[],
  index: number,
  { tokens }: Chooser,
): ReadingPlan {
  const { document } = wish;
  const byPage = new Map<number, Piece[]>();
  for (const piece of chosen) byPage.set(piece.page.page, [...(byPage.get(piece.page.page) ?? []), piece]);
  const read = [...byPage].map(([page, parts]): PlannedPage => ({
    page,
    text: plainText(document, joined(parts), []),
    pictures: [],
    tokens: parts.reduce((sum, part) => sum + (tokens.get(part) ?? 0), 0),
  }));
  const leftOut = document.pages
    .filter(({ page }) => !byPage.has(page))
    .map(
      ({ page }): { page: number; reason: LeftOutReason } =>
        wish.leftOut.find((one) => one.page === page) ?? { page, reason: 'notChosen' },
    );
  const all = pieces.filter((piece) => piece.document === index);
  const whole = document.pageCount === null;
  const pictures = wish.wanted.reduce((sum, page) => sum + page.pictures.length, 0);
  const picturesLeftOut = new Map<PictureReason, number>(wish.picturesLeftOut);
  if (pictures > 0) picturesLeftOut.set('budget', (picturesLeftOut.get('budget') ?? 0) + pictures);
  return {
    document,
    read,
    leftOut,
    picturesLeftOut,
    cut: false,
    choice: {
      chosen: whole ? chosen.map(({ number }) => number) : [...byPage.keys()],
      of: whole ? all.length : document.pageCount,
      unit: whole ? 'section' : document.unit,
    },
  };
}

/** The parts of one page, with what is missing between them marked. */
function joined(parts: readonly Piece[]): string {
  let text = '';
  for (const [i, part] of parts.entries()) {
    const before = parts[i - 1];
    const follows = before !== undefined && before.number === part.number - 1;
    text += (i === 0 ? '' : follows ? '\n' : gap) + textOf(part, follows ? before : undefined);
  }
  return text;
}

/** With the headings that it stands under, unless the part before it says them. */
function textOf(piece: Piece, before: Piece | undefined): string {
  const divided = piece.text !== piece.page.text;
  const lead = divided && before === undefined && !piece.text.startsWith(piece.lead) ? piece.lead : '';
  return lead === '' ? piece.text : `${lead}\n${piece.text}`;
}
