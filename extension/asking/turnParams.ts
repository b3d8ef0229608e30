/** What a turn becomes for the backend: pure, so that it can be tested without one. */
import path from 'node:path';
import type { AskParams, AskResult, DocumentSource, HistoryTurn } from '../../backend-native/protocol/ask.js';
import type { KvRatio } from '../../backend-native/protocol/kv.js';
import type { ReadAheadParams } from '../../backend-native/protocol/readAhead.js';
import type { ModelInfo } from '../../backend-native/protocol/model.js';
import type { AnswerStats, WhereView } from '../../webview/protocol/state.js';
import { sourcesOf, type Attachment } from '../attachments/attachment.js';
import { isAnswered, lastAnswer, type Conversation, type Turn } from '../conversation/conversation.js';
import type { CurrentSettings } from '../settings/currentSettings.js';

/** The turns before one: those that the model is told of, and how many are left out because they have no answer. */
export function turnsBefore(
  conversation: Conversation,
  turn: Turn,
): { readonly told: readonly Turn[]; readonly leftOut: number } {
  const index = conversation.turns.indexOf(turn);
  const before = conversation.turns.slice(0, index < 0 ? conversation.turns.length : index);
  const told = before.filter(isAnswered);
  return { told, leftOut: before.length - told.length };
}

export function askParams(
  conversation: Conversation,
  turn: Turn,
  ratio: KvRatio,
  settings: CurrentSettings,
): AskParams {
  return {
    question: turn.question,
    conversation: {
      id: conversation.id,
      history: turnsBefore(conversation, turn).told.map((before): HistoryTurn => ({
        question: before.question,
        answer: lastAnswer(before)?.text ?? '',
        ...sourcesFor(before.attachments, settings),
      })),
    },
    ...attachedParams(turn.attachments, withLess(settings, conversation, turn)),
    ...(turn.readAll && { readAll: true }),
    kv: { ...settings.kv, ratio },
  };
}

/** Where the user would not wait for all of what a turn brings, the follow-ups do not read all of it either. */
function withLess(given: CurrentSettings, conversation: Conversation, turn: Turn): CurrentSettings {
  const turns = [...turnsBefore(conversation, turn).told, turn];
  const settings = turns.some(({ shrinkImages }) => shrinkImages)
    ? { ...given, largeImages: 'shrink' as const }
    : given;
  const tokens = turns.findLast(({ documentTokens }) => documentTokens !== undefined)?.documentTokens;
  if (tokens === undefined) return settings;
  const { documents } = settings;
  const maxTokens = documents.maxTokens > 0 ? Math.min(documents.maxTokens, tokens) : tokens;
  return { ...settings, documents: { ...documents, maxTokens } };
}

/** What comes before the question of a new conversation, and how it is read. */
export function attachedParams(attachments: readonly Attachment[], settings: CurrentSettings): ReadAheadParams {
  const { maxTokens, maxImagePages } = settings.documents;
  return {
    ...(settings.systemPrompt === undefined ? {} : { system: settings.systemPrompt }),
    ...sourcesFor(attachments, settings),
    documentLimits: { maxTokens, maxImagePages },
    imageText: settings.imageText,
    largeImages: settings.largeImages,
    sampling: settings.sampling,
  };
}

function sourcesFor(attachments: readonly Attachment[], { documents: { readAs } }: CurrentSettings) {
  const { images, documents } = sourcesOf(attachments);
  return { images, documents: documents.map((document) => withReadAs(document, readAs)) };
}

/** @param told the turns before, oldest first */
export function statsOf(result: AskResult, model: ModelInfo, told: readonly Turn[], turn: Turn): AnswerStats {
  const { tokens, stop, prompt, kv, ms, images, documents, reread, matching, advisedSampling } = result;
  return {
    tokens,
    stop,
    prompt,
    kv,
    ms,
    images,
    documents,
    reread,
    matching,
    where: whereOf(result, told, turn),
    ...(advisedSampling ? { advisedSampling } : {}),
    tokensPerSecond: ms.decode > 0 ? (tokens * 1000) / ms.decode : 0,
    model: modelName(model.modelPath),
    device: model.devices.join(' + '),
  };
}

/** The file's own name: llama.cpp's description says neither what the model is called nor how it was trained. */
export function modelName(modelPath: string): string {
  return path.basename(modelPath, '.gguf');
}

export interface Picture {
  readonly attachmentId: string;
  readonly page?: number;
}

/** Which attachment, and page, every image of the prompt shows, in the order of the prompt. */
export function picturesOf(told: readonly Turn[], turn: Turn, images: AskResult['images']): Picture[] {
  return [
    ...told.flatMap((before) => picturesOfTurn(before.attachments, lastAnswer(before)?.result?.images ?? [])),
    ...picturesOfTurn(turn.attachments, images),
  ];
}

/** The attachment of every line that words of the answer come from. */
function whereOf({ where, images }: AskResult, told: readonly Turn[], turn: Turn): WhereView[] {
  return where.flatMap(({ image, turnsAgo, box, text }) => {
    const before = turnsAgo === 0 ? undefined : told.at(-turnsAgo);
    const from = turnsAgo === 0 ? turn : before;
    const reports = turnsAgo === 0 ? images : ((before && lastAnswer(before)?.result?.images) ?? []);
    const report = reports[image];
    const picture = from && picturesOfTurn(from.attachments, reports)[image];
    return report && picture ? [{ ...picture, width: report.width, height: report.height, box, text }] : [];
  });
}

function picturesOfTurn(attachments: readonly Attachment[], images: AskResult['images']): Picture[] {
  const pictures = attachments.filter(({ kind }) => kind === 'image');
  const documents = attachments.filter(({ kind }) => kind !== 'image');
  let next = 0;
  return images.flatMap(({ document }) => {
    const shown = document ? documents[document.index] : pictures[next++];
    if (!shown) return [];
    return [document ? { attachmentId: shown.id, page: document.page } : { attachmentId: shown.id }];
  });
}

/** The setting is for documents of which the user did not say how to read them. */
function withReadAs(document: DocumentSource, readAs: CurrentSettings['documents']['readAs']): DocumentSource {
  return 'text' in document || document.readAs !== undefined ? document : { ...document, readAs };
}
