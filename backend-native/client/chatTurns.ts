/** The messages of a chat, whoever's they are, as turns of a conversation. */
import { createHash } from 'node:crypto';
import type { ConversationSource, DocumentSource, HistoryTurn, ImageSource } from '../protocol/ask.js';
import { BackendError } from '../protocol/errors.js';
import { extensionOf } from '../protocol/formats.js';
import type { ToolCall, ToolResult } from '../protocol/tools.js';

export type ChatPart =
  | { readonly text: string }
  /** A picture whose bytes came with the message. */
  | { readonly mime: string; readonly base64: string }
  | { readonly document: DocumentSource }
  | { readonly toolCall: ToolCall }
  /** What came of a call of the answer before: texts and pictures. */
  | { readonly toolResult: { readonly id: string; readonly parts: readonly ChatPart[] } }
  /** Of a kind that no model here takes; its name is told in the refusal. */
  | { readonly other: string };

export interface ChatMessage {
  readonly role: 'user' | 'assistant' | 'system';
  readonly parts: readonly ChatPart[];
}

export interface ChatTurns {
  /** May be empty where there are results of tools. */
  readonly question: string;
  readonly toolResults: readonly ToolResult[];
  readonly images: readonly ImageSource[];
  readonly documents: readonly DocumentSource[];
  readonly system: string;
  readonly conversation: ConversationSource;
}

interface Turn {
  readonly question: string[];
  readonly images: ImageSource[];
  readonly documents: DocumentSource[];
  readonly toolResults: ToolResult[];
  readonly answer: string[];
  readonly toolCalls: ToolCall[];
}

/**
 * Messages of the user, and results of tools, that follow each other are one turn; the last of them is the question.
 * @throws BackendError `invalid_argument` for no question and for parts of a kind that is not taken
 */
export function turnsOf(messages: readonly ChatMessage[]): ChatTurns {
  const system: string[] = [];
  const turns: Turn[] = [];
  let pictures = 0;
  for (const { role, parts } of messages) {
    const texts: string[] = [];
    const said = emptyTurn();
    const before = turns.at(-1);
    for (const part of withPicturesOfResults(parts)) {
      if ('text' in part) texts.push(part.text);
      else if ('mime' in part) said.images.push(imageOf(part, (pictures += 1)));
      else if ('document' in part) said.documents.push(part.document);
      else if ('toolCall' in part) said.toolCalls.push(part.toolCall);
      else if ('toolResult' in part) said.toolResults.push(resultOf(part.toolResult, before?.toolCalls ?? []));
      else throw notTaken(part.other);
    }
    const text = texts.join('');
    if (role === 'system') system.push(text);
    else if (role === 'assistant') {
      // A greeting that nobody asked for is an answer all the same.
      if (!before) turns.push(emptyTurn());
      turns.at(-1)?.answer.push(text);
      turns.at(-1)?.toolCalls.push(...said.toolCalls);
    } else {
      if (text !== '' || said.toolResults.length === 0) said.question.push(text);
      if (before?.answer.length === 0) join(before, said);
      else turns.push(said);
    }
  }
  const asked = turns.pop();
  const question = asked?.question.join('\n\n').trim() ?? '';
  if (!asked || (question === '' && asked.toolResults.length === 0) || asked.answer.length > 0)
    throw new BackendError('invalid_argument', {
      kind: 'expected',
      expected: 'a chat that ends with a question or with results of tools',
    });
  const { images, documents, toolResults } = asked;
  return {
    question,
    toolResults,
    images,
    documents,
    system: system.join('\n\n'),
    conversation: { id: idOf(messages), history: turns.map(pastTurn) },
  };
}

function emptyTurn(): Turn {
  return { question: [], images: [], documents: [], toolResults: [], answer: [], toolCalls: [] };
}

function join(turn: Turn, { question, images, documents, toolResults }: Turn): void {
  turn.question.push(...question);
  turn.images.push(...images);
  turn.documents.push(...documents);
  turn.toolResults.push(...toolResults);
}

function pastTurn({ question, images, documents, toolResults, answer, toolCalls }: Turn): HistoryTurn {
  return {
    question: question.join('\n\n'),
    answer: answer.join('\n\n'),
    images,
    documents,
    ...(toolResults.length > 0 ? { toolResults } : {}),
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
  };
}

/** No template shows a picture in a tool's result: it is one of the user's that comes with it. */
function withPicturesOfResults(parts: readonly ChatPart[]): ChatPart[] {
  return parts.flatMap((part) =>
    'toolResult' in part ? [part, ...part.toolResult.parts.filter((shown) => !('text' in shown))] : [part],
  );
}

function resultOf(
  { id, parts }: { readonly id: string; readonly parts: readonly ChatPart[] },
  calls: readonly ToolCall[],
): ToolResult {
  const name = calls.find((call) => call.id === id)?.name;
  if (name === undefined)
    throw new BackendError('invalid_argument', {
      kind: 'expected',
      expected: 'the result of a call of the answer before it',
      received: `one of ${id}`,
    });
  return { id, name, content: parts.map((part) => ('text' in part ? part.text : '')).join('') };
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
  return new BackendError('invalid_argument', {
    kind: 'expected',
    expected: 'text and pictures in a message',
    received: kind,
  });
}
