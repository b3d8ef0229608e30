import type { KvReport } from '../../backend-native/protocol/ask.js';
import type { AnswerView } from '../../webview/protocol/state.js';
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
  if (version !== formatVersion) throw new TypeError(`Expected version ${formatVersion} but received ${String(version)}`);
  if (typeof id !== 'string' || typeof title !== 'string' || typeof changed !== 'number' || !Array.isArray(turns)) {
    throw new TypeError('Expected id, title, changed and turns');
  }
  return { id, title, changed, turns: turns.map(turnFromJson) };
}

function turnFromJson(value: unknown): Turn {
  if (!isRecord(value)) throw new TypeError('Expected a turn');
  const { id, question, attachments, answers } = value;
  if (typeof id !== 'string' || typeof question !== 'string' || !Array.isArray(attachments) || !Array.isArray(answers)) {
    throw new TypeError('Expected id, question, attachments and answers of a turn');
  }
  return {
    id,
    question,
    attachments: attachments.map((attachment) => {
      const read = attachmentFromJson(attachment);
      if (!read) throw new TypeError('Expected an attachment');
      return read;
    }),
    answers: answers.map(answerFromJson),
  };
}

/** An answer that was still running when it was saved is one that its window did not see the end of. */
function answerFromJson(value: unknown): Answer {
  if (!isRecord(value)) throw new TypeError('Expected an answer');
  const { ratio, text, status, notes, hasKvMap } = value;
  if ((typeof ratio !== 'number' && ratio !== 'auto') || typeof text !== 'string' || !isStatus(status) || !Array.isArray(notes)) {
    throw new TypeError('Expected ratio, text, status and notes of an answer');
  }
  const { error, result } = value as Partial<Pick<AnswerView, 'error' | 'result'>>;
  return {
    ratio,
    text,
    status: status === 'running' || status === 'waiting' ? 'stopped' : status,
    notes: notes.map(String),
    hasKvMap: hasKvMap === true,
    ...(error && { error }),
    ...(result && { result: { ...result, kv: withRatioChoice(result.kv) } }),
  };
}

/** Before there was auto every ratio was asked for. */
function withRatioChoice(kv: Partial<KvReport>): KvReport {
  return { ratioChoice: 'asked', ...kv } as KvReport;
}

function isStatus(value: unknown): value is AnswerView['status'] {
  return ['waiting', 'running', 'done', 'stopped', 'failed'].some((status) => status === value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
