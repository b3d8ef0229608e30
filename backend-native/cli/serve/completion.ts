/** The objects of OpenAI's chat completions, with what they have no field for under `look_once`. */
import { randomUUID } from 'node:crypto';
import type { AskResult } from '../../protocol/ask.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { ToolCall } from '../../protocol/tools.js';
import { notesOn } from '../askReport.js';

export interface Delta {
  readonly role?: 'assistant';
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly (ReturnType<typeof toolCallOf> & { readonly index: number })[];
}

/** One answer, whole or in pieces: all of its objects carry the same name. */
export class Completion {
  private readonly id = `chatcmpl-${randomUUID()}`;
  private readonly created = Math.floor(Date.now() / 1000);

  /** @param model as the client named it */
  constructor(private readonly model: string) {}

  /** @param notes beside those on the answer */
  whole(result: AskResult, model: ModelInfo, notes: readonly string[]) {
    const { answer, reasoning, toolCalls = [] } = result;
    const message = {
      role: 'assistant',
      content: answer === '' && toolCalls.length > 0 ? null : answer,
      refusal: null,
      ...(toolCalls.length > 0 ? { tool_calls: toolCalls.map(toolCallOf) } : {}),
      ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    };
    return {
      ...this.head('chat.completion'),
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(result) }],
      usage: usageOf(result),
      look_once: detailsOf(result, model, notes),
    };
  }

  piece(delta: Delta) {
    return {
      ...this.head('chat.completion.chunk'),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
    };
  }

  /** The last piece, which says why it ended. */
  end(result: AskResult, model: ModelInfo, notes: readonly string[]) {
    return {
      ...this.head('chat.completion.chunk'),
      choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: finishReason(result) }],
      look_once: detailsOf(result, model, notes),
    };
  }

  /** Comes after the last piece, for a client that wants it. */
  usage(result: AskResult) {
    return { ...this.head('chat.completion.chunk'), choices: [], usage: usageOf(result) };
  }

  private head<O extends string>(object: O) {
    return { id: this.id, object, created: this.created, model: this.model };
  }
}

/** An answer that went in circles is over, which a note says. */
function finishReason({ stop, toolCalls = [] }: AskResult): 'stop' | 'length' | 'tool_calls' {
  if (stop === 'length' || stop === 'context') return 'length';
  return toolCalls.length > 0 ? 'tool_calls' : 'stop';
}

export function toolCallOf({ id, name, arguments: given }: ToolCall) {
  return { id, type: 'function', function: { name, arguments: given } };
}

/** Tokens; and the cells of the KV cache before and after compression. */
function usageOf({ prompt, tokens, reasoningTokens, kv }: AskResult) {
  const written = tokens + reasoningTokens;
  return {
    prompt_tokens: prompt.tokens,
    completion_tokens: written,
    total_tokens: prompt.tokens + written,
    prompt_tokens_details: { cached_tokens: prompt.restoredTokens, image_tokens: prompt.imageTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
    kv_cells_before: kv.cellsBefore,
    kv_cells_after: kv.cellsAfter,
  };
}

function detailsOf(result: AskResult, model: ModelInfo, notes: readonly string[]) {
  const { kv, where, stop, ms } = result;
  return {
    model: model.description,
    notes: [...notes, ...notesOn(result, model)],
    stop,
    kv_ratio: kv.ratio,
    kv_method: kv.method,
    where: where.map(({ image, text, box }) => ({ image, text, box: [...box] })),
    ms: { first_token: ms.firstToken, decode: ms.decode },
  };
}
