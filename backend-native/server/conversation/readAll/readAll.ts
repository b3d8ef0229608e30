/** Asks about every part of what is attached, and puts the answers together. */
import type { AskParams, AskProgress, AskResult, DocumentReport, DocumentSource } from '../../../protocol/ask.js';
import { documentNoteText } from '../../../protocol/documentNotes.js';
import { BackendError } from '../../../protocol/errors.js';
import { partLabel, type PartReport, type ReadAllPlan } from '../../../protocol/readAll.js';
import type { DocumentCache } from '../../cache/documentCache.js';
import type { TokenCounter } from '../../attachments/tokenCounter.js';
import { documentLimitsFrom, samplingSettingsFrom } from '../settings.js';
import { cancelledBeforeStart } from '../turnResult.js';
import { partsOf, type Part } from './parts.js';

/** What of the session is needed: it answers one question. */
export interface Answerer {
  readonly counter: TokenCounter | null;
  /** Tokens; 0 without a model. */
  readonly contextTokens: number;
  ask(
    params: AskParams,
    signal: AbortSignal,
    arrived: number,
    onProgress: (progress: AskProgress) => void,
  ): Promise<AskResult>;
}

/** Small models lose what stands in the middle of more, and a part that is read quickly shows that it goes on. */
const mostPartTokens = 6000;
/** Of the context, for the documents of a part: the question, the answer and the frames of a turn take the rest. */
const partShare = 0.6;
const leastPartTokens = 128;

/** @returns undefined when the signal was aborted. @throws BackendError as readAll does */
export async function planReadAll(
  session: Answerer,
  params: AskParams,
  signal: AbortSignal,
  cache?: DocumentCache,
): Promise<ReadAllPlan | undefined> {
  const parts = await divided(session, params, signal, cache);
  if (!parts) return undefined;
  const { maxTokens } = samplingSettingsFrom(params.sampling);
  const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  // Answers may be as long as they may be: that many questions at most put them together.
  const together = Math.max(2, Math.floor(partTokens(session, params) / (maxTokens + 32)));
  let questions = parts.length;
  for (let answers = parts.length; answers > 1;) {
    answers = Math.ceil(answers / together);
    questions += answers;
  }
  return { parts: parts.length, tokens, questions };
}

/**
 * @param arrived when the request came in, by performance.now()
 * @throws BackendError `invalid_argument` without documents or with pictures, and as asking does
 */
export async function readAll(
  session: Answerer,
  params: AskParams,
  signal: AbortSignal,
  arrived: number,
  onProgress: (progress: AskProgress) => void,
  cache?: DocumentCache,
): Promise<AskResult> {
  const parts = await divided(session, params, signal, cache, onProgress);
  if (!parts) return cancelledBeforeStart(performance.now() - arrived);
  if (parts.length === 1) return session.ask({ ...params, readAll: false }, signal, arrived, onProgress);
  const reports: PartReport[] = [];
  const read: AskResult[] = [];
  for (const [index, part] of parts.entries()) {
    const { content } = part;
    const label = partLabel(content);
    onProgress({ phase: 'part', index, count: parts.length, label, content });
    const question = partQuestion(params.question, index, parts.length);
    const result = await session.ask(partParams(params, question, part.documents), signal, performance.now(), ignore);
    if (result.stop === 'cancelled') return { ...result, answer: '', parts: reports, documents: [] };
    reports.push({ label, content, answer: result.answer.trim(), tokens: result.prompt.tokens });
    read.push(result);
  }
  const final = await together(session, params, reports, signal, onProgress);
  const waited = performance.now() - arrived - final.ms.firstToken - final.ms.decode;
  return {
    ...final,
    parts: reports,
    documents: wholeReports(read, parts.length),
    ms: { ...final.ms, firstToken: Math.max(0, waited) + final.ms.firstToken },
  };
}

/** @throws BackendError invalid_argument for anything but true or false */
export function wantsAll({ readAll: wanted }: { readonly readAll?: unknown }): boolean {
  if (wanted === undefined || typeof wanted === 'boolean') return wanted === true;
  throw new BackendError('invalid_argument', {
    kind: 'expected',
    expected: 'true or false',
    what: 'readAll',
    received: JSON.stringify(wanted),
  });
}

function ignore(): void {
  return undefined;
}

async function divided(
  session: Answerer,
  params: AskParams,
  signal: AbortSignal,
  cache: DocumentCache | undefined,
  onProgress?: (progress: AskProgress) => void,
): Promise<readonly Part[] | undefined> {
  const { counter } = session;
  if (!counter) throw new BackendError('model_not_loaded', { kind: 'noModelLoaded' });
  const documents = params.documents ?? [];
  if (documents.length === 0 || (params.images ?? []).length > 0)
    throw new BackendError('invalid_argument', {
      kind: 'partsOfDocumentsOnly',
      documents: documents.length,
      images: (params.images ?? []).length,
    });
  return partsOf(documents, {
    counter,
    budgetTokens: partTokens(session, params),
    maxImages: documentLimitsFrom(params.documentLimits).maxImagePages,
    ...(cache ? { cache } : {}),
    signal,
    ...(onProgress && {
      onProgress: (index, name) => {
        onProgress({ phase: 'document', index, count: documents.length, name, done: 0, total: 1 });
      },
    }),
  });
}

/** Of the documents of one part. */
function partTokens({ contextTokens }: Answerer, { documentLimits }: AskParams): number {
  const { maxTokens } = documentLimitsFrom(documentLimits);
  const most = Math.min(mostPartTokens, Math.floor(partShare * contextTokens));
  return Math.max(leastPartTokens, maxTokens > 0 ? Math.min(most, maxTokens) : most);
}

/** A part is asked alone: the conversation has no word in it, and no form is asked of its answer. */
function partParams(params: AskParams, question: string, documents: readonly DocumentSource[]): AskParams {
  const alone = without(params, ['conversation', 'readAll']);
  return { ...alone, question, documents, sampling: without(params.sampling ?? {}, ['jsonSchema']) };
}

function without<T extends object, K extends keyof T>(value: T, names: readonly K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name as K))) as Omit<T, K>;
}

function partQuestion(question: string, index: number, count: number): string {
  return (
    `${question}\n\n(Above is part ${index + 1} of ${count}. Answer from this part alone, with its facts, names and ` +
    'numbers. If it says nothing about the question, answer: Nothing.)'
  );
}

function combineQuestion(question: string): string {
  return `${question}\n\n(Above are the answers from the parts of it. Put them together into one answer.)`;
}

/** Asks about the answers, in several steps when they are too many for one. */
async function together(
  session: Answerer,
  params: AskParams,
  reports: readonly PartReport[],
  signal: AbortSignal,
  onProgress: (progress: AskProgress) => void,
): Promise<AskResult> {
  const said = reports.filter(({ answer }) => !/^\W*nothing\W*$/i.test(answer));
  let answers = (said.length > 0 ? said : reports).map(({ label, answer }) => `${label}:\n${answer}`);
  for (;;) {
    const groups = await grouped(answers, session.counter, partTokens(session, params));
    const documents = groups.map((group) => [{ name: 'answers.txt', text: group.join('\n\n') }]);
    const question = combineQuestion(params.question);
    const [only] = documents;
    if (documents.length === 1 && only)
      return session.ask(
        { ...params, readAll: false, question, documents: only },
        signal,
        performance.now(),
        onProgress,
      );
    const next: string[] = [];
    for (const [index, group] of documents.entries()) {
      onProgress({ phase: 'part', index, count: documents.length, label: '' });
      const result = await session.ask(partParams(params, question, group), signal, performance.now(), ignore);
      if (result.stop === 'cancelled') return { ...result, answer: '' };
      next.push(result.answer.trim());
    }
    answers = next;
  }
}

/** As many answers together as fit, two at least, so that there is an end to it. */
async function grouped(
  answers: readonly string[],
  counter: TokenCounter | null,
  most: number,
): Promise<readonly (readonly string[])[]> {
  const groups: string[][] = [];
  let used = 0;
  for (const answer of answers) {
    const tokens = (await counter?.countTokens(answer)) ?? 0;
    const last = groups.at(-1);
    if (last && (last.length < 2 || used + tokens <= most)) last.push(answer);
    else {
      groups.push([answer]);
      used = 0;
    }
    used += tokens;
  }
  return groups;
}

/** One report for each document, of all its parts. */
function wholeReports(read: readonly AskResult[], parts: number): DocumentReport[] {
  const byName = new Map<string, DocumentReport[]>();
  for (const report of read.flatMap(({ documents }) => documents))
    byName.set(report.name, [...(byName.get(report.name) ?? []), report]);
  return [...byName.values()].flatMap((reports) => {
    const [first] = reports;
    if (!first) return [];
    const sum = (of: (report: DocumentReport) => number) => reports.reduce((all, report) => all + of(report), 0);
    const joined = (of: (report: DocumentReport) => string) =>
      reports
        .map(of)
        .filter((pages) => pages !== '')
        .join(',');
    const others = new Map(reports.flatMap(({ notes }) => notes).map((note) => [JSON.stringify(note), note]));
    const notes = [{ kind: 'readInParts' as const, parts }, ...others.values()];
    return [
      {
        ...first,
        pagesAsText: joined(({ pagesAsText }) => pagesAsText),
        pagesAsImages: joined(({ pagesAsImages }) => pagesAsImages),
        picturesRead: sum(({ picturesRead }) => picturesRead),
        characters: sum(({ characters }) => characters),
        charactersRead: sum(({ charactersRead }) => charactersRead),
        tokens: sum(({ tokens }) => tokens),
        complete: reports.every(({ complete }) => complete),
        notes,
        note: notes.map((note) => documentNoteText(note, first.unit)).join(' '),
      },
    ];
  });
}
