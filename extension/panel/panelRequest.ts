/** Checks what the panel sends. The panel shows text that nobody vouches for, so nothing it says is taken on trust. */
import { documentReadAs, type DocumentReadAs, type PicturePart } from '../../backend-native/protocol/ask.js';
import { BackendError } from '../../backend-native/protocol/errors.js';
import type { KvRatio } from '../../backend-native/protocol/kv.js';
import {
  messageLimits,
  type PanelMethod,
  type PanelRequest,
  type PanelRequests,
} from '../../webview/protocol/messages.js';
import { actionNames, type ActionName } from '../../webview/protocol/state.js';

/** Ids are ours: UUIDs and names of notices. */
const idCharacters = 100;
const pagesCharacters = 1000;
const searchCharacters = 1000;
const uriCharacters = 8192;
const copiedCharacters = 4 * 2 ** 20;

/** @returns the id of a request, however wrong the rest is; undefined when there is none to reply to */
export function requestId(message: unknown): number | undefined {
  if (!isRecord(message) || message['type'] !== 'request') return undefined;
  const id = message['id'];
  return Number.isSafeInteger(id) ? (id as number) : undefined;
}

/** @throws BackendError invalid_argument saying what is wrong with the message */
export function panelRequestFrom(message: unknown): PanelRequest {
  if (!isRecord(message) || message['type'] !== 'request') throw refused('a request', message);
  const { id, method, params } = message;
  if (!Number.isSafeInteger(id)) throw refused('a whole number for the id', id);
  if (typeof method !== 'string' || !Object.hasOwn(readers, method))
    throw refused('a method that the panel has', method);
  const read = readers[method as PanelMethod];
  return { type: 'request', id, method, params: read(new Params(method, params)) } as PanelRequest;
}

const nothing = (params: Params): null => params.none();

const readers: { readonly [M in PanelMethod]: (params: Params) => PanelRequests[M]['params'] } = {
  ready: nothing,
  ask: (params) => ({
    question: params.text('question', messageLimits.questionCharacters),
    compare: params.boolean('compare'),
  }),
  stop: nothing,
  regenerate: (params) => ({ turnId: params.id('turnId') }),
  readAllCost: (params) => ({ turnId: params.id('turnId') }),
  readAll: (params) => ({ turnId: params.id('turnId') }),
  readLess: (params) => ({ turnId: params.id('turnId'), tokens: params.amount('tokens') }),
  shrinkImages: (params) => ({ turnId: params.id('turnId') }),
  editAndAsk: (params) => ({
    turnId: params.id('turnId'),
    question: params.text('question', messageLimits.questionCharacters),
  }),
  withdraw: (params) => ({
    turnId: params.id('turnId'),
    to: params.oneOf<'edit' | 'drop'>('to', ['edit', 'drop']),
  }),
  newConversation: nothing,
  openConversation: (params) => ({ id: params.id('id') }),
  renameConversation: (params) => ({ id: params.id('id'), title: params.text('title', messageLimits.titleCharacters) }),
  deleteConversation: (params) => ({ id: params.id('id') }),
  exportConversation: (params) => ({ id: params.id('id') }),
  searchConversations: (params) => ({ text: params.text('text', searchCharacters) }),
  attachFiles: nothing,
  attachUris: (params) => ({ uris: params.texts('uris', messageLimits.uris, uriCharacters) }),
  attachBytes: (params) => ({
    name: params.text('name', 255),
    mime: params.text('mime', 255),
    base64: params.base64('base64', messageLimits.base64Characters),
  }),
  removeAttachment: (params) => ({ id: params.id('id') }),
  moveAttachment: (params) => ({ id: params.id('id'), to: params.count('to') }),
  setAttachmentPages: (params) => ({
    id: params.id('id'),
    pages: params.text('pages', pagesCharacters),
    readAs: params.oneOf<DocumentReadAs>('readAs', documentReadAs),
  }),
  setAttachmentPart: (params) => ({ id: params.id('id'), part: params.partOrNull('part') }),
  openAttachment: (params) => ({ id: params.id('id') }),
  thumbnail: (params) => ({ id: params.id('id') }),
  picture: (params) => {
    const page = params.optionalCount('page');
    const whole = params.optionalBoolean('whole');
    return { id: params.id('id'), ...(page === undefined ? {} : { page }), ...(whole === undefined ? {} : { whole }) };
  },
  imageText: (params) => {
    const page = params.optionalCount('page');
    return { id: params.id('id'), ...(page === undefined ? {} : { page }) };
  },
  setKvRatio: (params) => ({ ratio: params.ratioOrNull('ratio') }),
  kvMap: (params) => ({ turnId: params.id('turnId'), answerIndex: params.count('answerIndex') }),
  copy: (params) => ({ text: params.text('text', copiedCharacters) }),
  insertAtCursor: (params) => ({ text: params.text('text', copiedCharacters) }),
  openLink: (params) => ({ href: params.link('href') }),
  dismissNotice: (params) => ({ id: params.id('id') }),
  runAction: (params) => ({ action: params.oneOf<ActionName>('action', actionNames) }),
};

/** The params of one message, read one by one. */
class Params {
  private readonly values: Readonly<Record<string, unknown>> | undefined;

  constructor(
    private readonly method: string,
    private readonly given: unknown,
  ) {
    this.values = isRecord(given) ? given : undefined;
  }

  none(): null {
    if (this.given !== null && this.given !== undefined) throw refused(`no params for ${this.method}`, this.given);
    return null;
  }

  text(name: string, maxCharacters: number): string {
    const value = this.value(name);
    if (typeof value !== 'string') throw refused(`a text for ${this.method}.${name}`, value);
    if (value.length > maxCharacters)
      throw new BackendError('invalid_argument', {
        kind: 'expected',
        expected: `at most ${maxCharacters} characters`,
        what: `${this.method}.${name}`,
        received: String(value.length),
      });
    return value;
  }

  id(name: string): string {
    return this.text(name, idCharacters);
  }

  texts(name: string, maxItems: number, maxCharacters: number): readonly string[] {
    const value = this.value(name);
    if (
      !Array.isArray(value) ||
      value.length > maxItems ||
      !value.every((item) => typeof item === 'string' && item.length <= maxCharacters)
    ) {
      throw refused(`at most ${maxItems} texts for ${this.method}.${name}`, value);
    }
    return value as string[];
  }

  base64(name: string, maxCharacters: number): string {
    const value = this.text(name, maxCharacters);
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value))
      throw new BackendError('invalid_argument', {
        kind: 'expected',
        expected: 'base64',
        what: `${this.method}.${name}`,
      });
    return value;
  }

  /** Web and mail only: no command, no file. */
  link(name: string): string {
    const value = this.text(name, uriCharacters);
    if (!/^(?:https?|mailto):/i.test(value) || !URL.canParse(value))
      throw refused(`an http, https or mailto link for ${this.method}.${name}`, value);
    return value;
  }

  boolean(name: string): boolean {
    const value = this.value(name);
    if (typeof value !== 'boolean') throw refused(`true or false for ${this.method}.${name}`, value);
    return value;
  }

  count(name: string): number {
    const value = this.value(name);
    if (!Number.isSafeInteger(value) || (value as number) < 0)
      throw refused(`a whole number from 0 for ${this.method}.${name}`, value);
    return value as number;
  }

  amount(name: string): number {
    const value = this.count(name);
    if (value === 0) throw refused(`a whole number from 1 for ${this.method}.${name}`, value);
    return value;
  }

  optionalCount(name: string): number | undefined {
    return this.value(name) === undefined ? undefined : this.count(name);
  }

  optionalBoolean(name: string): boolean | undefined {
    return this.value(name) === undefined ? undefined : this.boolean(name);
  }

  /** A rectangle that is not empty, in whole pixels; whether it lies on the picture is known to who has the picture. */
  partOrNull(name: string): PicturePart | null {
    const value = this.value(name);
    if (value === null) return null;
    if (!isRecord(value)) throw refused(`a rectangle or null for ${this.method}.${name}`, value);
    const part = new Params(`${this.method}.${name}`, value);
    const [x, y, width, height] = [part.count('x'), part.count('y'), part.count('width'), part.count('height')];
    if (width === 0 || height === 0) throw refused(`a rectangle that is not empty for ${this.method}.${name}`, value);
    return { x, y, width, height };
  }

  ratioOrNull(name: string): KvRatio | null {
    const value = this.value(name);
    if (value === null || value === 'auto') return value;
    if (typeof value !== 'number' || !(value > 0 && value <= 1))
      throw refused(`a ratio above 0 and at most 1, auto or null for ${this.method}.${name}`, value);
    return value;
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T {
    const value = this.value(name);
    const known = values.find((one) => one === value);
    if (known === undefined) throw refused(`one of ${values.join(', ')} for ${this.method}.${name}`, value);
    return known;
  }

  private value(name: string): unknown {
    if (!this.values) throw refused(`an object of params for ${this.method}`, this.given);
    return Object.hasOwn(this.values, name) ? this.values[name] : undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(expected: string, received: unknown): BackendError {
  const shown = (JSON.stringify(received) as string | undefined) ?? String(received);
  return new BackendError('invalid_argument', { kind: 'expected', expected, received: shown.slice(0, 100) });
}
