import type { KvReport } from '../../backend-native/protocol/ask.js';
import {
  actionNames,
  answerNoteKinds,
  type AnswerNoteView,
  type AnswerStats,
  type AnswerView,
} from '../../webview/protocol/state.js';
import { attachmentFromJson } from '../attachments/attachmentJson.js';
import type { Answer, Conversation, Turn } from './conversation.js';

const formatVersion = 1;

export function conversationToJson(conversation: Conversation): string {
  return JSON.stringify({ version: formatVersion, ...conversation });
}

/**
 * Reads a conversation that this version wrote, or another of the same format.
 * @throws TypeError saying what is wrong with it, SyntaxError when it is no JSON
 */
export function conversationFromJson(json: string): Conversation {
  const value: unknown = JSON.parse(json);
  if (!isRecord(value)) throw new TypeError('Expected an object');
  const { version, id, title, changed, turns } = value;
  if (version !== formatVersion)
    throw new TypeError(`Expected version ${formatVersion} but received ${String(version)}`);
  if (typeof id !== 'string' || typeof title !== 'string' || typeof changed !== 'number' || !Array.isArray(turns)) {
    throw new TypeError('Expected id, title, changed and turns');
  }
  return { id, title, changed, turns: turns.map(turnFromJson) };
}

function turnFromJson(value: unknown): Turn {
  if (!isRecord(value)) throw new TypeError('Expected a turn');
  const { id, question, attachments, answers } = value;
  if (
    typeof id !== 'string' ||
    typeof question !== 'string' ||
    !Array.isArray(attachments) ||
    !Array.isArray(answers)
  ) {
    throw new TypeError('Expected id, question, attachments and answers of a turn');
  }
  return {
    id,
    question,
    ...(value['readAll'] === true && { readAll: true }),
    ...(value['shrinkImages'] === true && { shrinkImages: true }),
    ...(isTokens(value['documentTokens']) && { documentTokens: value['documentTokens'] }),
    attachments: attachments.map((attachment) => {
      const read = attachmentFromJson(attachment);
      if (!read) throw new TypeError('Expected an attachment');
      return read;
    }),
    answers: answers.map(answerFromJson),
  };
}

function isTokens(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** An answer that was still running when it was saved is one that its window did not see the end of. */
function answerFromJson(value: unknown): Answer {
  if (!isRecord(value)) throw new TypeError('Expected an answer');
  const { ratio, text, status, notes, hasKvMap } = value;
  if (
    (typeof ratio !== 'number' && ratio !== 'auto') ||
    typeof text !== 'string' ||
    !isStatus(status) ||
    !Array.isArray(notes)
  ) {
    throw new TypeError('Expected ratio, text, status and notes of an answer');
  }
  const { error, result } = value as Partial<Pick<AnswerView, 'error' | 'result'>>;
  const { reasoning } = value;
  return {
    ratio,
    text,
    ...(typeof reasoning === 'string' && { reasoning }),
    status: status === 'running' || status === 'waiting' ? 'stopped' : status,
    notes: notes.map(noteFromJson),
    hasKvMap: hasKvMap === true,
    ...(error && { error }),
    ...(result && { result: completed(result) }),
  };
}

/** Earlier versions kept the sentence alone. */
function noteFromJson(value: unknown): AnswerNoteView {
  if (!isRecord(value)) return { kind: 'other', severity: 'info', text: String(value), details: [] };
  const { kind, severity, text, details, document, action } = value;
  const known = actionNames.find((name) => name === action);
  return {
    kind: answerNoteKinds.find((known) => known === kind) ?? 'other',
    severity: severity === 'warning' ? 'warning' : 'info',
    text: String(text),
    details: Array.isArray(details) ? details.map(String) : [],
    ...(typeof document === 'number' && { document }),
    ...(known && { action: known }),
  };
}

/**
 * What answers of earlier versions do not tell. Before there was auto every ratio was asked for; before there was a
 * cache on disk nothing came from there; and before prompts were read in chunks, all was in memory when compression
 * began.
 */
function completed(result: AnswerStats): AnswerStats {
  const kv = {
    ratioChoice: 'asked',
    reading: 'whole',
    cellsPeak: result.kv.cellsBefore,
    bytesPeak: result.kv.bytesBefore,
    heldBytes: 0,
    ...(result.kv as Partial<KvReport>),
  };
  return {
    ...result,
    prompt: { ...result.prompt, restoredTokens: orElse(result.prompt.restoredTokens, 0) },
    kv: kv as KvReport,
    ms: { ...result.ms, restore: orElse(result.ms.restore, 0), compute: orElse(result.ms.compute, result.ms.decode) },
    images: result.images.map((image) => ({ ...image, fromCache: orElse(image.fromCache, false) })),
    documents: result.documents.map((document) => ({
      ...document,
      unit: orElse(document.unit, 'page'),
      notes: orElse(document.notes, []),
    })),
  };
}

/** @param saved of the type that this version writes, or missing */
function orElse<T>(saved: T | undefined, missing: T): T {
  return saved ?? missing;
}

function isStatus(value: unknown): value is AnswerView['status'] {
  return ['waiting', 'running', 'done', 'stopped', 'failed'].some((status) => status === value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
