/** A conversation as it is kept: plain data that goes into a file as it is. */
import type { AnswerView, ConversationSummary } from '../../webview/protocol/state.js';
import type { Attachment } from '../attachments/attachment.js';

export interface Conversation {
  readonly id: string;
  title: string;
  /** Milliseconds since 1970. */
  changed: number;
  turns: Turn[];
}

export interface Turn {
  readonly id: string;
  readonly question: string;
  /** Replaced, never changed. */
  attachments: readonly Attachment[];
  /** One; two where KV ratios are compared, the full cache first. Replaced, never changed. */
  answers: readonly Answer[];
}

/** What was kept is in a file of its own: it is large, and rarely looked at. */
export type Answer = AnswerView;

const titleCharacters = 60;

export function summaryOf({ id, title, changed, turns }: Conversation): ConversationSummary {
  return { id, title, changed, turns: turns.length };
}

/** The first line of a question, cut between words. */
export function titleFor(question: string): string {
  const line = question.trim().split('\n', 1)[0]?.trim() ?? '';
  if (line.length <= titleCharacters) return line;
  const cut = line.slice(0, titleCharacters);
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > titleCharacters / 2 ? space : titleCharacters).trimEnd()}…`;
}

/** Whether the title, a question or an answer holds every word of the text, in any case. */
export function matches(conversation: Conversation, text: string): boolean {
  const words = text
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const parts = [
    conversation.title,
    ...conversation.turns.flatMap(({ question, answers }) => [question, ...answers.map((answer) => answer.text)]),
  ];
  const everything = parts.join('\n').toLocaleLowerCase();
  return words.every((word) => everything.includes(word));
}

/** The answer that the conversation goes on from: where ratios are compared, the one at the set ratio. */
export function lastAnswer(turn: Turn): Answer | undefined {
  return turn.answers.at(-1);
}

/** Turns that the model is told of: those that were answered, if only in part. */
export function isAnswered(turn: Turn): boolean {
  const answer = lastAnswer(turn);
  return answer !== undefined && (answer.status === 'done' || answer.status === 'stopped') && answer.text.trim() !== '';
}
