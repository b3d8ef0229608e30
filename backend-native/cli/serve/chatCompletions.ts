/** Answers one chat completion, whole or as server-sent events. */
import type http from 'node:http';
import type { AskProgress, AskResult } from '../../protocol/ask.js';
import type { ModelInfo } from '../../protocol/model.js';
import { asApiError } from './apiError.js';
import { chatRequestFrom, type ChatRequest } from './chatRequest.js';
import { Completion } from './completion.js';
import { EventStream } from './eventStream.js';
import { ownModel } from './models.js';
import { readJson } from './readBody.js';
import { sendJson, type ServeContext } from './respond.js';

/** @throws ApiError and BackendError before anything is sent; later failures are the end of the stream */
export async function chatCompletions(
  context: ServeContext,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const chat = chatRequestFrom(await readJson(request), context.command);
  const completion = new Completion(chat.model ?? ownModel);
  const signal = hangUpOf(response);
  if (!chat.stream) {
    const answered = await answer(context, chat, signal, nobodyListens);
    if (answered) sendJson(response, 200, completion.whole(answered.result, answered.model, chat.notes));
    return;
  }
  const events = new EventStream(response, completion);
  try {
    const answered = await answer(context, chat, signal, (progress) => {
      events.tell(progress);
    });
    if (answered) events.end(answered.result, answered.model, chat);
  } catch (error) {
    // What was sent already cannot be taken back: the error is the last event.
    if (!events.isOpen) throw error;
    events.fail(asApiError(error));
  }
}

/** @returns undefined when the client hung up */
async function answer(
  { model, command }: ServeContext,
  { model: wanted, ask }: ChatRequest,
  signal: AbortSignal,
  onProgress: (progress: AskProgress) => void,
): Promise<{ result: AskResult; model: ModelInfo } | undefined> {
  const other = wanted === undefined || wanted === ownModel || wanted === command.load.modelPath ? undefined : wanted;
  const answered = await model.use(other, { signal }, async ({ model, backend }) => ({
    result: await backend.request('lookOnce/ask', ask, { signal, onProgress }),
    model,
  }));
  return answered?.result.stop === 'cancelled' ? undefined : answered;
}

function hangUpOf(response: http.ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

function nobodyListens(): void {
  return undefined;
}
