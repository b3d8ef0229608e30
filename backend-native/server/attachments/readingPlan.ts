/** Which pages of the documents of a turn are read, as what, within which number of tokens. */
import type { LeftOutReason } from '../../protocol/documentNotes.js';
import { BackendError } from '../../protocol/errors.js';
import { choosePieces } from './choosePieces.js';
import type { OpenDocument } from './documents/openDocument.js';
import {
  PagePlanner,
  plainText,
  wayToRead,
  type PlannedPage,
  type PlanOptions,
  type ReadingPlan,
  type Wish,
} from './pagePlanner.js';
import { documentFrame, pageEnd, pageHead } from './promptText.js';
import { fittingBeginning, shareBudget } from './tokenBudget.js';
import type { TokenCounter } from './tokenCounter.js';

/** @throws BackendError when there is nothing that could be read of a document, or nothing of any fits */
export async function planReading(documents: readonly OpenDocument[], options: PlanOptions): Promise<ReadingPlan[]> {
  const { counter } = options;
  const budget = tokenBudget(options);
  const wishes: Wish[] = [];
  let images = 0;
  for (const document of documents) {
    const wish = await wishOf(document, options, budget, options.limits.maxImagePages - images);
    images += wish.images;
    wishes.push(wish);
  }
  const total = wishes.reduce((sum, { tokens }) => sum + tokens, 0);
  const plans =
    (total > budget && (await choosePieces(wishes, budget, options))) || (await planInOrder(wishes, budget, counter));
  if (plans.length > 0 && plans.every(({ read }) => read.length === 0)) {
    throw new BackendError('context_overflow', { kind: 'noRoomForDocuments', tokens: Math.max(0, budget) });
  }
  return plans;
}

/** What the chosen pages would take together, without limits; pages that would be left out take nothing. */
export async function documentTokens(document: OpenDocument, counter: TokenCounter): Promise<number> {
  const planner = new PagePlanner(document, { counter }, Infinity);
  let tokens = await counter.countTokens(documentFrame(document.name));
  for (const page of document.pages) {
    const way = wayToRead(page, document, counter.countImageTokens !== undefined);
    if (way === 'text' || way === 'image') tokens += (await planner.plan(page, way, Infinity)).tokens;
  }
  return tokens;
}

/** The smaller of the two limits. */
export function tokenBudget({ limits, budgetTokens }: Pick<PlanOptions, 'limits' | 'budgetTokens'>): number {
  return Math.max(0, limits.maxTokens > 0 ? Math.min(limits.maxTokens, budgetTokens) : budgetTokens);
}

async function wishOf(document: OpenDocument, options: PlanOptions, budget: number, imagesLeft: number): Promise<Wish> {
  const { counter } = options;
  const planner = new PagePlanner(document, options, imagesLeft);
  const wanted: PlannedPage[] = [];
  const leftOut: { page: number; reason: LeftOutReason }[] = [];
  const frameTokens = await counter.countTokens(documentFrame(document.name));
  let tokens = frameTokens;
  for (const page of document.pages) {
    const way = wayToRead(page, document, counter.countImageTokens !== undefined);
    if (way === 'text' || (way === 'image' && planner.images < imagesLeft)) {
      // What is beyond the budget already need not be counted: it is left out.
      const planned = await planner.plan(page, way, budget - tokens);
      tokens += planned.tokens;
      wanted.push(planned);
    } else {
      leftOut.push({ page: page.page, reason: way === 'image' ? 'tooManyImages' : way });
    }
  }
  if (wanted.length === 0) throw nothingToRead(document, leftOut);
  return { document, wanted, leftOut, picturesLeftOut: planner.left, frameTokens, tokens, images: planner.images };
}

/** From the first page on, each document within its share. */
async function planInOrder(wishes: readonly Wish[], budget: number, counter: TokenCounter): Promise<ReadingPlan[]> {
  const shares = shareBudget(
    wishes.map(({ tokens }) => tokens),
    budget,
  );
  const plans: ReadingPlan[] = [];
  for (const [i, wish] of wishes.entries()) plans.push(await planWithin(wish, shares[i] ?? 0, counter));
  return plans;
}

async function planWithin(wish: Wish, share: number, counter: TokenCounter): Promise<ReadingPlan> {
  const { document, wanted, frameTokens } = wish;
  const leftOut = [...wish.leftOut];
  const picturesLeftOut = new Map(wish.picturesLeftOut);
  const read: PlannedPage[] = [];
  let tokens = frameTokens;
  let cut = false;
  for (const page of wanted) {
    if (tokens > share) {
      leftOut.push({ page: page.page, reason: 'budget' });
    } else if (tokens + page.tokens <= share) {
      tokens += page.tokens;
      read.push(page);
    } else {
      // Pages are read whole, but for the first: something of every document is better than nothing.
      const shown = document.pages.find((one) => one.page === page.page);
      const head = await counter.countTokens((shown ? pageHead(document, shown) : '') + pageEnd);
      const most = read.length > 0 || page.image ? 0 : share - tokens - head;
      const whole = plainText(document, page.text, []);
      const beginning = await fittingBeginning(whole, most, (piece) => counter.countTokens(piece));
      if (page.pictures.length > 0)
        picturesLeftOut.set('budget', (picturesLeftOut.get('budget') ?? 0) + page.pictures.length);
      cut = beginning !== '' && beginning.length < whole.length;
      if (beginning !== '') {
        const used = head + (await counter.countTokens(beginning));
        read.push({ page: page.page, text: beginning, pictures: [], tokens: used });
        tokens = cut ? share + 1 : tokens + used;
      } else {
        leftOut.push({ page: page.page, reason: 'budget' });
        tokens = share + 1;
      }
    }
  }
  return { document, read, leftOut: leftOut.sort((a, b) => a.page - b.page), picturesLeftOut, cut };
}

function nothingToRead({ name }: OpenDocument, leftOut: ReadingPlan['leftOut']): BackendError {
  const reasons = new Set(leftOut.map(({ reason }) => reason));
  if (reasons.has('noVision')) {
    return new BackendError('projector_missing', { kind: 'imagesOnlyNoVision', file: name });
  }
  if (reasons.has('tooManyImages')) {
    return new BackendError('invalid_argument', { kind: 'imagesOnlyTooMany', file: name });
  }
  return new BackendError('file_empty', { kind: 'chosenPagesEmpty', file: name });
}
