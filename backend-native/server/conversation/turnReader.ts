/** What a turn, and the turns before it that are read again, become for the engine. */
import type { AskParams, AskProgress, DocumentReport, HistoryTurn, ImageReport } from '../../protocol/ask.js';
import { BackendError } from '../../protocol/errors.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { PictureNote } from '../../protocol/pictureNotes.js';
import { MatchingLines, withLines, type Source } from '../attachments/matchingLines.js';
import type { PartlyRead } from '../attachments/moreOfDocuments.js';
import type { TextLayerReader } from '../attachments/pictures/textLayer/readTextLayer.js';
import { imageName } from '../attachments/promptText.js';
import type { TokenCounter } from '../attachments/tokenCounter.js';
import type { DocumentCache } from '../cache/documentCache.js';
import type { NativeContent, NativeTurn } from '../transport/nativeAddon.js';
import { ConversationReader, type ReaderOptions } from './conversationReader.js';
import type { ImageText } from './imageTexts.js';
import { reasoningRoom } from './reasoning.js';
import {
  documentLimitsFrom,
  imageTextFrom,
  kvSettingsFrom,
  largeImagesFrom,
  samplingSettingsFrom,
} from './settings.js';
import type { Slices } from './slicedImages.js';
import { checkToolTurns, toolOfferFrom, usesTools, withoutTools } from './tools.js';
import { withoutVision } from './withoutVision.js';

export interface TurnPlan {
  /** Onto the cache of the conversation so far. */
  readonly continues: boolean;
  /** Turns to read again; none when it continues. */
  readonly history: readonly HistoryTurn[];
}

/** What the conversation that a turn continues has already. */
export interface HeldAttachments {
  readonly contextTokens: number;
  readonly slices: Slices;
  readonly lines: MatchingLines;
  /** Documents that did not fit. */
  readonly partly: readonly PartlyRead[];
}

export interface TurnWorld extends Pick<ReaderOptions, 'counter' | 'readSize' | 'signal'> {
  readonly model: ModelInfo;
  /** Tokens that the context holds. */
  readonly contextTokens: number;
  /** Whether the model is the one that comes with the package. */
  readonly embedded: boolean;
  readonly textLayers: TextLayerReader;
  readonly documentCache?: DocumentCache;
  /** Whether the engine is to find the images on disk again. */
  readonly keepsImages: boolean;
  readonly held: HeldAttachments | undefined;
  readonly counter: TokenCounter;
  readonly onProgress: (progress: AskProgress) => void;
}

/** Of the turn itself where nothing else is said; what is a list has an entry for each image of the prompt. */
export interface ReadTurn {
  readonly turn: NativeTurn;
  readonly reports: readonly DocumentReport[];
  readonly pages: readonly ImageReport['document'][];
  readonly texts: readonly ImageText[];
  readonly notes: readonly (readonly PictureNote[])[];
  readonly slices: Slices;
  /** For each turn that was read again. */
  readonly pastTexts: readonly (readonly ImageText[])[];
  /** Of all turns that were read again. */
  readonly pastSlices: Slices;
  /** What the whole conversation says, this turn included. */
  readonly lines: MatchingLines;
  /** The lines that stand beside the question. */
  readonly matching: readonly string[];
  /** Of these, what the pixels tell. */
  readonly looks: readonly string[];
  /** Documents of the whole conversation that did not fit. */
  readonly partly: readonly PartlyRead[];
}

/** @throws BackendError invalid_argument for what no model could be asked */
export function checkTurn(params: AskParams): void {
  kvSettingsFrom(params.kv);
  samplingSettingsFrom(params.sampling);
  documentLimitsFrom(params.documentLimits);
  toolOfferFrom(params);
  checkToolTurns(params);
  const question: unknown = params.question;
  const mayBeEmpty = (params.toolResults ?? []).length > 0;
  if (typeof question === 'string' && (mayBeEmpty || question.trim() !== '')) return;
  throw new BackendError('invalid_argument', { kind: 'questionEmpty' });
}

/**
 * Reads files, not the model.
 * @param params that checkTurn has seen
 * @throws BackendError for attachments that cannot be read
 */
export async function readTurn(params: AskParams, plan: TurnPlan, world: TurnWorld): Promise<ReadTurn> {
  const { held, model } = world;
  const kv = kvSettingsFrom(params.kv);
  const sampling = samplingSettingsFrom(params.sampling, model.sampling);
  const tools = toolOfferFrom(params);
  if (!model.tools && usesTools(params)) throw withoutTools(model);
  const reader = readerFor(params, plan, world, sampling.maxTokens + reasoningRoom(sampling, model));
  if (params.system !== undefined && !plan.continues) reader.addText(params.system);
  if (tools) reader.addText(JSON.stringify(tools.list));

  let lines = held?.lines ?? MatchingLines.none;
  const earlier = plan.continues ? (params.conversation?.history ?? []).map(({ question }) => question) : [];
  const pastTexts: (readonly ImageText[])[] = [];
  const pastSlices: Slices[number][] = [];
  /** The lines for a question, which then is one of the earlier. */
  const match = async (content: NativeContent, texts: readonly ImageText[]): Promise<readonly string[]> => {
    lines = lines.with(sourcesOf(content, texts, (held?.slices.length ?? 0) + pastSlices.length));
    const found = world.embedded ? lines.matching(content.question, earlier) : [];
    const matching = await fitting(found, matchingTokens(world), world.counter);
    earlier.push(content.question);
    return matching;
  };

  const history: NativeTurn['history'][number][] = [];
  for (const { answer, ...past } of plan.history) {
    const { content, texts, slices } = await reader.read(past, earlier);
    const matching = await match(content, texts);
    if (matching.length > 0) reader.addText(matching.join('\n'));
    const { toolResults = [], toolCalls = [] } = past;
    history.push({ ...content, question: withLines(content.question, matching), answer, toolResults, toolCalls });
    pastTexts.push(texts);
    pastSlices.push(...slices);
    for (const { content: result } of toolResults) reader.addText(result);
    reader.addText([answer, ...toolCalls.map((call) => `${call.name}\n${call.arguments}`)].join('\n'));
  }
  const { toolResults = [] } = params;
  for (const { content: result } of toolResults) reader.addText(result);
  const { content, ...read } = await reader.read(params, earlier);
  const before = [...earlier];
  const matching = await match(content, read.texts);
  const looks = lines.looksAmong(matching, content.question, before);
  const turn: NativeTurn = {
    ...content,
    question: withLines(content.question, matching),
    continueConversation: plan.continues,
    ...(params.system === undefined ? {} : { system: params.system }),
    history,
    toolResults,
    ...(tools ? { tools } : {}),
    kv,
    sampling,
  };
  return { turn, ...read, pastTexts, pastSlices, lines, matching, looks, partly: reader.partly };
}

/** Tokens that are kept free for the lines beside a question. */
function matchingTokens({ embedded, contextTokens }: TurnWorld): number {
  return embedded ? Math.min(mostMatchingTokens, Math.floor(contextTokens / 16)) : 0;
}

const mostMatchingTokens = 384;

/** The first lines that take no more tokens together. */
async function fitting(lines: readonly string[], tokens: number, counter: TokenCounter): Promise<readonly string[]> {
  const counts = await Promise.all(lines.map(async (line) => counter.countTokens(`${line}\n`)));
  let sum = 0;
  return lines.filter((_, i) => (sum += counts[i] ?? 0) <= tokens);
}

function readerFor(params: AskParams, plan: TurnPlan, world: TurnWorld, answerTokens: number): ConversationReader {
  const { model, held, counter, readSize, documentCache, signal, onProgress } = world;
  const limits = documentLimitsFrom(params.documentLimits);
  const turns = [...plan.history, params];
  const images = turns.flatMap((turn) => turn.images ?? []).length;
  if (images > 0 && !model.vision) throw withoutVision(model, images);
  const setting = imageTextFrom(params.imageText);
  const largeImages = largeImagesFrom(params.largeImages);
  const counts =
    (held?.partly ?? []).length > 0 ||
    turns.some((turn) => (turn.documents ?? []).length > 0) ||
    (images > 0 && (setting !== 'off' || largeImages !== 'shrink'));
  return new ConversationReader(
    {
      counter,
      readSize,
      limits,
      largeImages,
      imageText: { setting, embedded: world.embedded, reader: world.textLayers },
      hashImages: world.keepsImages,
      ...(documentCache ? { documentCache } : {}),
      signal,
      onProgress,
    },
    counts
      ? {
          limit: world.contextTokens - matchingTokens(world),
          used: held?.contextTokens ?? 0,
          answerTokens,
        }
      : null,
    {
      count: held?.slices.length ?? 0,
      sliced: held?.slices.some((layout) => layout !== undefined) ?? false,
      partly: held?.partly ?? [],
    },
  );
}

/** What pictures and documents say, named as the prompt names them. */
function sourcesOf(
  { images, documents }: NativeContent,
  texts: readonly ImageText[],
  imagesBefore: number,
): readonly Source[] {
  const whole = images.filter(({ part, parts }) => part === parts);
  return [
    ...whole.map(({ number, text = '' }, i) => {
      const look = texts[i]?.look;
      return { name: imageName(number ?? imagesBefore + i + 1), text, ...(look ? { look } : {}) };
    }),
    ...documents,
  ];
}
