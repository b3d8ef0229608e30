/** The messages of a chat completion as those of a chat, every picture and document checked. */
import type { ChatMessage, ChatPart } from '../../client/chatTurns.js';
import { errorCatalogue } from '../../protocol/errors.js';
import { ApiError } from './apiError.js';
import { toolCallsOf } from './toolFields.js';

export interface GivenMessage {
  readonly role: string;
  readonly content?: string | readonly GivenPart[] | null | undefined;
  readonly tool_calls?: Parameters<typeof toolCallsOf>[0]['tool_calls'];
  readonly tool_call_id?: string | null | undefined;
}

export interface GivenPart {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Of one picture or document: bytes. */
export const largestAttachment = 32 * 2 ** 20;

const roles = new Map<string, ChatMessage['role']>([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['tool', 'user'],
]);

/** @throws ApiError that names the place */
export function chatMessagesOf(messages: readonly GivenMessage[]): ChatMessage[] {
  return messages.map((message, index): ChatMessage => {
    const { role, content } = message;
    const place = `messages.${index}`;
    const known = roles.get(role);
    if (known === undefined)
      throw invalid(
        `${place}.role`,
        `Expected the role system, developer, user, assistant or tool but received ${role}`,
      );
    const parts = typeof content === 'string' ? [{ text: content }] : (content ?? []).map(at(place, known));
    const calls = toolCallsOf(message);
    if (calls.length > 0 && role !== 'assistant')
      throw invalid(`${place}.tool_calls`, 'Expected calls of tools in messages of the assistant alone');
    if (role !== 'tool') return { role: known, parts: [...parts, ...calls.map((toolCall) => ({ toolCall }))] };
    const { tool_call_id: id } = message;
    if (typeof id !== 'string') throw invalid(`${place}.tool_call_id`, 'Expected the id of a call');
    return { role: known, parts: [{ toolResult: { id, parts } }] };
  });
}

function at(place: string, role: ChatMessage['role']): (part: GivenPart, index: number) => ChatPart {
  return (part, index) => {
    const param = `${place}.content.${index}`;
    const read = partOf(part, param);
    if (role !== 'user' && !('text' in read))
      throw invalid(param, 'Expected pictures and documents in messages of the user alone', 'Move it there.');
    return read;
  };
}

function partOf(part: GivenPart, param: string): ChatPart {
  switch (part.type) {
    case 'text': {
      const { text } = part;
      if (typeof text !== 'string') throw invalid(param, 'Expected a text in a part of the type text');
      return { text };
    }
    case 'image_url':
      return pictureOf(part['image_url'], param);
    case 'file':
      return documentOf(part['file'], param);
    default:
      throw invalid(param, `Expected text, image_url or file but received ${part.type}`);
  }
}

/** @param given `{url}`; the detail is not for us: a picture is read at the size at which the model reads */
function pictureOf(given: unknown, param: string): ChatPart {
  const url = typeof given === 'string' ? given : fieldOf(given, 'url');
  if (url === undefined) throw invalid(param, 'Expected image_url to be an object with a url');
  const { mime, base64 } = dataOf(url, param, 'a picture');
  if (!mime.startsWith('image/')) throw invalid(param, `Expected a picture but received ${mime}`);
  return { mime, base64 };
}

function documentOf(given: unknown, param: string): ChatPart {
  const url = fieldOf(given, 'file_data');
  if (url === undefined)
    throw invalid(param, 'Expected file to be an object with file_data', 'Files that were uploaded are not kept here.');
  const { base64 } = dataOf(url, param, 'a document');
  return { document: { name: fieldOf(given, 'filename') ?? 'document', base64 } };
}

function fieldOf(given: unknown, name: string): string | undefined {
  const value: unknown = typeof given === 'object' && given !== null ? Reflect.get(given, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Nothing is fetched: whoever asks could make this machine call any address. */
function dataOf(url: string, param: string, what: string): { mime: string; base64: string } {
  const comma = url.indexOf(',');
  const [, mime] =
    /^data:([\w.+-]+\/[\w.+-]+)(?:;[\w.-]+=[^;]*)*;base64$/i.exec(url.slice(0, Math.max(0, comma))) ?? [];
  const base64 = url.slice(comma + 1);
  if (mime === undefined || /[^A-Za-z0-9+/=]/.test(base64))
    throw invalid(
      param,
      `Expected ${what} as a data URI in base64 but received ${url.slice(0, 40)}${url.length > 40 ? '…' : ''}`,
      /^https?:/i.test(url)
        ? 'Nothing is fetched from the network: send the bytes, as data:image/png;base64,…'
        : 'Send it as data:image/png;base64,…',
    );
  if ((base64.length * 3) / 4 > largestAttachment)
    throw new ApiError(
      413,
      'image_too_large',
      `${param} has more than ${largestAttachment / 2 ** 20} MiB`,
      'Make it smaller.',
      param,
    );
  return { mime: mime.toLowerCase(), base64 };
}

const code = 'invalid_argument';

function invalid(param: string, message: string, nextStep: string = errorCatalogue[code].nextStep): ApiError {
  return new ApiError(400, code, `${param}: ${message}`, nextStep, param);
}
