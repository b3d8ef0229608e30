/** The messages of a chat, whoever's they are, as turns of a conversation. */
import { createHash } from 'node:crypto';
import type { ConversationSource, DocumentSource, HistoryTurn, ImageSource } from '../protocol/ask.js';
import { BackendError } from '../protocol/errors.js';
import { extensionOf } from '../protocol/formats.js';

export type ChatPart =
  | { readonly text: string }
  /** A picture whose bytes came with the message. */
  | { readonly mime: string; readonly base64: string }
  | { readonly document: DocumentSource }
  /** Of a kind that no model here takes, such as a tool's result; its name is told in the refusal. */
  | { readonly other: string };

export interface ChatMessage {
  readonly role: 'user' | 'assistant' | 'system';
  readonly parts: readonly ChatPart[];
}

export interface ChatTurns {
  readonly question: string;
  readonly images: readonly ImageSource[];
  readonly documents: readonly DocumentSource[];
  readonly system: string;
  readonly conversation: ConversationSource;
}

interface Turn {
  readonly question: string[];
  readonly images: ImageSource[];
  readonly documents: DocumentSource[];
  readonly answer: string[];
}

/**
 * Messages of the user that follow each other are one turn; the last of them is the question.
 * @throws BackendError `invalid_argument` for no question and for parts of a kind that is not taken
 */
export function turnsOf(messages: readonly ChatMessage[]): ChatTurns {
  const system: string[] = [];
  const turns: Turn[] = [];
  let pictures = 0;
  for (const { role, parts } of messages) {
    const texts: string[] = [];
    const images: ImageSource[] = [];
    const documents: DocumentSource[] = [];
    for (const part of parts) {
      if ('text' in part) texts.push(part.text);
      else if ('mime' in part) images.push(imageOf(part, (pictures += 1)));
      else if ('document' in part) documents.push(part.document);
      else throw notTaken(part.other);
    }
    const text = texts.join('');
    const last = turns.at(-1);
    if (role === 'system') system.push(text);
    // A greeting that nobody asked for is an answer all the same.
    else if (role === 'assistant')
      if (last) last.answer.push(text);
      else turns.push({ question: [], images: [], documents: [], answer: [text] });
    else if (last?.answer.length === 0) {
      last.question.push(text);
      last.images.push(...images);
      last.documents.push(...documents);
    } else turns.push({ question: [text], images, documents, answer: [] });
  }
  const asked = turns.pop();
  const question = asked?.question.join('\n\n').trim() ?? '';
  if (!asked || question === '' || asked.answer.length > 0)
    throw new BackendError('invalid_argument', 'Expected a chat that ends with a question');
  const history = turns.map((turn): HistoryTurn => ({
    question: turn.question.join('\n\n'),
    answer: turn.answer.join('\n\n'),
    images: turn.images,
    documents: turn.documents,
  }));
  const { images, documents } = asked;
  return {
    question,
    images,
    documents,
    system: system.join('\n\n'),
    conversation: { id: idOf(messages), history },
  };
}

/**
 * Chats have no name: one that begins with the same message is taken for the same, and goes on with its cache.
 * @param parts of its first message
 */
export function chatId(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return `chat-${hash.digest('hex').slice(0, 16)}`;
}

function idOf(messages: readonly ChatMessage[]): string {
  const first = messages.find(({ role }) => role === 'user')?.parts ?? [];
  return chatId(
    ...first.map((part) => ('text' in part ? part.text : 'mime' in part ? part.base64 : JSON.stringify(part))),
  );
}

/** @param number of the picture in the chat, from 1 */
function imageOf({ mime, base64 }: { mime: string; base64: string }, number: number): ImageSource {
  if (!mime.startsWith('image/')) throw notTaken(mime);
  return { name: `picture-${number}.${extensionOf(mime)}`, base64 };
}

function notTaken(kind: string): BackendError {
  return new BackendError('invalid_argument', `Expected text and pictures in a message but received ${kind}`);
}
