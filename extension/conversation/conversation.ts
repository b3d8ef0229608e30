/** A conversation as it is kept: plain data that goes into a file as it is. */
import type { AnswerView, ConversationSummary } from '../../webview/protocol/state.js';
import { isWorthAskingAgain } from '../../webview/protocol/errorActions.js';
import { isSame, type Attachment } from '../attachments/attachment.js';

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
  /** All of its documents are read in parts, however long they are. */
  readonly readAll?: true;
  /** What its documents may take, for the user would not wait for all of them. */
  readonly documentTokens?: number;
  /** Its large images are read as a whole, for the user would not wait for their pieces. */
  readonly shrinkImages?: true;
  /** Replaced, never changed. */
  attachments: readonly Attachment[];
  /** One; two where KV ratios are compared, the full cache first. Replaced, never changed. */
  answers: readonly Answer[];
}

/** What was kept is in a file of its own: it is large, and rarely looked at. */
export type Answer = AnswerView;

const titleCharacters = 60;

export function summaryOf({ id, title, changed, turns }: Conversation): ConversationSummary {
  return { id, title, changed, turns: turns.length, about: aboutOf(turns) };
}

/** What the first questions were about, by file names: equal questions about other files are told apart by them. */
export function aboutOf(turns: readonly Turn[]): readonly string[] {
  return [...new Set(turns.flatMap(({ attachments }) => attachments.map(({ name }) => name)))];
}

/** Tokens of the context that the conversation takes: what its turns brought and what was answered. */
export function heldTokens({ turns }: Pick<Conversation, 'turns'>): number {
  return turns.reduce((held, turn) => {
    const result = isAnswered(turn) ? lastAnswer(turn)?.result : undefined;
    if (!result) return held;
    const tokens = result.prompt.tokens + result.tokens;
    // A prompt that was read again, or restored from the disk, holds the turns before it.
    return result.reread || result.prompt.restoredTokens > 0 ? tokens : held + tokens;
  }, 0);
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

/**
 * What the last questions were about when they were stopped before an answer, or failed by chance: the model is not
 * told of them, and the next question is about the same. What failed otherwise may have failed for its attachments.
 */
export function unansweredAttachments({ turns }: Pick<Conversation, 'turns'>): readonly Attachment[] {
  const last = turns.slice(turns.findLastIndex((turn) => isAnswered(turn) || isUnfinished(turn)) + 1);
  const attachments = last.filter(mayBeAskedAgain).flatMap((turn) => turn.attachments);
  return attachments.filter((one, index) => attachments.findIndex((other) => isSame(one, other)) === index);
}

/** Whether it waits for its answer, or the rest of it. */
export function isUnfinished({ answers }: Turn): boolean {
  return answers.some(({ status }) => status === 'waiting' || status === 'running');
}

function mayBeAskedAgain(turn: Turn): boolean {
  const answer = lastAnswer(turn);
  return answer?.status === 'stopped' || (answer?.error !== undefined && isWorthAskingAgain(answer.error.code));
}

/** Turns that the model is told of: those that were answered, if only in part. */
export function isAnswered(turn: Turn): boolean {
  const answer = lastAnswer(turn);
  return answer !== undefined && (answer.status === 'done' || answer.status === 'stopped') && answer.text.trim() !== '';
}
