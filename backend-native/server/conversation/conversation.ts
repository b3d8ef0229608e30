/** Which conversation the engine's cache holds, and whether a turn can go on from there. */
import { createHash } from 'node:crypto';
import type { AskParams, ConversationSource, HistoryTurn } from '../../protocol/ask.js';
import { BackendError } from '../../protocol/errors.js';

export class HeldConversation {
  private readonly turns: string[];

  /** @param id undefined for one that its client did not name: it can be continued, but never recognised */
  constructor(
    private readonly id: string | undefined,
    private readonly system: string | undefined,
    turns: readonly HistoryTurn[],
  ) {
    this.turns = turns.map(fingerprint);
  }

  add(turn: HistoryTurn): void {
    this.turns.push(fingerprint(turn));
  }

  /** Whether it is this conversation, with exactly these turns, told by the same system prompt. */
  holds({ id, history }: ConversationSource, system: string | undefined): boolean {
    return (
      id === this.id &&
      (system ?? '') === (this.system ?? '') &&
      history.length === this.turns.length &&
      history.every((turn, index) => fingerprint(turn) === this.turns[index])
    );
  }
}

/** The conversation that a turn names, checked; undefined when it names none. */
export function conversationFrom(params: AskParams): ConversationSource | undefined {
  const given: unknown = params.conversation;
  if (given === undefined) return undefined;
  const { id, history } = (given ?? {}) as Partial<Record<keyof ConversationSource, unknown>>;
  if (typeof id !== 'string' || id === '') throw refused('a name for the conversation', id);
  if (!Array.isArray(history)) throw refused('a list of turns for the history', history);
  history.forEach((turn: Partial<Record<keyof HistoryTurn, unknown>> | null, index) => {
    if (typeof turn?.question !== 'string')
      throw refused(`a question in turn ${index + 1} of the history`, turn?.question);
    if (typeof turn.answer !== 'string') throw refused(`an answer in turn ${index + 1} of the history`, turn.answer);
  });
  return { id, history: history as HistoryTurn[] };
}

function refused(expected: string, received: unknown): BackendError {
  return new BackendError('invalid_argument', { kind: 'expected', expected: expected, received: String(received) });
}

/**
 * The same for turns that say the same, whatever the order of their keys. Pasted images are not kept, only their hash.
 */
function fingerprint(turn: HistoryTurn): string {
  const { question, answer, images = [], documents = [], toolResults = [], toolCalls = [] } = turn;
  return createHash('sha256')
    .update(JSON.stringify(ordered([question, answer, images, documents, toolResults, toolCalls])))
    .digest('hex');
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => [key, ordered(entry)]);
}
