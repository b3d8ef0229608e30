/** The body of a chat completion, checked, as a question to the backend. */
import { z } from 'zod';
import { turnsOf } from '../../client/chatTurns.js';
import type { AskParams, SamplingSettings } from '../../protocol/ask.js';
import { kvSettingsFrom, samplingSettingsFrom } from '../../server/conversation/settings.js';
import { ApiError } from './apiError.js';
import { chatMessagesOf } from './messageParts.js';
import type { ServeCommand } from './serveArguments.js';
import { toolCallFields, toolFields, toolOfferOf } from './toolFields.js';
import { checkSupported, ignoredFields } from './unsupported.js';

export interface ChatRequest {
  /** As the client names it; undefined for none. */
  readonly model: string | undefined;
  readonly ask: AskParams;
  readonly stream: boolean;
  /** Whether a stream ends with the usage. */
  readonly includeUsage: boolean;
  /** What was asked for and is not done, a line each. */
  readonly notes: readonly string[];
}

const number = z.number().nullish();

const bodySchema = z.looseObject({
  model: z.string().nullish(),
  messages: z
    .array(
      z.looseObject({
        role: z.string(),
        content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).nullish(),
        ...toolCallFields,
      }),
    )
    .max(4096),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: number,
  max_completion_tokens: number,
  temperature: number,
  top_p: number,
  top_k: number,
  min_p: number,
  seed: number,
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  response_format: z
    .looseObject({ type: z.string(), json_schema: z.looseObject({ schema: z.unknown() }).nullish() })
    .nullish(),
  ...toolFields,
  reasoning_effort: z.string().nullish(),
  kv_ratio: z.union([z.number(), z.literal('auto')]).nullish(),
});

type Body = z.infer<typeof bodySchema>;

/** @throws ApiError and BackendError for all that is not taken */
export function chatRequestFrom(given: unknown, { kvRatio, maxTokens }: Defaults): ChatRequest {
  const { data: body, error } = bodySchema.safeParse(given);
  if (error) throw invalidBody(error);
  checkSupported(body);
  const { question, toolResults, system, images, documents, conversation } = turnsOf(chatMessagesOf(body.messages));
  const tools = toolOfferOf(body);
  const sampling = samplingOf(body, maxTokens);
  samplingSettingsFrom(sampling);
  const { ratio } = kvSettingsFrom({ ratio: body.kv_ratio ?? kvRatio });
  return {
    model: body.model ?? undefined,
    ask: {
      question,
      conversation,
      images,
      documents,
      ...(toolResults.length > 0 ? { toolResults } : {}),
      ...(tools ? { tools } : {}),
      ...(system === '' ? {} : { system }),
      kv: { ratio },
      sampling,
    },
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    notes: ignoredFields(body, Object.keys(bodySchema.shape)),
  };
}

type Defaults = Pick<ServeCommand, 'kvRatio' | 'maxTokens'>;

function samplingOf(body: Body, maxTokens: number): Partial<SamplingSettings> {
  const { temperature, top_p: topP, top_k: topK, min_p: minP, seed, stop } = body;
  const jsonSchema = schemaOf(body.response_format);
  const given = { temperature, topP, topK, minP, seed, jsonSchema };
  return {
    ...(Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
    ) as Partial<SamplingSettings>),
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? maxTokens,
    ...(stop === undefined || stop === null ? {} : { stop: typeof stop === 'string' ? [stop] : stop }),
    ...(body.reasoning_effort === 'none' ? { reasoning: false } : {}),
  };
}

function schemaOf(format: Body['response_format']): string | undefined {
  switch (format?.type) {
    case undefined:
    case 'text':
      return undefined;
    case 'json_object':
      return JSON.stringify({ type: 'object' });
    case 'json_schema':
      if (typeof format.json_schema?.schema === 'object' && format.json_schema.schema !== null)
        return JSON.stringify(format.json_schema.schema);
      throw refusal(
        'response_format',
        'Expected json_schema to hold a schema',
        'Give {"json_schema": {"schema": {…}}}.',
      );
    default:
      throw refusal(
        'response_format',
        `Expected text, json_object or json_schema but received ${format?.type ?? ''}`,
        'Choose one of them.',
      );
  }
}

function invalidBody({ issues }: z.ZodError): ApiError {
  const [first] = issues;
  const param = first?.path.join('.') ?? '';
  return refusal(param === '' ? null : param, first?.message ?? 'Invalid input', 'Correct the request.');
}

function refusal(param: string | null, message: string, nextStep: string): ApiError {
  return new ApiError(400, 'invalid_argument', param === null ? message : `${param}: ${message}`, nextStep, param);
}
