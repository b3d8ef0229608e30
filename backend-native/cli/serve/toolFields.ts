/** The fields of a chat completion that are about tools, as the backend's. */
import { z } from 'zod';
import type { ToolCall, ToolOffer } from '../../protocol/tools.js';
import { ApiError } from './apiError.js';

export const toolFields = {
  tools: z
    .array(
      z.looseObject({
        type: z.string(),
        function: z
          .looseObject({
            name: z.string(),
            description: z.string().nullish(),
            parameters: z.record(z.string(), z.unknown()).nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
  tool_choice: z.union([z.string(), z.looseObject({ type: z.string() })]).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
};

/** Of a message. */
export const toolCallFields = {
  tool_calls: z
    .array(
      z.looseObject({
        id: z.string(),
        type: z.string().nullish(),
        function: z.looseObject({ name: z.string(), arguments: z.string() }),
      }),
    )
    .nullish(),
  tool_call_id: z.string().nullish(),
};

type ToolFields = { readonly [K in keyof typeof toolFields]?: z.infer<(typeof toolFields)[K]> };
type CallFields = { readonly [K in keyof typeof toolCallFields]?: z.infer<(typeof toolCallFields)[K]> };

/** @returns undefined where the model is to call none @throws ApiError */
export function toolOfferOf(body: ToolFields): ToolOffer | undefined {
  const { tools, tool_choice: choice, parallel_tool_calls: parallel } = body;
  if (!tools || tools.length === 0) {
    if (choice !== undefined && choice !== null && choice !== 'none' && choice !== 'auto')
      throw refused('tool_choice', 'Expected tools to choose from');
    return undefined;
  }
  const list = tools.map(({ type, function: given }, i) => {
    if (type !== 'function' || !given)
      throw refused(`tools.${i}`, `Expected a tool of the type function but received ${type}`);
    const { name, description, parameters } = given;
    return { name, ...(description ? { description } : {}), ...(parameters ? { parameters } : {}) };
  });
  const offer = { list, parallel: parallel ?? true };
  switch (choice) {
    case 'none':
      return undefined;
    case undefined:
    case null:
    case 'auto':
      return offer;
    case 'required':
      return { ...offer, required: true };
    default: {
      // Of one tool alone, a call is a call of that.
      const name = nameOf(choice);
      const chosen = list.filter((tool) => tool.name === name);
      if (chosen.length === 0)
        throw refused('tool_choice', 'Expected none, auto, required or {"type": "function"} with the name of a tool');
      return { ...offer, list: chosen, required: true };
    }
  }
}

export function toolCallsOf({ tool_calls: calls }: CallFields): ToolCall[] {
  return (calls ?? []).map(({ id, function: { name, arguments: given } }) => ({
    id,
    name,
    // As some clients write that there are none.
    arguments: given.trim() === '' ? '{}' : given,
  }));
}

function nameOf(choice: string | { readonly [field: string]: unknown }): unknown {
  const given: unknown = typeof choice === 'string' ? undefined : choice['function'];
  return typeof given === 'object' && given !== null ? Reflect.get(given, 'name') : undefined;
}

function refused(param: string, message: string): ApiError {
  return new ApiError(400, 'invalid_argument', `${param}: ${message}`, 'Correct the request.', param);
}
