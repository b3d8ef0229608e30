import type { Answer, Conversation, Turn } from '../../../../extension/conversation/conversation.js';
import type { AnswerStats } from '../../../../webview/protocol/state.js';

export const stats: AnswerStats = {
  tokens: 12,
  stop: 'end',
  reread: false,
  where: [],
  tokensPerSecond: 34.5,
  model: 'Tiny',
  device: 'CPU',
  prompt: { tokens: 1000, textTokens: 100, imageTokens: 900, restoredTokens: 0, images: 1 },
  kv: {
    cellsBefore: 1000,
    cellsAfter: 200,
    bytesBefore: 10 * 2 ** 20,
    bytesAfter: 2 * 2 ** 20,
    cellsPeak: 1000,
    bytesPeak: 10 * 2 ** 20,
    heldBytes: 0,
    residentBefore: 0,
    residentAfter: 0,
    ratio: 0.2,
    ratioChoice: 'asked',
    method: 'look-m',
    merge: 'pivot',
    mergeWhat: 'values',
    compressed: true,
    reading: 'whole',
    note: '',
  },
  ms: {
    queue: 0,
    ingest: 1,
    restore: 0,
    encode: 2,
    prefill: 3,
    compress: 4,
    firstToken: 11,
    decode: 500,
    compute: 490,
  },
  images: [],
  documents: [],
};

export function answer(values: Partial<Answer> = {}): Answer {
  return { ratio: 0.2, text: 'It is E4719.', status: 'done', notes: [], hasKvMap: false, result: stats, ...values };
}

export function turn(values: Partial<Turn> = {}): Turn {
  return { id: 't1', question: 'What is the error code?', attachments: [], answers: [answer()], ...values };
}

export function conversation(values: Partial<Conversation> = {}): Conversation {
  return { id: 'c1', title: 'The error', changed: 1000, turns: [turn()], ...values };
}
