/** A conversation as a client keeps it that saves nothing: every turn tells the backend of the turns before. */
import { randomUUID } from 'node:crypto';
import type { AskParams, AskProgress, AskResult, HistoryTurn } from '../protocol/ask.js';
import type { RequestOptions } from './backendProcess.js';

/** Whatever sends requests to a backend. */
export interface Requester {
  request(method: 'lookOnce/ask', params: AskParams, options?: RequestOptions<'lookOnce/ask'>): Promise<AskResult>;
}

export interface TurnOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: AskProgress) => void;
}

export class ClientConversation {
  private readonly id = randomUUID();
  private readonly history: HistoryTurn[] = [];

  constructor(private readonly client: Requester) {}

  /**
   * Asks a turn after those that were answered, if only in part. @throws BackendError; the turn is no part of it then
   */
  async ask(turn: Omit<AskParams, 'conversation'>, options: TurnOptions = {}): Promise<AskResult> {
    const conversation = { id: this.id, history: [...this.history] };
    const result = await this.client.request('lookOnce/ask', { ...turn, conversation }, options);
    const { question, images = [], documents = [] } = turn;
    if (result.answer.trim() !== '') this.history.push({ question, answer: result.answer, images, documents });
    return result;
  }
}
