import type http from 'node:http';
import type { AskProgress, AskResult } from '../../protocol/ask.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { ApiError } from './apiError.js';
import type { ChatRequest } from './chatRequest.js';
import { toolCallOf, type Completion, type Delta } from './completion.js';

/** Between comments that only say that the server is at work: milliseconds. */
const betweenComments = 1000;

/** Server-sent events: what is new of an answer, from snapshots of all of it. */
export class EventStream {
  private open = false;
  private answer = '';
  private reasoning = '';
  private commented = -Infinity;

  constructor(
    private readonly response: http.ServerResponse,
    private readonly completion: Completion,
  ) {}

  /** Whether the client has a status already. */
  get isOpen(): boolean {
    return this.open;
  }

  tell(progress: AskProgress): void {
    switch (progress.phase) {
      case 'answer':
        this.write(progress.text);
        return;
      case 'reasoning':
        this.send({ reasoning_content: newOf(this.reasoning, progress.text) });
        this.reasoning = progress.text;
        return;
      case 'prefill':
        // All that is attached has been read and accepted by now.
        this.comment(`reading ${progress.done} of ${progress.total} tokens`);
        return;
      default:
        return;
    }
  }

  end(result: AskResult, model: ModelInfo, { notes, includeUsage }: Pick<ChatRequest, 'notes' | 'includeUsage'>): void {
    this.write(result.answer);
    const { toolCalls = [] } = result;
    // A call is sent once it is whole: half of its arguments is of use to nobody.
    if (toolCalls.length > 0)
      this.send({ tool_calls: toolCalls.map((call, index) => ({ index, ...toolCallOf(call) })) });
    this.event(this.completion.end(result, model, notes));
    if (includeUsage) this.event(this.completion.usage(result));
    this.response.end('data: [DONE]\n\n');
  }

  fail(error: ApiError): void {
    this.event(error.body);
    this.response.end();
  }

  private write(answer: string): void {
    const content = newOf(this.answer, answer);
    this.answer = answer;
    if (content !== '') this.send({ content });
  }

  private send(delta: Delta): void {
    this.event(this.completion.piece(delta));
  }

  private event(data: object): void {
    this.begin();
    this.response.write(`data: ${JSON.stringify(data)}\n\n`);
  }

  /** Clients skip it, and proxies keep the line open. */
  private comment(text: string): void {
    this.begin();
    if (Date.now() - this.commented < betweenComments) return;
    this.commented = Date.now();
    this.response.write(`: ${text}\n\n`);
  }

  private begin(): void {
    if (this.open) return;
    this.open = true;
    this.response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    this.send({ role: 'assistant', content: '' });
  }
}

/** @returns what a snapshot adds to the one before */
function newOf(before: string, now: string): string {
  return now.startsWith(before) ? now.slice(before.length) : '';
}
